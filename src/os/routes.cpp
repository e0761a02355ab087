#include "understudy/os/routes.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "understudy/os/links.hpp"
#include "understudy/wire/rtnl_route.hpp"

#include "netlink_socket.hpp"
#include "socket_options.hpp"

namespace understudy::os {

namespace {

// A gateway of the route, or of one of its ways.
std::optional<Gateway> gateway_of(const net::Route& route) {
    net::Address address = route.gateway.value_or(net::Address{});
    net::LinkIndex link = route.link;
    if (!route.gateway) {
        const auto hop =
            std::ranges::find_if(route.hops, [](const net::NextHop& way) { return way.gateway.has_value(); });
        if (hop == route.hops.end()) return std::nullopt;
        address = *hop->gateway;
        link = hop->link;
    }
    return Gateway{address, link_name(link).value_or("")};
}

}  // namespace

std::expected<Gateway, SysError> default_gateway(net::Family family) {
    constexpr std::uint32_t kSequence = 1;
    auto socket = open_netlink(0, {kNetlinkDatagram, false});
    if (!socket) return std::unexpected(socket.error());
    // Without it the kernel lists all tables; then the default route may be further away.
    static_cast<void>(set_option(socket->fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1,
                                 "have the kernel sort the routes"));
    std::vector<std::byte> request;
    wire::append_dump_main_routes(request, family, kSequence);
    if (auto sent = send_netlink(socket->fd.get(), request, "ask for the default route"); !sent)
        return std::unexpected(sent.error());
    // The kernel lists its routes by destination, so that the default routes come first.
    std::vector<std::byte> buffer(kNetlinkDatagram);
    const auto answer = receive_netlink(socket->fd.get(), buffer);
    if (!answer) return std::unexpected(SysError{"ask for the default route", answer.error()});
    std::vector<wire::RouteMessage> messages;
    wire::decode_routes(*answer, messages);
    std::optional<Gateway> found;
    std::uint32_t metric = 0;
    for (const wire::RouteMessage& message : messages) {
        const auto* const heard = std::get_if<wire::RouteHeard>(&message);
        if (heard == nullptr || heard->route.destination.length != 0) continue;
        if (found && heard->route.metric >= metric) continue;
        if (auto gateway = gateway_of(heard->route)) {
            found = std::move(gateway);
            metric = heard->route.metric;
        }
    }
    if (!found) return std::unexpected(SysError{"find the default gateway", ENETUNREACH});
    return *std::move(found);
}

}  // namespace understudy::os
