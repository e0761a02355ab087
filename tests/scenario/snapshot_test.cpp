// Whoever takes an agent from its snapshot at any moment of any day has the same agent: it orders the same as
// the one that went on, and becomes the same. Days are seeded; UNDERSTUDY_SEED=n repeats one alone.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "pair.hpp"
#include "support/seeds.hpp"

namespace understudy::sim {
namespace {

constexpr std::size_t kDaysWithTwins = 40;
constexpr int kMishapsOfADay = 40;
constexpr const char* kNetworks[] = {"198.51.100.0/25", "198.51.100.128/25"};

class DayWithTwins {
public:
    explicit DayWithTwins(Seed seed) : lan_(seed, weather()) {
        for (int i = 0; i < 3; ++i) lan_.add(plan_of(i));
    }

    void run() {
        for (int i = 0; i < kMishapsOfADay && lan_.differences.empty(); ++i) {
            lan_.run_for(milliseconds{static_cast<std::int64_t>(lan_.random.below(3'000))});
            mishap();
        }
        lan_.run_for(10s);
    }
    [[nodiscard]] const Lan& lan() const { return lan_; }

private:
    static Conditions weather() {
        return {.loss_percent = 20, .duplicate_percent = 5, .longest_delay = 5ms, .with_twins = true};
    }
    // Two of three have one, the one so short that a frozen host loses its addresses.
    static std::optional<seconds> lease_of(int number) {
        return number == 0 ? std::nullopt : std::optional{seconds{2 * number}};
    }
    Plan plan_of(int number) {
        const bool version3 = lan_.random.chance(50);
        Plan plan{.priority = 50 + 50 * number,
                  .version = version3 ? net::VrrpVersion::V3 : net::VrrpVersion::V2,
                  .preempt = lan_.random.chance(70),
                  .virtual_mac = lan_.random.chance(40),
                  .accept = lan_.random.chance(50),
                  .address_lease = lease_of(number),
                  .split_brain = model::SplitBrain{.interval = seconds{1}, .witnesses = {}},
                  .addresses = {"203.0.113.1", "203.0.113.2"},
                  .scripts = {{.name = "weighted", .weight = -20}, {.name = "vital"}}};
        if (!plan.virtual_mac) plan.routes = {kNetworks[0], kNetworks[1]};
        plan.rules = {"198.51.100.0/24"};
        return plan;
    }

    Node& any_node() { return *lan_.nodes()[lan_.random.below(lan_.nodes().size())]; }

    void mishap() {
        Node& node = any_node();
        if (!node.has_agent()) return node.powered() ? node.start_agent() : node.boot();
        if (node.frozen()) return node.thaw();
        lan_.random.chance(50) ? happen_to_agent(node) : happen_to_host(node);
    }
    void happen_to_agent(Node& node) {
        switch (lan_.random.below(7)) {
            case 0:
                return node.kill_agent();
            case 1:
                return node.stop_agent();
            case 2:
                return node.freeze();
            case 3:
                return node.reload(changed(node.config()));
            case 4:
                return node.set_script("weighted", {.succeeds = lan_.random.chance(50)});
            case 5:
                return node.set_script("vital", {.hangs = true, .ignores_term = true});
            default:
                return node.set_script("vital", {.succeeds = lan_.random.chance(80)});
        }
    }
    void happen_to_host(Node& node) {
        switch (lan_.random.below(8)) {
            case 0:
                return node.power_off();
            case 1:
                return node.set_carrier(!node.kernel().has_carrier());
            case 2:
                return lan_.cut(node, any_node());
            case 3:
                return lan_.heal();
            case 4:
                return node.stranger_deletes("203.0.113.1");
            case 5:
                return node.refuse_changes(lan_.random.chance(50) ? std::optional{ENOBUFS} : std::nullopt);
            case 6:
                return node.refuse_sockets(lan_.random.chance(50) ? std::optional{EPERM} : std::nullopt);
            default:
                return node.step_clock(microseconds{static_cast<std::int64_t>(lan_.random.below(5'000'000))});
        }
    }
    // In place, as another virtual router, or not at all.
    std::shared_ptr<model::Config> changed(const model::Config& before) {
        auto config = std::make_shared<model::Config>(before);
        model::Instance& instance = config->instances.front();
        if (lan_.random.chance(30)) instance.addresses.pop_back();
        if (instance.addresses.empty()) instance.addresses = before.instances.front().addresses;
        if (lan_.random.chance(30)) instance.announcing.master_delay = seconds{1};
        if (lan_.random.chance(20)) instance.vrid = net::Vrid::clamped(instance.vrid.value() % 60 + 1);
        return config;
    }

    Lan lan_;
};

TEST(Snapshot, IsTheSameAgentAtAnyMoment) {
    for (const Seed seed : seeds(kDaysWithTwins)) {
        DayWithTwins day{seed};
        day.run();
        ASSERT_EQ(day.lan().differences, std::vector<std::string>{})
            << "replay with UNDERSTUDY_SEED=" << seed.value << "\n"
            << day.lan().trace.tail();
    }
}

}  // namespace
}  // namespace understudy::sim
