// rtnetlink messages to values and back (rtnetlink(7)): links and addresses, which is what the mirror of the kernel and the
// changes to it are made of. Built with libmnl's message builders, no socket here. Any byte string is either values or skipped:
// a message of a kind or shape we don't know is never an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::wire {

// An address as the kernel holds it, or as it shall hold it.
struct KernelAddress {
    net::LinkIndex link;
    net::Prefix prefix;
    std::uint8_t scope = 0;  // RT_SCOPE_*
    std::string label;       // IPv4; at most 15 characters
    std::optional<net::Address> broadcast;
    bool no_prefix_route = false;
    bool home = false;
    bool manage_temporary = false;
    bool no_duplicate_detection = false;        // IFA_F_NODAD
    bool tentative = false;                     // only as heard
    std::optional<seconds> preferred_lifetime;  // none: for ever
    std::optional<seconds> valid_lifetime;      // none: for ever
    std::uint8_t protocol = 0;                  // IFA_PROTO; 18 is keepalived's

    friend bool operator==(const KernelAddress&, const KernelAddress&) = default;
};

inline constexpr std::uint8_t kKeepalivedProtocol = 18;

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
struct DumpEnded {
    std::uint32_t sequence = 0;
    int error = 0;
    friend bool operator==(const DumpEnded&, const DumpEnded&) = default;
};
using RtnlMessage = std::variant<LinkHeard, LinkRemoved, AddressHeard, AddressRemoved, Answer, DumpEnded>;

// Appends the values of all messages in a datagram to `out`.
void decode_rtnl(Bytes datagram, std::vector<RtnlMessage>& out);

// Appends one request, with acknowledgement asked for, to a batch.
void append_add_address(std::vector<std::byte>& batch, const KernelAddress& address, std::uint32_t sequence);
void append_remove_address(std::vector<std::byte>& batch, const KernelAddress& address, std::uint32_t sequence);
void append_dump_links(std::vector<std::byte>& batch, std::uint32_t sequence);
void append_dump_addresses(std::vector<std::byte>& batch, std::uint32_t sequence);

}  // namespace understudy::wire
