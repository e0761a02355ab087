// What an instance depends on, and what it is worth when one of these things goes bad: the agent's arithmetic
// (track/) over imagined facts. A new kind of tracked thing is a kind here, a line in its list of words, and
// a loop in tracked_by().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/model/config.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::pair {

enum class Kind : std::uint8_t { Interface, Script, Check, Process, File };
[[nodiscard]] std::string_view name(Kind kind);

// Something on one host that can go bad.
struct Thing {
    Kind kind{};
    std::string name;
    friend bool operator==(const Thing&, const Thing&) = default;
};

struct Tracked {
    Thing thing;
    model::Weight weight;
    std::string keyword;  // the block it is listed in; what is tracked anyway names its own keyword
};

// All that decides about fault and priority of an instance, its sync group's part included.
[[nodiscard]] std::vector<Tracked> tracked_by(const model::Config& config, std::size_t index);

// What these do depends on the numbers in them, which nobody knows beforehand; they are not among the above.
[[nodiscard]] std::vector<Tracked> weighted_files(const model::Config& config, std::size_t index);

// Each once, in the order of the file.
[[nodiscard]] std::vector<Thing> all_things(const model::Config& config);

// Where everybody who tracks a thing does so in reverse, its good state is the one to be feared.
[[nodiscard]] bool is_reversed(const model::Config& config, const Thing& thing);
// "script check_web fails"
[[nodiscard]] std::string failure_text(const model::Config& config, const Thing& thing);

struct Standing {
    bool fault = false;
    net::Priority priority{0};
};
// With one thing gone bad and all others as they should be. Faults of other members of its group count too.
[[nodiscard]] Standing standing(const model::Config& config, std::size_t instance,
                                const std::optional<Thing>& bad);

}  // namespace understudy::pair
