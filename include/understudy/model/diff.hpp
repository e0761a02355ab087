// What a reload means for each thing that runs: which virtual router of the new configuration goes on as
// which one of the old, and which script keeps its result. Decided here once; the agent acts on it, and
// config::difference() tells it to the operator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "understudy/model/config.hpp"

namespace understudy::model {

enum class Outcome : std::uint8_t {
    Unchanged,       // goes on exactly as it is
    ChangedInPlace,  // keeps its state: a router its role, a script its result
    Restarted,       // something that makes it another router or check: ends, and begins anew
    Added,
    Removed,
};
[[nodiscard]] std::string_view name(Outcome outcome);  // "changed-in-place"

// What something of the new configuration was before.
struct Succession {
    Outcome outcome = Outcome::Added;
    std::optional<std::size_t> before;  // index into the old configuration's list; none: Added

    // The running thing of that index goes on under the new settings.
    [[nodiscard]] bool goes_on() const {
        return outcome == Outcome::Unchanged || outcome == Outcome::ChangedInPlace;
    }
    friend bool operator==(const Succession&, const Succession&) = default;
};

// By index into the new configuration. What no succession names with goes_on() ends.
struct ReloadPlan {
    std::vector<Succession> instances;
    std::vector<Succession> scripts;
};

[[nodiscard]] ReloadPlan plan_reload(const Config& before, const Config& after);

// The same virtual router on the wire, whatever its name and settings.
[[nodiscard]] bool is_same_router(const Instance& a, const Instance& b);
// The same check: a result of one is a result of the other.
[[nodiscard]] bool is_same_check(const Script& a, const Script& b);

}  // namespace understudy::model
