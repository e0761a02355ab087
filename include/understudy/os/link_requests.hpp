// Making, changing and removing links, one request at a time and each with its answer (rtnetlink(7)).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/net/link.hpp"
#include "understudy/net/virtual_link.hpp"
#include "understudy/os/receive_room.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class LinkRequests {
public:
    [[nodiscard]] static std::expected<LinkRequests, SysError> open();

    // The new link, which is still down.
    [[nodiscard]] std::expected<net::LinkIndex, SysError> make(const net::VirtualLink& link);
    // Always refused: EOPNOTSUPP if the kernel does not know the kind.
    [[nodiscard]] std::expected<void, SysError> make_incomplete(const std::string& kind);
    // On a host without IPv6 there is nothing to stop, and that is no error.
    [[nodiscard]] std::expected<void, SysError> stop_address_generation(net::LinkIndex link);
    // Of one ipvlan, which sets it for all that are on the same interface.
    [[nodiscard]] std::expected<void, SysError> set_ipvlan_mode(net::LinkIndex link, net::IpvlanMode mode);
    [[nodiscard]] std::expected<void, SysError> set_alias(net::LinkIndex link, const std::string& alias);
    [[nodiscard]] std::expected<void, SysError> set_up(net::LinkIndex link);
    // One that is gone already is no error.
    [[nodiscard]] std::expected<void, SysError> remove(net::LinkIndex link);

private:
    explicit LinkRequests(UniqueFd fd);
    [[nodiscard]] std::expected<void, SysError> request(std::string_view attempted);

    UniqueFd fd_;
    std::uint32_t sequence_ = 0;
    std::vector<std::byte> batch_;
    ReceiveRoom room_;
};

}  // namespace understudy::os
