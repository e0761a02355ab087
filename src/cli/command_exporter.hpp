// `exporter`: metrics and a page for people by HTTP, for as long as it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/net/address.hpp"

#include "command.hpp"

namespace understudy::cli {

extern const Command kExporter;

struct Listen {
    net::Address address;
    std::uint16_t port = 0;  // 0: the kernel chooses one
    friend bool operator==(const Listen&, const Listen&) = default;
};

// "127.0.0.1:9112" or "[::1]:9112". None: it is no address with a port.
[[nodiscard]] std::optional<Listen> parse_listen(std::string_view text);

}  // namespace understudy::cli
