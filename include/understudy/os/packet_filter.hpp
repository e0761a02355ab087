// Puts the packet filter into the kernel (nf_tables), all of it or nothing.
#pragma once

#include <cstdint>
#include <expected>

#include "understudy/net/packet_filter.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class PacketFilterSocket {
public:
    [[nodiscard]] static std::expected<PacketFilterSocket, SysError> open();

    // Our table of either family is replaced; one that would be empty is removed.
    [[nodiscard]] std::expected<void, SysError> set(const net::PacketFilter& filter);

private:
    explicit PacketFilterSocket(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
    std::uint32_t sequence_ = 1;
};

}  // namespace understudy::os
