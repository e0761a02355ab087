// What the web page shows, as one JSON object: whether the daemon answers, the instances as `status` tells
// them, what an operator should look at, and what has happened. All of it in words is made here, so that the
// page only puts it in its place.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "observed.hpp"

namespace understudy::cli {

struct Warning {
    enum class Level : std::uint8_t { Bad, Odd };  // something does not work; something is not as usual
    Level level = Level::Odd;
    std::string instance;  // empty: the whole daemon
    std::string text;
    friend bool operator==(const Warning&, const Warning&) = default;
};

[[nodiscard]] std::vector<Warning> warnings(const Observed& observed);

// The changes of state between one answer and the next, newest last, as far as nobody else remembers them. An
// instance that changed twice in between shows its last change, with its own time.
class Timeline {
public:
    static constexpr std::size_t kLongest = 500;

    // Whether anything changed.
    bool note(const nlohmann::json& status);
    // Objects with at, kind ("role"), instance, before, after and reason.
    [[nodiscard]] nlohmann::json told() const;

private:
    struct Known {
        std::string state;
        std::string since;
    };

    std::map<std::string, Known> known_;
    std::deque<nlohmann::json> changes_;
};

// By what it said when it was asked who answers.
[[nodiscard]] bool knows_command(const nlohmann::json& daemon, std::string_view command);
// The newest of what a daemon remembers, no more than a timeline has.
[[nodiscard]] nlohmann::json latest_entries(const nlohmann::json& history);

// `history`: what has happened, newest last.
[[nodiscard]] std::string overview_text(const Observed& observed, const nlohmann::json& history,
                                        const std::string& date);

}  // namespace understudy::cli
