// What looks like a credential, so that it can be left out of what people and files are shown:
// errors, traces, logs. By names, since of a text alone nobody can tell.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// What is shown in place of a credential.
inline constexpr std::string_view kHidden = "***";

// Whether what goes by this name, of a header, a parameter or a field, is a credential:
// "Authorization", "X-Api-Key", "access_token", "clientKey".
bool is_secret_name(std::string_view name);

// A URL without the credentials in it: what stands before the host's @, and the values of
// parameters in query and fragment whose names say so. Need not be a well-formed URL.
std::string hide_secrets(std::string_view url);

}  // namespace millrace
