#include "sim/day.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "understudy/base/assert.hpp"

#include "sim/shrink.hpp"

namespace understudy::sim {

namespace {

using namespace std::chrono_literals;

constexpr const char* kAddresses[] = {"203.0.113.1", "203.0.113.2", "203.0.113.3"};
constexpr std::uint64_t kInventions = 0x5bd1e995;  // another stream of the same seed

const std::array kClimate{
    Weather{.name = "perfect", .conditions = {.recorded = true}},
    // No three adverts in a row are lost: the most that three silent intervals can bear.
    Weather{.name = "lossy",
            .conditions = {.loss_percent = 40,
                           .losses_in_a_row = 2,
                           .duplicate_percent = 10,
                           .longest_delay = 5ms,
                           .timer_may_come_first = true,
                           .recorded = true}},
    // Any number of adverts in a row may be lost, so a backup may take over from a living master. What can
    // still be promised: never without cause, addresses follow roles, and all is well once the network is.
    Weather{.name = "merciless",
            .conditions = {.loss_percent = 50,
                           .duplicate_percent = 10,
                           .longest_delay = 400ms,
                           .timer_may_come_first = true,
                           .recorded = true},
            .clears_up = true},
    Weather{.name = "nopreempt",
            .conditions = {.loss_percent = 30, .losses_in_a_row = 2, .longest_delay = 5ms, .recorded = true},
            .preempting = false},
};

template <typename Value>
Value pick(Random& random, std::initializer_list<Value> values) {
    return values.begin()[random.below(values.size())];
}

}  // namespace

std::span<const Weather> climate() { return kClimate; }

const Weather& weather(std::string_view name) {
    const auto found = std::ranges::find(kClimate, name, &Weather::name);
    UNDERSTUDY_ASSERT(found != kClimate.end());
    return *found;
}

Day::Day(Seed seed, const Weather& weather, const Fashion& fashion)
    : weather_(weather),
      fashion_(fashion),
      lan_(seed, weather.conditions),
      morning_(lan_.now()),
      inventor_(Seed{seed.value ^ kInventions}),
      interval_(pick<microseconds>(lan_.random, {1s, 1s, 2s})),
      version_(pick<net::VrrpVersion>(lan_.random, {net::VrrpVersion::V2, net::VrrpVersion::V3})),
      auditor_(lan_, interval_, weather.preempting) {
    const std::size_t count = 3 + lan_.random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        Plan plan = plan_of(i);
        plan.preempt = weather.preempting || lan_.random.chance(50);
        lan_.add(plan);
    }
}

// Priorities differ, and so do they when scripts have their say. The lowest is 40: a backup's skew must
// exceed what delays may differ, and even the best has one.
Plan Day::plan_of(std::size_t number) {
    const auto if_asked = [this](const char* prefix) {
        return fashion_.routes ? std::vector<std::string>{prefix} : std::vector<std::string>{};
    };
    const int priority = 40 + 50 * static_cast<int>(number) + static_cast<int>(lan_.random.below(10));
    return {.priority = priority,
            .version = version_,
            .interval = interval_,
            .virtual_mac = fashion_.virtual_mac,
            .address_lease = fashion_.address_lease,
            .addresses = {std::begin(kAddresses), std::end(kAddresses)},
            .scripts = {{.name = "weighted", .weight = -20}, {.name = "vital", .weight = 0}},
            .routes = if_asked("198.51.100.0/24"),
            .rules = if_asked("203.0.113.0/24")};
}

void Day::run() {
    run([this](const Lan& lan) {
        return script_.size() < kMishaps ? std::optional{invent(lan, inventor_)} : std::nullopt;
    });
}

void Day::run(const Script& script) {
    std::size_t next = 0;
    run([&](const Lan&) { return next < script.size() ? std::optional{script[next++]} : std::nullopt; });
}

void Day::run(const Inventor& next) {
    for (auto mishap = next(lan_); mishap && !auditor_.violation(); mishap = next(lan_)) go_through(*mishap);
    look_at_the_evening();
}

void Day::go_through(const Mishap& mishap) {
    script_.push_back(mishap);
    lan_.run_for(mishap.pause);
    happen(lan_, mishap);
}

void Day::bring_back(Node& node) {
    if (!node.powered()) {
        node.boot();
    } else if (node.leaves_legacy()) {
        node.go_on();
    } else {
        node.start_agent();
    }
}

void Day::take_orders_back(Node& node) {
    node.order(agent::PriorityOrdered{node.config().instances.front().name, {}});
    node.order(agent::ResumeAsked{});
}

void Day::make_good() {
    if (weather_.clears_up) {
        const microseconds on_their_way = lan_.conditions.longest_delay;
        lan_.conditions = {.recorded = true};
        lan_.disturbed();
        lan_.run_for(on_their_way);
    }
    lan_.heal();
    for (const auto& node : lan_.nodes()) {
        if (!node->has_agent()) bring_back(*node);
        if (node->frozen()) node->thaw();
        if (!node->kernel().has_lan()) node->make_interface();
        node->set_carrier(true);
        for (const char* script : {"weighted", "vital"}) node->set_script(script, {});
        if (!node->has_own_addresses()) node->add_own_addresses();
        take_orders_back(*node);
    }
    // A script that hangs is killed 3 s after its start, and the next run may be a second later.
    lan_.run_for(5s);
    for (const auto& node : lan_.nodes()) {
        if (node->has_agent()) continue;
        bring_back(*node);  // it was still stopping, or died with the next event
        take_orders_back(*node);
    }
}

void Day::look_at_the_evening() {
    make_good();
    lan_.run_for(6 * interval_ + 2s);  // a down interval, an advert that gets through, and scripts
    if (auditor_.violation()) {
        failure_ = *auditor_.violation();
    } else if (only_master(lan_) == nullptr) {
        failure_ = "there is not one master in the evening\n" + lan_.trace.tail();
    } else if (weather_.preempting && only_master(lan_)->priority() < best()->priority()) {
        failure_ = "the master is not the best in the evening\n" + lan_.trace.tail();
    }
}

const Node* Day::best() const {
    return std::ranges::max_element(lan_.nodes(), {}, [](const auto& n) { return n->priority(); })->get();
}

Shrunk shrink(Seed seed, const Weather& weather, const Day& failed, const Fashion& fashion) {
    std::string failure = failed.failure().value_or("");
    const auto fails = [&](const Script& script) {
        Day day{seed, weather, fashion};
        day.run(script);
        if (day.failure()) failure = *day.failure();
        return day.failure().has_value();
    };
    Script script = shrunk(failed.script(), fails);
    // Whole seconds read better.
    for (Mishap& mishap : script) {
        const microseconds exact =
            std::exchange(mishap.pause, std::chrono::ceil<std::chrono::seconds>(mishap.pause));
        if (!fails(script)) mishap.pause = exact;
    }
    static_cast<void>(fails(script));
    return {std::move(script), std::move(failure)};
}

}  // namespace understudy::sim
