// One kernel object that a book knows, wanted or not, present or not, and what has been asked of the kernel
// about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/desired/finding.hpp"

namespace understudy::desired {

inline constexpr std::size_t kRepairsBeforeLimit = 10;
inline constexpr seconds kRepairWindow{10};
inline constexpr seconds kLimitedRepairGap{1};
inline constexpr seconds kFirstRetry{1};
inline constexpr seconds kLongestRetry{30};
// How often a lease is renewed while it lasts: one renewal may fail, and its repetition, too.
inline constexpr int kRenewalsPerLease = 3;

// What an item needs, or what is in flight for it.
enum class Operation : std::uint8_t { None, Add, Remove, Renew };

// Afterwards the kernel holds it, whatever was before.
constexpr bool is_placing(Operation operation) {
    return operation == Operation::Add || operation == Operation::Renew;
}
// A renewal changes nothing that anybody waits for.
constexpr bool is_awaited(Operation operation) {
    return operation == Operation::Add || operation == Operation::Remove;
}

// Rare, so it is made on the first need: how often somebody deleted the address, how often the kernel
// refused.
struct Trouble {
    std::array<Instant, kRepairsBeforeLimit> repairs{};  // a ring of the latest
    std::size_t repair_count = 0;
    std::uint32_t losses = 0;  // in the present series
    Instant last_loss{};
    bool limited = false;
    std::uint32_t refusals = 0;  // in the present series
    bool refusal_reported = false;
};

template <typename Kind>
struct GroundOf;
template <typename Kind>
struct ItemOf;

// All objects that differ in so little that a change of one may concern another.
template <typename Kind>
using PlaceOf = std::vector<std::unique_ptr<ItemOf<Kind>>>;

template <typename Kind>
struct ItemOf {
    using Object = typename Kind::Object;

    static constexpr std::size_t kMembers = 32;

    ItemOf(GroundOf<Kind>& stands_on, PlaceOf<Kind>& at, const Object& initial)
        : ground(&stands_on), place(&at), object(initial) {}

    GroundOf<Kind>* ground;
    PlaceOf<Kind>* place;
    Object object;              // as its owners ask for it, or as heard when nobody manages it
    std::vector<Owner> owners;  // who manage it
    std::uint32_t wanted = 0;   // how many of them want it
    std::uint64_t mark = 0;     // scratch of manage(): the latest list that contained it

    // What is believed of the kernel.
    bool present = false;
    bool told = false;             // the kernel has told that it is there and can be used
    bool surely_absent = true;     // no addition was tried and none heard of since it was last removed
    bool doubtful = false;         // somebody may have deleted it unnoticed: an addition will tell
    bool damaged = false;          // present, but not as we left it
    bool given_up = false;         // somebody deleted it, and it is not to be put back
    std::optional<Object> heard;   // as the kernel told of it
    std::optional<Object> placed;  // what our own addition looked like
    std::uint32_t expected_observations = 0;  // echoes of our own changes that are still to come
    std::uint32_t expected_disappearances = 0;

    // What is to be done.
    bool removal_due = false;  // released, or a left-over; a stranger's address is not
    bool leftover = false;
    bool lost = false;  // reported as lost and not yet back
    bool placed_told = false;
    Operation in_flight = Operation::None;
    bool verifying = false;           // the addition in flight answers a doubt
    bool observed_in_flight = false;  // since the change was taken
    bool disappeared_in_flight = false;
    Operation queued = Operation::None;
    Operation waiting = Operation::None;  // never both queued and waiting
    Instant wait_until{};
    bool waits_for_retry = false;     // because the kernel refused, not to spare it another repair
    std::uint64_t ticket = 0;         // its place among the queued or waiting
    std::optional<Instant> renew_at;  // when its lease is renewed; none: at once, if it has one
    bool outstanding = false;         // counted as such for each of its owners

    std::unique_ptr<Trouble> trouble;

    [[nodiscard]] bool is_stale() const {
        return damaged || (placed && !Kind::has_same_settings(*placed, object));
    }
    // It has a lease, or has one still that it should not have.
    [[nodiscard]] bool is_renewable() const {
        if (Kind::lease(object)) return true;
        return (placed && !Kind::has_same_lease(*placed, object)) || (heard && Kind::lease(*heard));
    }
    // All leases of one length are renewed together, which spares the loop and keeps the kernel's timer,
    // which looks once a second at most, from being late for the second of two.
    [[nodiscard]] std::optional<Instant> next_renewal(Instant now) const {
        const std::optional<microseconds> lease = Kind::lease(object);
        if (!lease) return std::nullopt;
        const microseconds gap = *lease / kRenewalsPerLease;
        return Instant{((now.time_since_epoch() / gap) + 1) * gap};
    }
    // When its lease ends unless it is renewed before, at the earliest; none: there is none, or it is to be
    // renewed at once.
    [[nodiscard]] std::optional<Instant> lease_end() const {
        const std::optional<microseconds> lease = Kind::lease(object);
        if (!lease || !renew_at) return std::nullopt;
        return *renew_at + *lease / kRenewalsPerLease * (kRenewalsPerLease - 1);
    }
    [[nodiscard]] bool has_expired(Instant now) const {
        const std::optional<Instant> end = lease_end();
        return end && now >= *end;
    }
    // A removal that is due and not yet known to be needless may still wait for an addition beside it.
    [[nodiscard]] bool is_forgettable() const {
        return owners.empty() && !present && (!removal_due || surely_absent) &&
               in_flight == Operation::None && queued == Operation::None && waiting == Operation::None &&
               expected_observations == 0 && expected_disappearances == 0;
    }
    [[nodiscard]] Trouble& troubles() {
        if (!trouble) trouble = std::make_unique<Trouble>();
        return *trouble;
    }
};

// What objects stand on and vanish with.
template <typename Kind>
struct GroundOf {
    typename Kind::Ground key{};
    bool gone = false;
    typename Kind::template Places<PlaceOf<Kind>> places;
};

}  // namespace understudy::desired
