#include "cli/eval_batch.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expression/argument.h"
#include "value/json.h"
#include "value/type_name.h"

namespace millrace {
namespace {

constexpr std::size_t kMaxLine = JsonLimits{}.bytes;

struct Failure {
  std::string_view stage;
  Error error;
};

template <class T>
using Step = std::variant<T, Failure>;

Failure bad_request(std::string message) {
  return {"request", Error(ErrorKind::invalid, std::move(message))};
}

// One line without its end. False at the end of the input. Of a line beyond kMaxLine only the
// beginning is kept.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  std::streambuf& buffer = *in.rdbuf();
  for (int c = buffer.sbumpc();; c = buffer.sbumpc()) {
    if (c == std::char_traits<char>::eof()) return !line.empty();
    if (c == '\n') return true;
    if (line.size() <= kMaxLine) line += static_cast<char>(c);
  }
}

Step<std::string> text_of(const Dict& object, std::string_view key) {
  const Value* value = object.find(key);
  if (value == nullptr) return std::string();
  if (value->is_text()) return std::string(value->as_text());
  return bad_request("\"" + std::string(key) + "\" must be a text");
}

// Numbers as plain JSON has them: Float.
Result<Value> as_plain(const Value& document) {
  Attempt<std::string> text = to_json(document);
  if (auto* error = std::get_if<Error>(&text)) return *error;
  return parse_json(std::get<std::string>(text));
}

Step<ArgumentSource> read_argument(const Value& document) {
  if (!document.is_map()) return bad_request("each of \"args\" must be an object");
  const Dict& object = document.dict();
  ArgumentSource source;
  std::string type;
  const std::pair<std::string_view, std::string*> texts[] = {{"target", &source.target},
                                                             {"expr", &source.expr},
                                                             {"source", &source.source},
                                                             {"type", &type}};
  for (const auto& [key, text] : texts) {
    Step<std::string> read = text_of(object, key);
    if (auto* failure = std::get_if<Failure>(&read)) return *failure;
    *text = std::get<std::string>(std::move(read));
  }
  const auto known = read_type_name(type);
  if (!known) return Failure{"type", known.error()};
  source.type = *known;
  if (const Value* value = object.find("value")) {
    auto plain = as_plain(*value);
    if (!plain) return Failure{"request", plain.error()};
    source.value = *std::move(plain);
  }
  return source;
}

struct Request {
  std::vector<ArgumentSource> arguments;
  Dict scope;
};

Step<Request> read_request(std::string_view line) {
  if (line.size() > kMaxLine) {
    return bad_request("this line is longer than " + std::to_string(kMaxLine) + " bytes");
  }
  const auto document = parse_exact_json(line);
  if (!document) return Failure{"request", document.error()};
  if (!document->is_map()) return bad_request("a request must be an object");
  const Value* arguments = document->dict().find("args");
  if (arguments == nullptr || !arguments->is_list()) {
    return bad_request("a request must have \"args\", a list of arguments");
  }
  Request request;
  for (const Value& argument : arguments->items()) {
    Step<ArgumentSource> read = read_argument(argument);
    if (auto* failure = std::get_if<Failure>(&read)) return *failure;
    request.arguments.push_back(std::get<ArgumentSource>(std::move(read)));
  }
  if (const Value* own = document->dict().find("scope"); own != nullptr && !own->is_null()) {
    if (!own->is_map()) return bad_request("\"scope\" must be an object");
    auto scope = from_input(*own);
    if (!scope) return Failure{"request", scope.error()};
    request.scope = *std::move(scope);
  }
  return request;
}

Step<std::string> evaluate_request(const Request& request, const Dict& scope,
                                   EvaluationContext& context) {
  auto names = make_ref<Names>();
  std::vector<ArgumentIssue> issues;
  const auto program = compile_arguments(request.arguments, *names, {}, issues);
  if (!program) return Failure{"parse", issues.front().error};
  Variables variables(names, scope);
  variables.merge(request.scope);
  ArgumentRun run(std::move(variables));
  const ArgumentProgress progress = run_arguments(*program, run, context);
  if (const auto* error = std::get_if<Error>(&progress)) return Failure{"eval", *error};
  if (std::holds_alternative<Needs>(progress)) {
    return Failure{"eval", Error(ErrorKind::bug, "a reader without content")};
  }
  auto text = to_typed_json(run.results());
  if (!text) return Failure{"eval", text.error()};
  return *std::move(text);
}

std::string answer(std::string_view line, const Dict& scope, const Clock& clock, Random& random) {
  Fuel fuel{FuelLimits{}};
  EvaluationContext context{fuel, clock, random};
  Step<Request> request = read_request(line);
  auto* failure = std::get_if<Failure>(&request);
  Step<std::string> result;
  if (failure == nullptr) {
    result = evaluate_request(std::get<Request>(request), scope, context);
    failure = std::get_if<Failure>(&result);
  }
  if (failure == nullptr) return "{\"vars\":" + std::get<std::string>(result) + "}";
  std::string text = "{\"error\":";
  append_json_string(text, failure->error.to_line());
  text += ",\"stage\":\"";
  text += failure->stage;
  return text + "\"}";
}

}  // namespace

void answer_batch(const Dict& scope, std::istream& in, std::ostream& out) {
  const RealClock clock;
  Random random = Random::from_system();
  std::string line;
  while (out && read_line(in, line)) {
    out << answer(line, scope, clock, random) << '\n';
    if (in.rdbuf()->in_avail() <= 0) out.flush();
  }
  out.flush();
}

}  // namespace millrace
