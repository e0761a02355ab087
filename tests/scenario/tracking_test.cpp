#include "pair.hpp"

namespace understudy::sim {
namespace {

Plan with_script(int priority, std::int16_t weight) {
    return {.priority = priority, .scripts = {{.name = "check", .weight = weight}}};
}
constexpr Behaviour kFails{.succeeds = false};
constexpr Behaviour kSucceeds{};

TEST(TrackedScript, ThatFailsMovesTheRoleWhenItsWeightSuffices) {
    Pair pair{with_script(200, -101), {.priority = 100}};
    pair.strong.set_script("check", kFails);
    pair.lan.run_until([&] { return pair.strong.priority() == net::Priority{99}; });
    pair.await_advert(pair.strong);
    EXPECT_LE(pair.takeover_of(pair.weak), 3s + skew_of(100));
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
    EXPECT_FALSE(pair.strong.holds(kVip));
}

TEST(TrackedScript, ThatFailsMovesNothingWhenItsWeightDoesNotSuffice) {
    Pair pair{with_script(200, -99), {.priority = 100}};
    pair.strong.set_script("check", kFails);
    pair.lan.run_for(60s);
    EXPECT_EQ(pair.strong.priority(), net::Priority{101});
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(TrackedScript, ThatRecoversBringsTheRoleBack) {
    Pair pair{with_script(200, -150), {.priority = 100}};
    pair.strong.set_script("check", kFails);
    pair.lan.run_until([&] { return !pair.strong.is_master(); });
    pair.strong.set_script("check", kSucceeds);
    pair.lan.run_for(10s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.lan.masters(), 1u);
}

TEST(TrackedScript, WithAPositiveWeightRaisesThePriorityWhileItSucceeds) {
    Lan lan{Seed{1}};
    Node& plain = lan.add(Plan{.priority = 120});
    Node& raised = lan.add(with_script(100, 50));
    lan.run_for(10s);
    EXPECT_EQ(raised.priority(), net::Priority{150});
    EXPECT_TRUE(raised.is_master());
    EXPECT_EQ(plain.role(), vrrp::Role::Backup);
}

TEST(TrackedScript, WithoutAWeightFaultsTheRouterAndTheOtherNeedsOnlyItsSkew) {
    Pair pair{with_script(200, 0), {.priority = 100}};
    pair.strong.set_script("check", kFails);
    pair.lan.run_until([&] { return pair.strong.role() == vrrp::Role::Fault; });
    const auto& sent = pair.strong.adverts();
    EXPECT_EQ(sent[sent.size() - 1].priority, net::kResigning);
    EXPECT_EQ(sent[sent.size() - 2].priority, net::kResigning) << "said twice: a lost one would cost seconds";
    EXPECT_EQ(pair.takeover_of(pair.weak), skew_of(100));
    EXPECT_FALSE(pair.strong.holds(kVip));
}

TEST(TrackedScript, WithoutAWeightHoldsTheStartBackUntilItsFirstResult) {
    Lan lan{Seed{1}};
    Node& router = lan.add_off(config_of(with_script(100, 0)));
    router.set_script("check", {.duration = 700ms});
    router.boot();
    EXPECT_EQ(lan.run_until([&] { return router.role() == vrrp::Role::Backup; }), 700ms);
    EXPECT_EQ(lan.run_until([&] { return router.is_master(); }), 3s + skew_of(100));
}

TEST(TrackedScript, ThatFailsAtTheStartBringsFaultAtOnce) {
    Lan lan{Seed{1}};
    Node& router = lan.add_off(config_of(with_script(100, 0)));
    router.set_script("check", kFails);
    router.boot();
    lan.run_for(30s);
    EXPECT_EQ(router.role(), vrrp::Role::Fault);
    EXPECT_EQ(router.notifications(), (std::vector<std::string>{"FAULT"}));
    EXPECT_TRUE(router.adverts().empty());
}

// Interval and timeout 1 s: TERM after 1 s, KILL after 3 s, and only then is it a failure.
TEST(TrackedScript, ThatHangsHasFailedOnceItIsKilled) {
    Pair pair{with_script(200, 0), {.priority = 100}};
    pair.strong.set_script("check", {.hangs = true, .ignores_term = true});
    const microseconds took = pair.lan.run_until([&] { return pair.strong.role() == vrrp::Role::Fault; });
    EXPECT_GE(took, 3s);
    EXPECT_LE(took, 4s + kMoment);
}

TEST(TrackedScript, ThatHangsAndObeysHasFailedAtItsTimeout) {
    Pair pair{with_script(200, 0), {.priority = 100}};
    pair.strong.set_script("check", {.hangs = true});
    const microseconds took = pair.lan.run_until([&] { return pair.strong.role() == vrrp::Role::Fault; });
    EXPECT_GE(took, 1s);
    EXPECT_LE(took, 2s + kMoment);
}

std::shared_ptr<model::Config> with_file(int priority, model::Weight weight) {
    auto config = config_of({.priority = priority});
    config->track_files.push_back({"f", "/f", {1, false}, std::nullopt});
    config->instances[0].tracked_files.push_back({0, weight});
    return config;
}

TEST(TrackedFile, ThatHoldsEnoughMovesTheRoleAndBringsItBack) {
    Lan lan{Seed{1}};
    Node& strong = lan.add_off(with_file(200, {10, false}));
    strong.boot();
    Node& weak = lan.add(Plan{.priority = 100});
    lan.run_until([&] { return strong.is_master(); });
    strong.set_file("/f", "-11");
    lan.run_for(10s);
    EXPECT_TRUE(weak.is_master());
    EXPECT_EQ(strong.priority(), net::Priority{90});
    strong.set_file("/f", std::nullopt);
    lan.run_for(10s);
    EXPECT_TRUE(strong.is_master());
    EXPECT_EQ(lan.masters(), 1u);
}

TEST(TrackedProcess, ThatDiesFaultsTheRouterAfterItsDelay) {
    auto config = config_of({.priority = 200});
    model::TrackProcess process;
    process.name = "p";
    process.command = {"nginx"};
    process.terminate_delay = 700ms;
    config->track_processes.push_back(process);
    config->instances[0].tracked_processes.push_back({0, {}});
    Lan lan{Seed{1}};
    Node& strong = lan.add_off(config);
    strong.set_processes("p", 1);
    strong.boot();
    Node& weak = lan.add(Plan{.priority = 100});
    lan.run_until([&] { return strong.is_master(); });
    strong.set_processes("p", 0);
    EXPECT_GE(lan.run_until([&] { return strong.role() == vrrp::Role::Fault; }), 700ms);
    EXPECT_LE(lan.run_until([&] { return weak.is_master(); }), skew_of(100) + kMoment);
}

TEST(Fault, OfALostCarrierSilencesTheMasterUntilItIsBack) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.strong.set_carrier(false);
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + skew_of(100)) << "no packet leaves a dead link";
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Fault);
    EXPECT_FALSE(pair.strong.holds(kVip));
    pair.strong.set_carrier(true);
    EXPECT_EQ(pair.takeover_of(pair.strong), 3s + skew_of(200) + 30us) << "30 us until the news is read";
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.lan.masters(), 1u);
}

// A router that cannot hear would think itself alone.
TEST(Fault, OfASocketThatCannotBeOpenedLastsUntilItCan) {
    Lan lan{Seed{1}};
    Node& router = lan.add_off(config_of({.priority = 200}));
    router.refuse_sockets(1);
    router.boot();
    lan.run_for(60s);
    EXPECT_EQ(router.role(), vrrp::Role::Fault);
    EXPECT_TRUE(router.adverts().empty());
    router.refuse_sockets({});
    lan.run_for(60s);
    EXPECT_TRUE(router.is_master());
}

TEST(Fault, IsNotifiedAndSoIsItsEnd) {
    Pair pair;
    pair.strong.set_carrier(false);
    pair.lan.run_for(kMoment);
    pair.strong.set_carrier(true);
    pair.lan.run_for(10s);
    EXPECT_EQ(pair.strong.notifications(),
              (std::vector<std::string>{"BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER"}));
}

}  // namespace
}  // namespace understudy::sim
