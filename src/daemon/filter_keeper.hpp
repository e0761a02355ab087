// Carries out the agent's orders about the packet filter. Its socket is opened by the first, so that a host
// whose configuration needs no filter may lack nf_tables.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "understudy/net/packet_filter.hpp"
#include "understudy/os/packet_filter.hpp"

namespace understudy::daemon {

class FilterKeeper {
public:
    // A table of another name that was set before is removed.
    [[nodiscard]] std::expected<void, os::SysError> set(const net::PacketFilter& filter);

private:
    std::optional<os::PacketFilterSocket> socket_;
    std::string table_;  // as set; empty: none
};

}  // namespace understudy::daemon
