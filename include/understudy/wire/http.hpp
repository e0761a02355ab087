// The little of HTTP/1.1 (RFC 9112) that asking for a status needs: one request, and the first line of the
// answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::wire {

// GET, closing the connection. Path and authority hold neither blanks nor ends of lines.
[[nodiscard]] std::string http_request(std::string_view authority, std::string_view path);

// "HTTP/1.1 200 OK": 200. None: no such line, whatever it is instead.
[[nodiscard]] std::optional<std::uint16_t> http_status(std::string_view line);

}  // namespace understudy::wire
