// A bad day: three to five routers on a bad network, and something is done to them every few seconds, while
// an auditor looks on. The seed tells what the routers are and what the network does; what happens to them is
// invented from it, or given as a script.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/auditor.hpp"
#include "sim/mishap.hpp"

namespace understudy::sim {

struct Weather {
    std::string_view name;
    Conditions conditions;
    bool preempting = true;
    bool clears_up = false;  // in the evening
};

// All the weather there is.
[[nodiscard]] std::span<const Weather> climate();
[[nodiscard]] const Weather& weather(std::string_view name);

// What all routers of a day have beyond the usual.
struct Fashion {
    bool virtual_mac = false;
    bool routes = false;  // and rules
    std::optional<seconds> address_lease;
};

class Day {
public:
    static constexpr std::size_t kMishaps = 60;
    // Of what comes next; none: it is evening.
    using Inventor = std::function<std::optional<Mishap>(const Lan&)>;

    Day(Seed seed, const Weather& weather, const Fashion& fashion = {});

    void run();
    void run(const Script& script);
    void run(const Inventor& next);

    // What happened, or was to happen, up to the first violation.
    [[nodiscard]] const Script& script() const { return script_; }
    [[nodiscard]] const Auditor& auditor() const { return auditor_; }
    [[nodiscard]] const Lan& lan() const { return lan_; }
    [[nodiscard]] microseconds length() const { return lan_.now() - morning_; }
    [[nodiscard]] const Node* best() const;
    // Something was violated, or in the evening the best was not the only master. With the end of the story.
    [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

private:
    [[nodiscard]] Plan plan_of(std::size_t number);
    void go_through(const Mishap& mishap);
    void bring_back(Node& node);
    void take_orders_back(Node& node);
    void make_good();
    void look_at_the_evening();

    Weather weather_;
    Fashion fashion_;
    Lan lan_;
    Instant morning_;
    Random inventor_;
    microseconds interval_;
    net::VrrpVersion version_;
    Auditor auditor_;
    Script script_;
    std::optional<std::string> failure_;
};

struct Shrunk {
    Script script;
    std::string failure;
};
// The shortest script that was found to fail as well.
[[nodiscard]] Shrunk shrink(Seed seed, const Weather& weather, const Day& failed,
                            const Fashion& fashion = {});

}  // namespace understudy::sim
