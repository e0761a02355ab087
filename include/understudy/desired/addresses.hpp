// What addresses the kernel should hold, what it does hold, and the difference. Each owner (a virtual router)
// manages a set of addresses and wants all of them present or none. Becoming master, a left-over of a dead
// predecessor, an address that somebody deleted, a reload: all are the same comparison. Pure: the kernel is
// told by take_changes() and heard by observed(), vanished(), resynchronised() and answered(). Work per call
// grows with what changed, never with what is configured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::desired {

using Owner = std::size_t;

struct Change {
    enum class Kind : std::uint8_t { Add, Remove };
    Kind kind = Kind::Add;
    net::InterfaceAddress address;
    friend bool operator==(const Change&, const Change&) = default;
};

// What the operator should hear of, or what the agent must act upon.
struct Placed {  // an address that an owner wants is now in place (or already was when it began to want it):
                 // announce it
    Owner owner = 0;
    net::InterfaceAddress address;
    bool repaired = false;  // somebody had deleted it
    friend bool operator==(const Placed&, const Placed&) = default;
};
struct Lost {  // somebody deleted an address that an owner wants; it is put back at once or, if this happens
               // too often, at `again_at`
    Owner owner = 0;
    net::InterfaceAddress address;
    std::uint32_t times = 0;          // in the present series
    std::optional<Instant> again_at;  // none: at once
    friend bool operator==(const Lost&, const Lost&) = default;
};
struct Refused {  // the kernel refused a change; tried again later
    Change change;
    int error = 0;  // errno
    std::vector<Owner> owners;
    friend bool operator==(const Refused&, const Refused&) = default;
};
struct LeftoverRemoved {  // present at start although nobody wants it
    net::InterfaceAddress address;
    friend bool operator==(const LeftoverRemoved&, const LeftoverRemoved&) = default;
};
using Finding = std::variant<Placed, Lost, Refused, LeftoverRemoved>;

class Addresses {
public:
    Addresses();
    ~Addresses();
    Addresses(Addresses&&) noexcept;
    Addresses& operator=(Addresses&&) noexcept;

    // Replaces the set of addresses this owner manages, in the order in which they are to be added. What it
    // no longer manages is removed from the kernel if it was wanted, what is new is added if the owner wants
    // its addresses. One address may be managed by several owners: it stays while any wants it.
    void manage(Owner owner, std::vector<net::InterfaceAddress> addresses);
    // The owner's addresses should be present, or absent. Release removes those that are present, in order.
    void want(Owner owner, bool wanted);
    [[nodiscard]] bool wants(Owner owner) const;
    // How many of the owner's addresses still have a change that is queued, in flight or waiting to be put
    // back. A change that the kernel refused and that waits for its retry does not count. 0: the kernel holds
    // what was asked, as far as it lets us.
    [[nodiscard]] std::size_t outstanding(Owner owner) const;
    // What is managed, unwanted and present is a left-over: remove it. Called once, when the first picture of
    // the kernel is complete and the owners that start as master have said so. Later strangers are left alone
    // (keepalived does the same).
    void remove_leftovers();

    // Is this address managed by anyone (wanted or not)? Such an address is never a router's source address.
    [[nodiscard]] bool manages(net::LinkIndex link, const net::Address& address) const;

    // The kernel holds it, as far as it has told; of an IPv6 address the prefix length does not matter.
    [[nodiscard]] bool is_present(net::LinkIndex link, const net::Prefix& prefix) const;

    // News from the kernel. IPv4 holds one object per address and prefix length, so a removal that tells its
    // prefix is exact; without one, every object of that address is checked.
    void observed(const net::InterfaceAddress& address);
    void vanished(const net::InterfaceAddress& address, Instant now);
    void vanished(net::LinkIndex link, const net::Address& address, Instant now);
    void link_vanished(net::LinkIndex link);
    void resynchronised(std::span<const net::InterfaceAddress> all, Instant now);

    // The next changes to ask of the kernel, at most `most`, adds of one owner in its order; removals come
    // before additions. They are in flight until answered.
    [[nodiscard]] std::vector<Change> take_changes(std::size_t most, Instant now);
    [[nodiscard]] bool has_changes(Instant now) const;
    // errors[i] is the answer to changes[i]: 0 or an errno. EEXIST of an addition and EADDRNOTAVAIL or ENODEV
    // of a removal are successes.
    void answered(std::span<const Change> changes, std::span<const int> errors, Instant now);
    // When a change that waits (refused, or repaired too often) is due.
    [[nodiscard]] std::optional<Instant> deadline() const;

    // Everything found since the last call.
    [[nodiscard]] std::vector<Finding> take_findings();

private:
    struct Book;
    std::unique_ptr<Book> book_;
};

}  // namespace understudy::desired
