// How GoogleTest prints findings and changes, and short names for what the tests say often.
#pragma once

#include <ostream>
#include <span>
#include <vector>

#include "understudy/desired/addresses.hpp"

#include "support/model_kernel.hpp"

namespace understudy::desired {

inline void PrintTo(const Change& change, std::ostream* out) {
    *out << (change.kind == Change::Kind::Add     ? "Add "
             : change.kind == Change::Kind::Renew ? "Renew "
                                                  : "Remove ")
         << change.object.prefix.to_string() << " on " << change.object.link.value;
}
inline void PrintTo(const Placed& placed, std::ostream* out) {
    *out << "Placed " << placed.object.prefix.to_string() << " for " << placed.owner
         << (placed.repaired ? " repaired" : "");
}
inline void PrintTo(const Lost& lost, std::ostream* out) {
    *out << "Lost " << lost.object.prefix.to_string() << " of " << lost.owner << " times " << lost.times;
    if (lost.expired) *out << " expired";
    if (lost.again_at) *out << " again at " << lost.again_at->time_since_epoch().count() << "us";
}
inline void PrintTo(const Refused& refused, std::ostream* out) {
    PrintTo(refused.change, out);
    *out << " refused with " << refused.error;
}
inline void PrintTo(const LeftoverRemoved& removed, std::ostream* out) {
    *out << "LeftoverRemoved " << removed.object.prefix.to_string();
}

using Changes = std::vector<Change>;
using Findings = std::vector<Finding>;

inline constexpr Instant kNow{seconds{1000}};
inline constexpr std::size_t kAll = 1000;

inline Change add(const net::InterfaceAddress& address) { return {Change::Kind::Add, address}; }
inline Change remove(const net::InterfaceAddress& address) { return {Change::Kind::Remove, address}; }

inline Change renew(const net::InterfaceAddress& address) { return {Change::Kind::Renew, address}; }

inline void answer(Addresses& addresses, const Change& change, int error, Instant now = kNow) {
    addresses.answered(std::span{&change, 1}, std::span{&error, 1}, now);
}

// Hands the oldest of the kernel's news to `addresses`.
void deliver_one(ModelKernel& kernel, Addresses& addresses, Instant now);
// Takes changes, has them carried out and answers them at once, news last, until nothing is left to do now.
void settle(ModelKernel& kernel, Addresses& addresses, Instant now);

}  // namespace understudy::desired
