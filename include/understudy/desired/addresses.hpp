// What addresses the kernel should hold, what it does hold, and the difference: see objects.hpp. IPv4 keeps
// one object per link, address, prefix length and network of the peer; IPv6 one per link and address whatever
// its prefix length (the kernel refuses a second one with EEXIST). Addresses vanish with their link.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/desired/objects.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::desired {

struct AddressKind {
    using Object = net::InterfaceAddress;
    using Ground = net::LinkIndex;  // what an object stands on
    using PlaceKey = net::Address;  // what all objects share that the kernel might confuse
    template <typename T>
    using Places = std::map<PlaceKey, T>;

    static constexpr bool kRemembersStrangers = true;
    static Ground ground(const Object& address) { return address.link; }
    static bool exists(Ground link) { return link.value != 0; }
    static PlaceKey place(const Object& address) { return address.prefix.address; }
    // Of two in one place.
    static bool is_same(const Object& a, const Object& b);
    // But for the lifetimes, which can be changed in place.
    static bool has_same_settings(const Object& a, const Object& b);
    // Of one that the kernel takes away by itself unless it is renewed.
    static std::optional<microseconds> lease(const Object& address) { return address.valid_lifetime; }
    static bool has_same_lease(const Object& a, const Object& b);
    static bool is_heard(const Object&) { return true; }
    static bool is_usable(const Object& heard) { return !heard.tentative; }
    static bool is_put_back(const Object&) { return true; }
    // What to name when removing it, given what it is and as what we added it or last heard of it.
    static Object to_remove(const Object& asked, const std::optional<Object>& placed,
                            const std::optional<Object>& heard);
    static bool is_added(const Object& address, int error, bool was_present);
    static bool is_removed(int error);
    static bool is_worth_telling(const Object& address, int error, std::uint32_t refusals);
    static std::uint32_t echoes_of_removal(const Object&) { return 1; }
};

using Change = ChangeOf<net::InterfaceAddress>;
using Placed = PlacedOf<net::InterfaceAddress>;
using Lost = LostOf<net::InterfaceAddress>;
using Refused = RefusedOf<net::InterfaceAddress>;
using LeftoverRemoved = LeftoverRemovedOf<net::InterfaceAddress>;
using Finding = FindingOf<net::InterfaceAddress>;

extern template class Objects<AddressKind>;

class Addresses : public Objects<AddressKind> {
public:
    using Objects::vanished;

    // Is this address managed by anyone but `except` (wanted or not)?
    [[nodiscard]] bool manages(net::LinkIndex link, const net::Address& address,
                               std::optional<Owner> except = std::nullopt) const;
    // The kernel holds it, as far as it has told; of an IPv6 address the prefix length does not matter.
    [[nodiscard]] bool is_present(net::LinkIndex link, const net::Prefix& prefix) const;
    // When the kernel takes it away unless its lease is renewed before; none: it is not there, has no lease,
    // or is to be renewed at once.
    [[nodiscard]] std::optional<Instant> lease_end(net::LinkIndex link, const net::Prefix& prefix) const;

    // A removal that tells its prefix is exact; without one, every object of that address is checked.
    void vanished(net::LinkIndex link, const net::Address& address, Instant now);
    void link_vanished(net::LinkIndex link);
};

}  // namespace understudy::desired
