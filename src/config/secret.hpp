// The secret of an auth_hmac key, as it is written in the configuration or in a file of its own.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "understudy/base/secret.hpp"

namespace understudy::config {

// Before the path of a file that holds the secret.
inline constexpr std::string_view kSecretFilePrefix = "file:";

// Plain text, or "hex:" and digits, blanks allowed between octets: 32 to 64 octets. Otherwise what is wrong
// with it, as the end of a sentence that never repeats what was written.
[[nodiscard]] std::expected<Secret, std::string> parse_secret(std::string_view text);

}  // namespace understudy::config
