// The vocabulary of what is desired of the kernel, whatever the objects are: who asks for them, the changes
// to ask of the kernel, and what the operator should hear of or the agent must act upon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"

namespace understudy::desired {

using Owner = std::size_t;

enum class ChangeKind : std::uint8_t {
    Add,  // there may be one already
    Remove,
    Renew,  // what is there begins a new lease, or has none any more; what is not there is added
};

template <typename Object>
struct ChangeOf {
    using Kind = ChangeKind;
    Kind kind = Kind::Add;
    Object object;
    friend bool operator==(const ChangeOf&, const ChangeOf&) = default;
};

// An object that an owner wants is now in place, or already was when it began to want it.
template <typename Object>
struct PlacedOf {
    Owner owner = 0;
    Object object;
    bool repaired = false;  // it had been missing although wanted
    friend bool operator==(const PlacedOf&, const PlacedOf&) = default;
};
// Somebody deleted an object that an owner wants, or its lease ran out; it is put back at once or, if this
// happens too often, at `again_at`.
template <typename Object>
struct LostOf {
    Owner owner = 0;
    Object object;
    std::uint32_t times = 0;          // in the present series
    std::optional<Instant> again_at;  // none: at once
    bool expired = false;             // nobody deleted it: we were late, and its lease ran out
    friend bool operator==(const LostOf&, const LostOf&) = default;
};
template <typename Object>
struct RefusedOf {  // the kernel refused a change; tried again later
    ChangeOf<Object> change;
    int error = 0;  // errno
    std::vector<Owner> owners;
    friend bool operator==(const RefusedOf&, const RefusedOf&) = default;
};
template <typename Object>
struct LeftoverRemovedOf {  // present at start although nobody wants it
    Object object;
    friend bool operator==(const LeftoverRemovedOf&, const LeftoverRemovedOf&) = default;
};
template <typename Object>
using FindingOf =
    std::variant<PlacedOf<Object>, LostOf<Object>, RefusedOf<Object>, LeftoverRemovedOf<Object>>;

}  // namespace understudy::desired
