#include "understudy/os/link_requests.hpp"

#include <net/if.h>

#include <cerrno>
#include <utility>
#include <variant>

#include "understudy/wire/rtnl.hpp"
#include "understudy/wire/rtnl_link.hpp"

#include "netlink_socket.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kRoomForAnswers = 256u << 10;

}  // namespace

std::expected<LinkRequests, SysError> LinkRequests::open() {
    auto socket = open_netlink(0, {kRoomForAnswers, true});
    if (!socket) return std::unexpected(socket.error());
    return LinkRequests{std::move(socket->fd)};
}

LinkRequests::LinkRequests(UniqueFd fd) : fd_(std::move(fd)), room_(kNetlinkDatagram) {}

// The kernel has done the work when the request has been sent, so its answer is there already.
std::expected<void, SysError> LinkRequests::request(std::string_view attempted) {
    const std::string what{attempted};
    auto sent = send_netlink(fd_.get(), batch_, what.c_str());
    batch_.clear();  // what could not be sent must not come before the next request
    if (!sent) return sent;
    for (;;) {
        const auto datagram = receive_netlink(fd_.get(), room_.all());
        if (!datagram) return std::unexpected(SysError{what, datagram.error()});
        std::vector<wire::RtnlMessage> messages;
        wire::decode_rtnl(*datagram, messages);
        for (const wire::RtnlMessage& message : messages) {
            const auto* const answer = std::get_if<wire::Answer>(&message);
            if (answer == nullptr || answer->sequence != sequence_) continue;
            if (answer->error != 0) return std::unexpected(SysError{what, answer->error});
            return {};
        }
    }
}

std::expected<net::LinkIndex, SysError> LinkRequests::make(const net::VirtualLink& link) {
    const std::string attempted = std::string{link.ipvlan ? "make the ipvlan " : "make the macvlan "} +
                                  link.name + " on " + link.base_name;
    wire::append_make_link(batch_, link, ++sequence_);
    if (auto done = request(attempted); !done) return std::unexpected(done.error());
    const unsigned index = ::if_nametoindex(link.name.c_str());
    if (index == 0) return std::unexpected(SysError::last(attempted));
    return net::LinkIndex{index};
}

std::expected<void, SysError> LinkRequests::make_incomplete(const std::string& kind) {
    wire::append_make_incomplete_link(batch_, kind, ++sequence_);
    return request("ask for an interface of kind " + kind);
}

std::expected<void, SysError> LinkRequests::stop_address_generation(net::LinkIndex link) {
    wire::append_stop_address_generation(batch_, link, ++sequence_);
    auto done = request("keep the kernel from making IPv6 addresses of the virtual MAC");
    if (!done && done.error().code == EAFNOSUPPORT) return {};
    return done;
}

std::expected<void, SysError> LinkRequests::set_ipvlan_mode(net::LinkIndex link, net::IpvlanMode mode) {
    wire::append_set_ipvlan_mode(batch_, link, mode, ++sequence_);
    return request("set whether the ipvlans of an interface hear each other");
}

std::expected<void, SysError> LinkRequests::set_alias(net::LinkIndex link, const std::string& alias) {
    wire::append_set_alias(batch_, link, alias, ++sequence_);
    return request("note what an interface is for in its alias");
}

std::expected<void, SysError> LinkRequests::set_up(net::LinkIndex link) {
    wire::append_set_up(batch_, link, ++sequence_);
    return request("set an interface up");
}

std::expected<void, SysError> LinkRequests::remove(net::LinkIndex link) {
    wire::append_remove_link(batch_, link, ++sequence_);
    auto done = request("remove an interface");
    if (!done && done.error().code == ENODEV) return {};
    return done;
}

}  // namespace understudy::os
