// Where a line of the configuration holds a secret: what is shown or logged of a file leaves it out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::config {

// Where what follows auth_pass, or the number of an auth_hmac key, begins; npos: the line holds no secret. A
// key's file is none.
[[nodiscard]] std::size_t secret_in(std::string_view line);

// The same line, as long as it is, with an asterisk for each character of a secret.
[[nodiscard]] std::string with_secrets_hidden(std::string_view line);

}  // namespace understudy::config
