// rtnetlink messages to values and back (rtnetlink(7)): links, addresses, routes and rules, which is what the
// mirror of the kernel and the changes to it are made of. Built with libmnl's message builders, no socket
// here. Any byte string is either values or skipped: a message of a kind or shape we don't know is never an
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/wire/rtnl_route.hpp"

namespace understudy::wire {

using KernelAddress = net::InterfaceAddress;

struct LinkHeard {
    net::Link link;
    friend bool operator==(const LinkHeard&, const LinkHeard&) = default;
};
struct LinkRemoved {
    net::LinkIndex index;
    friend bool operator==(const LinkRemoved&, const LinkRemoved&) = default;
};
struct AddressHeard {
    KernelAddress address;
    friend bool operator==(const AddressHeard&, const AddressHeard&) = default;
};
struct AddressRemoved {
    KernelAddress address;
    friend bool operator==(const AddressRemoved&, const AddressRemoved&) = default;
};
// The answer to the request with this sequence number: 0 or an errno.
struct Answer {
    std::uint32_t sequence = 0;
    int error = 0;
    friend bool operator==(const Answer&, const Answer&) = default;
};
// The end of a dump. Error EINTR says that the kernel changed meanwhile: the dump has to be asked for again.
struct DumpEnded {
    std::uint32_t sequence = 0;
    int error = 0;
    friend bool operator==(const DumpEnded&, const DumpEnded&) = default;
};
using RtnlMessage = std::variant<LinkHeard, LinkRemoved, AddressHeard, AddressRemoved, RouteHeard,
                                 RouteRemoved, RuleHeard, RuleRemoved, Answer, DumpEnded>;

// Appends the values of all messages in a datagram to `out`. Of routes and rules only those of keepalived's
// protocol, and routes that replace another one: a router may hold a million that are nobody's business here.
void decode_rtnl(Bytes datagram, std::vector<RtnlMessage>& out);

// Append one request to a batch. Additions and removals ask for an acknowledgement. Adding an address that is
// there already is EEXIST. A renewal gives it these lifetimes, which begin anew, and adds one that is not
// there; a preferred lifetime that exceeds the valid one is cut to it. A removal goes by link, address and
// prefix length.
void append_add_address(std::vector<std::byte>& batch, const KernelAddress& address, std::uint32_t sequence);
void append_renew_address(std::vector<std::byte>& batch, const KernelAddress& address,
                          std::uint32_t sequence);
void append_remove_address(std::vector<std::byte>& batch, const KernelAddress& address,
                           std::uint32_t sequence);
void append_get_link(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence);
void append_dump_links(std::vector<std::byte>& batch, std::uint32_t sequence);
void append_dump_addresses(std::vector<std::byte>& batch, std::uint32_t sequence,
                           std::optional<net::Family> only = std::nullopt);

}  // namespace understudy::wire
