// Hundreds of bad days: several routers on a bad network, and something is done to them every few seconds.
// The auditor looks on after every single event. A failure names its seed; UNDERSTUDY_SEED=n repeats it
// alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>

#include "pair.hpp"
#include "support/seeds.hpp"

namespace understudy::sim {
namespace {

constexpr std::size_t kDays = 250;
constexpr int kMishaps = 60;
constexpr const char* kAddresses[] = {"203.0.113.1", "203.0.113.2", "203.0.113.3"};

struct Weather {
    Conditions conditions;
    bool preempting = true;
    bool clears_up = false;  // in the evening
};

class Day {
public:
    Day(Seed seed, const Weather& weather)
        : weather_(weather),
          lan_(seed, weather.conditions),
          interval_(pick<microseconds>({1s, 1s, 2s})),
          version_(pick<net::VrrpVersion>({net::VrrpVersion::V2, net::VrrpVersion::V3})) {
        auditor_.emplace(lan_, interval_, weather.preempting);
        const std::size_t count = 3 + lan_.random.below(3);
        for (std::size_t i = 0; i < count; ++i) {
            Plan plan = plan_of(i);
            plan.preempt = weather.preempting || lan_.random.chance(50);
            lan_.add(plan);
        }
    }

    void run() {
        for (int i = 0; i < kMishaps && !auditor_->violation(); ++i) {
            lan_.run_for(milliseconds{static_cast<std::int64_t>(lan_.random.below(8'000))});
            mishap();
        }
        make_good();
        lan_.run_for(6 * interval_ + 2s);  // a down interval, an advert that gets through, and scripts
    }

    [[nodiscard]] const Auditor& auditor() const { return *auditor_; }
    [[nodiscard]] const Lan& lan() const { return lan_; }

    // The one master there is now, if there is exactly one.
    [[nodiscard]] const Node* only_master() const {
        const Node* master = nullptr;
        for (const auto& node : lan_.nodes()) {
            if (!node->is_master()) continue;
            if (master != nullptr) return nullptr;
            master = node.get();
        }
        return master;
    }
    [[nodiscard]] const Node* best() const {
        return std::ranges::max_element(lan_.nodes(), {}, [](const auto& n) { return n->priority(); })->get();
    }

private:
    template <typename Value>
    Value pick(std::initializer_list<Value> values) {
        return values.begin()[lan_.random.below(values.size())];
    }

    // Priorities differ, and so do they when scripts have their say. The lowest is 40: a backup's skew must
    // exceed what delays may differ, and even the best has one.
    Plan plan_of(std::size_t number) {
        const int priority = 40 + 50 * static_cast<int>(number) + static_cast<int>(lan_.random.below(10));
        return {.priority = priority,
                .version = version_,
                .interval = interval_,
                .addresses = {std::begin(kAddresses), std::end(kAddresses)},
                .scripts = {{.name = "weighted", .weight = -20}, {.name = "vital", .weight = 0}}};
    }

    Node& any_node() { return *lan_.nodes()[lan_.random.below(lan_.nodes().size())]; }

    // Mostly the master, since that is where it hurts.
    Node& victim() {
        const Node* const master = only_master();
        return master != nullptr && lan_.random.chance(60) ? *lan_.nodes()[master->number()] : any_node();
    }

    // Clients hear every host here, and so do the hosts each other, but for the adverts that a cut keeps
    // back.
    void mishap() {
        Node& node = victim();
        if (!node.has_agent()) return bring_back(node);
        if (node.frozen()) return node.thaw();
        switch (lan_.random.below(14)) {
            case 0:
                return node.power_off();
            case 1:
                return node.kill_agent();
            case 2:
                return node.stop_agent();
            case 3:
                return node.freeze();
            case 4:
                return node.set_carrier(!node.kernel().has_carrier() && node.kernel().has_lan());
            case 5:
                return lan_.cut(node, any_node(), Lan::Cut::Adverts);
            case 6:
                return lan_.isolate({&node, &any_node()}, Lan::Cut::Adverts);
            case 7:
                return lan_.heal();
            case 8:
                return node.stranger_deletes(kAddresses[lan_.random.below(std::size(kAddresses))]);
            case 9: {  // drawn one after the other: the order in which arguments are evaluated is the
                       // compiler's
                const bool succeeds = lan_.random.chance(60);
                return node.set_script(pick({"weighted", "vital"}), {.succeeds = succeeds});
            }
            case 10:
                return node.set_script(pick({"weighted", "vital"}), {.hangs = true, .ignores_term = true});
            case 11:
                return node.kernel().has_lan() ? node.remove_interface() : node.make_interface();
            case 12:  // so fast that it is heard of only afterwards, or not at all
                if (!node.kernel().has_lan()) return node.make_interface();
                return node.act_unheard([&] { node.remove_interface(), node.make_interface(); });
            default:
                return node.reload(std::make_shared<model::Config>(node.config()));
        }
    }

    void bring_back(Node& node) {
        if (node.powered())
            node.start_agent();
        else
            node.boot();
    }

    void make_good() {
        if (weather_.clears_up) lan_.conditions = {};
        lan_.heal();
        for (const auto& node : lan_.nodes()) {
            if (!node->has_agent()) bring_back(*node);
            if (node->frozen()) node->thaw();
            if (!node->kernel().has_lan()) node->make_interface();
            node->set_carrier(true);
            for (const char* script : {"weighted", "vital"}) node->set_script(script, {});
        }
        // A script that hangs is killed 3 s after its start, and the next run may be a second later.
        lan_.run_for(5s);
        for (const auto& node : lan_.nodes())
            if (!node->has_agent()) bring_back(*node);  // it was still stopping
    }

    Weather weather_;
    Lan lan_;
    microseconds interval_;
    net::VrrpVersion version_;
    std::optional<Auditor> auditor_;
};

// Runs the day of every seed; `at_night` looks at what is left in the evening.
void endure(const Weather& weather, const std::function<void(const Day&)>& at_night) {
    std::size_t failovers = 0;
    std::size_t days = 0;
    for (const Seed seed : seeds(kDays)) {
        Day day{seed, weather};
        day.run();
        at_night(day);
        failovers += day.auditor().failovers();
        ++days;
        if (day.auditor().violation()) ADD_FAILURE() << *day.auditor().violation();
        ASSERT_FALSE(testing::Test::HasFailure()) << "replay with UNDERSTUDY_SEED=" << seed.value;
    }
    std::cout << "[          ] " << failovers << " simulated failovers in " << days << " seeded runs\n";
}

void expect_the_best_alone(const Day& day) {
    EXPECT_EQ(day.only_master(), day.best()) << day.lan().trace.tail();
}

TEST(Endurance, OnAPerfectNetwork) {
    endure({}, [](const Day& day) {
        expect_the_best_alone(day);
        for (const char* address : kAddresses)
            EXPECT_EQ(day.lan().neighbour(address), day.best()) << "clients are with another";
    });
}

// No three adverts in a row are lost: the most that three silent intervals can bear.
TEST(Endurance, OnANetworkThatLosesDuplicatesAndReorders) {
    endure({.conditions = {.loss_percent = 40,
                           .losses_in_a_row = 2,
                           .duplicate_percent = 10,
                           .longest_delay = 5ms,
                           .timer_may_come_first = true}},
           expect_the_best_alone);
}

// Any number of adverts in a row may be lost, so a backup may take over from a living master. What can still
// be promised: never without cause, addresses follow roles, and all is well once the network is.
TEST(Endurance, OnANetworkWithoutMercy) {
    endure({.conditions = {.loss_percent = 50,
                           .duplicate_percent = 10,
                           .longest_delay = 400ms,
                           .timer_may_come_first = true},
            .clears_up = true},
           expect_the_best_alone);
}

TEST(Endurance, WithRoutersThatDoNotPreempt) {
    endure(
        {.conditions = {.loss_percent = 30, .losses_in_a_row = 2, .longest_delay = 5ms}, .preempting = false},
        [](const Day& day) { EXPECT_NE(day.only_master(), nullptr) << day.lan().trace.tail(); });
}

}  // namespace
}  // namespace understudy::sim
