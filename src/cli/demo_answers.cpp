#include "cli/demo_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace millrace {
namespace {

constexpr std::size_t kMostBytes = 16U << 20U;
constexpr std::size_t kMostJobs = 1000;
constexpr int kPollsUntilDone = 3;
constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(10);

constexpr std::string_view kHelp =
    "The upstream of the demo and the examples of Millrace. It answers to\n"
    "  /drip?bytes=1048576&seconds=3   numbered lines, dripped over that time\n"
    "  /stall?after=1000               so many bytes of a longer body, then nothing more\n"
    "  /slow?ms=500                    an answer that takes that long\n"
    "  /orders.json                    orders with their items\n"
    "  /prices.csv                     a price list\n"
    "  /job/start, /job/ID             a job that is done when asked for the third time\n"
    "  /mill/page?number=1             a page of a list, and where the next one is\n"
    "  /webhook                        503 twice, and taken the third time\n"
    "  /down                           503\n"
    "  /fallback.json                  what to use when /down is down\n"
    "  /echo                           the body of the request\n";

constexpr std::string_view kOrders = R"({
  "orders": [
    {"id": 1001, "customer": "Ann", "status": "paid", "total": 37.5,
     "items": [{"name": "flour", "count": 3}, {"name": "yeast", "count": 6}]},
    {"id": 1002, "customer": "Ben", "status": "open", "total": 12.25,
     "items": [{"name": "rye", "count": 1}]},
    {"id": 1003, "customer": "Ann", "status": "open", "total": 8,
     "items": [{"name": "salt", "count": 4}]},
    {"id": 1004, "customer": "Cleo", "status": "paid", "total": 99.9,
     "items": [{"name": "spelt", "count": 9}, {"name": "bran", "count": 2}]},
    {"id": 1005, "customer": "Ann", "status": "paid", "total": 20.25,
     "items": [{"name": "oats", "count": 5}]}
  ]
}
)";

constexpr std::string_view kPrices =
    "item,count,price\n"
    "flour,3,1.25\n"
    "rye,10,2.5\n"
    "spelt,4,3.75\n"
    "bran,20,0.4\n"
    "oats,2,1.125\n";

DemoAnswer json(std::string body) {
  return {.content_type = "application/json", .body = std::move(body)};
}

DemoAnswer refusal(std::string status, std::string body) {
  return {.status = std::move(status), .body = std::move(body)};
}

// A number of the query, between 0 and `most`; `otherwise` where it is missing or none.
double number(const DemoRequest& request, const std::string& name, double otherwise, double most) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return otherwise;
  const std::string& text = found->second;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good =
      read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= 0;  // so no NaN
  return good ? std::min(value, most) : otherwise;
}

std::size_t byte_count(const DemoRequest& request, const std::string& name, std::size_t otherwise) {
  return static_cast<std::size_t>(
      number(request, name, static_cast<double>(otherwise), kMostBytes));
}

std::chrono::milliseconds milliseconds(double count) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(count));
}

DemoAnswer drip(const DemoRequest& request) {
  const double longest = std::chrono::duration<double>(kLongest).count();
  return {.body = demo_text(byte_count(request, "bytes", 1U << 20U)),
          .spread = milliseconds(1000 * number(request, "seconds", 3, longest))};
}

DemoAnswer stall(const DemoRequest& request) {
  const std::size_t after = byte_count(request, "after", 1000);
  return {.body = demo_text(after + 1000), .stall_after = after};
}

DemoAnswer slow(const DemoRequest& request) {
  const auto wait = milliseconds(number(request, "ms", 500, static_cast<double>(kLongest.count())));
  DemoAnswer answer = json(fmt::format("{{\"waited\": {}}}\n", wait.count()));
  answer.wait = wait;
  return answer;
}

// Ten sacks, three a page.
DemoAnswer page(const DemoRequest& request) {
  constexpr int kSacks = 10;
  constexpr int kOnPage = 3;
  const int number_of_page = static_cast<int>(number(request, "number", 1, kSacks));
  const int first = std::max(number_of_page - 1, 0) * kOnPage + 1;
  std::string items;
  for (int sack = first; sack < first + kOnPage && sack <= kSacks; ++sack) {
    items += fmt::format("{}{{\"sack\": {}, \"weight\": {}}}", items.empty() ? "" : ", ", sack,
                         40 + sack);
  }
  const std::string next = first + kOnPage > kSacks
                               ? "\"\""
                               : fmt::format("\"/mill/page?number={}\"", number_of_page + 1);
  return json(fmt::format("{{\"items\": [{}], \"next\": {}}}\n", items, next));
}

std::map<std::string, std::string> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query.emplace(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  return query;
}

}  // namespace

std::optional<DemoRequest> parse_demo_head(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string_view::npos || second <= first + 1) return std::nullopt;
  const std::string_view target = line.substr(first + 1, second - first - 1);
  if (target.front() != '/' || !line.substr(second + 1).starts_with("HTTP/1.")) return std::nullopt;
  DemoRequest request{.method = std::string(line.substr(0, first))};
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = parse_query(target.substr(std::min(question + 1, target.size())));
  return request;
}

std::string DemoAnswer::head() const {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n", status,
                     content_type, body.size());
}

DemoAnswer DemoAnswers::to(const DemoRequest& request) {
  const std::string& path = request.path;
  if (path == "/") return {.body = std::string(kHelp)};
  if (path == "/drip") return drip(request);
  if (path == "/stall") return stall(request);
  if (path == "/slow") return slow(request);
  if (path == "/orders.json") return json(std::string(kOrders));
  if (path == "/prices.csv") return {.content_type = "text/csv", .body = std::string(kPrices)};
  if (path == "/down") return refusal("503 Service Unavailable", "down, as always\n");
  if (path == "/fallback.json") return json("{\"rate\": 1.08, \"source\": \"yesterday\"}\n");
  if (path == "/echo") return {.content_type = "application/octet-stream", .body = request.body};
  if (path == "/mill/page") return page(request);
  if (path == "/webhook") return webhook();
  if (path == "/job/start") return start_job();
  if (path.starts_with("/job/")) return ask_job(std::string_view(path).substr(5));
  return refusal("404 Not Found", "Nothing here. What there is:\n" + std::string(kHelp));
}

DemoAnswer DemoAnswers::start_job() {
  polls_.emplace(++last_job_, 0);
  if (polls_.size() > kMostJobs) polls_.erase(polls_.begin());
  DemoAnswer answer = json(fmt::format("{{\"id\": {0}, \"path\": \"/job/{0}\"}}\n", last_job_));
  answer.status = "202 Accepted";
  return answer;
}

DemoAnswer DemoAnswers::webhook() {
  if (++webhooks_ % 3 != 0) return refusal("503 Service Unavailable", "busy: try again\n");
  DemoAnswer answer = json("{\"taken\": true}\n");
  answer.status = "202 Accepted";
  return answer;
}

DemoAnswer DemoAnswers::ask_job(std::string_view id) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  const auto job = polls_.find(number);
  if (read.ec != std::errc() || read.ptr != id.data() + id.size() || job == polls_.end()) {
    return refusal("404 Not Found", "no such job\n");
  }
  job->second = std::min(job->second + 1, kPollsUntilDone);
  if (job->second < kPollsUntilDone) {
    return json(fmt::format("{{\"state\": \"running\", \"progress\": {}}}\n",
                            100 * job->second / kPollsUntilDone));
  }
  return json("{\"state\": \"done\", \"progress\": 100, \"result\": \"42 sacks milled\"}\n");
}

std::string demo_text(std::size_t size) {
  std::string text;
  text.reserve(size + 64);
  for (std::size_t line = 1; text.size() < size; ++line) {
    text += fmt::format("{:010}  the river turns the wheel, and the wheel the stones\n", line);
  }
  text.resize(size);
  return text;
}

}  // namespace millrace
