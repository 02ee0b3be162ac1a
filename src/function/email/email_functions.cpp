#include "function/declaration.h"

namespace millrace {
namespace {

using enum Type;

std::vector<ArgumentSignature> letter() {
  return {{"subject", {String, Reader}, false, "Subject."},
          {"replyTo", {String}, false, "Where answers go."},
          {"from", {String}, false, "The sender."},
          {"to", {String, KV}, false, "Recipients: one, or names by address."},
          {"cc", {String, KV}, false, "Recipients of a copy."},
          {"html", {String, Reader}, false, "The text in HTML."},
          {"plain", {String, Reader}, false, "The text without markup."}};
}

// A function that changes a message it is given.
FunctionDeclaration change(std::string_view ref, std::vector<ArgumentSignature> arguments,
                           std::string_view help, std::string_view example) {
  arguments.insert(arguments.begin(),
                   ArgumentSignature{"message", {EmailMessage}, true, "The message."});
  return {{.ref = ref,
           .arguments = std::move(arguments),
           .results = {},
           .help = help,
           .example = example}};
}

constexpr std::string_view kMessageExample =
    "[{ target: message, type: EmailMessage, expr: \"letter\" }]";
constexpr std::string_view kAddressExample =
    "[{ target: message, type: EmailMessage, expr: \"letter\" }, "
    "{ target: type, type: String, value: \"CC\" }, "
    "{ target: address, type: String, value: \"ann@example.org\" }]";
constexpr std::string_view kFileExample =
    "[{ target: message, type: EmailMessage, expr: \"letter\" }, "
    "{ target: content, type: Reader, expr: \"body\" }, "
    "{ target: name, type: String, value: \"prices.csv\" }]";

std::vector<ArgumentSignature> address() {
  return {{"type", {String}, true, "From, ReplyTo, To, CC or BCC."},
          {"address", {String}, true, "The address."},
          {"name", {String}, false, "The name beside it."}};
}

std::vector<ArgumentSignature> file() {
  return {{"content", {Reader, String}, true, "The content."},
          {"name", {String}, false, "The file's name."}};
}

}  // namespace

std::vector<FunctionDeclaration> email_functions() {
  return {
      {{.ref = "emailSend",
        .arguments = letter(),
        .results = {},
        .help = "Sends an e-mail.",
        .example = "[{ target: to, type: String, value: \"ann@example.org\" }]"}},
      {{.ref = "emailMessage",
        .arguments = letter(),
        .results = {{"message", EmailMessage, "To be changed and sent by other steps."}},
        .help = "Makes an e-mail without sending it.",
        .example = "[{ target: subject, type: String, value: \"News\" }]"}},
      change("emailSendMessage", {}, "Sends an e-mail that other steps made.", kMessageExample),
      change("emailSetSubject", {{"subject", {String}, true, "Subject."}}, "Sets the subject.",
             "[{ target: message, type: EmailMessage, expr: \"letter\" }, "
             "{ target: subject, type: String, value: \"News\" }]"),
      change("emailSetHeaders", {{"headers", {KVV}, true, "Headers."}}, "Sets several headers.",
             "[{ target: message, type: EmailMessage, expr: \"letter\" }, "
             "{ target: headers, type: KVV, expr: '{\"X-Order\": \"7\"}' }]"),
      change("emailSetHeader",
             {{"name", {String}, true, "Name of the header."},
              {"value", {String}, false, "Its value; none removes it."}},
             "Sets one header.",
             "[{ target: message, type: EmailMessage, expr: \"letter\" }, "
             "{ target: name, type: String, value: \"X-Order\" }, "
             "{ target: value, type: String, value: \"7\" }]"),
      change("emailSetAddress", address(), "Replaces the addresses of a kind.", kAddressExample),
      change("emailAddAddress", address(), "Adds an address.", kAddressExample),
      change("emailAttach", file(), "Attaches a file.", kFileExample),
      change("emailEmbed", file(), "Embeds a file, such as a picture, in the text.", kFileExample),
  };
}

}  // namespace millrace
