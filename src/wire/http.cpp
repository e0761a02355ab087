#include "understudy/wire/http.hpp"

#include <algorithm>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"

namespace understudy::wire {

namespace {

bool is_one_word(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    });
}

}  // namespace

std::string http_request(std::string_view authority, std::string_view path) {
    UNDERSTUDY_ASSERT(is_one_word(authority) && is_one_word(path));
    std::string request{"GET "};
    request.append(path).append(" HTTP/1.1\r\nHost: ").append(authority);
    return request + "\r\nUser-Agent: understudy\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

// RFC 9112 §4: the version, a blank, three digits, and a blank or the end.
std::optional<std::uint16_t> http_status(std::string_view line) {
    constexpr std::string_view kName = "HTTP/1.";
    constexpr std::size_t kCode = kName.size() + 2;  // one digit and a blank
    if (!line.starts_with(kName) || line.size() < kCode + 3 || line[kCode - 1] != ' ') return std::nullopt;
    if (line.size() > kCode + 3 && line[kCode + 3] != ' ' && line[kCode + 3] != '\r') return std::nullopt;
    const auto status = parse_number<std::uint16_t>(line.substr(kCode, 3));
    if (!status || *status < 100) return std::nullopt;
    return status;
}

}  // namespace understudy::wire
