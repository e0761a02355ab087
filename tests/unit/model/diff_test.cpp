#include "understudy/model/diff.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace understudy::model {

void PrintTo(const Succession& succession, std::ostream* out) {
    *out << name(succession.outcome);
    if (succession.before) *out << " from " << *succession.before;
}

namespace {

VirtualAddress address(const char* prefix) {
    VirtualAddress made;
    made.prefix = net::Prefix::parse(prefix).value();
    made.dev = "eth0";
    return made;
}

Instance instance(int vrid) {
    Instance made;
    made.name = "VI_" + std::to_string(vrid);
    made.interface = "eth0";
    made.vrid = net::Vrid::from(vrid).value();
    made.addresses = {address("192.0.2.50/24")};
    return made;
}

Script script(const std::string& name) {
    Script made;
    made.name = name;
    made.command.words = {"/bin/" + name};
    return made;
}

Config config() {
    Config made;
    made.scripts = {script("web"), script("db")};
    made.instances = {instance(51), instance(52)};
    made.instances[0].tracked_scripts = {{1, {-20, false}}};
    SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    made.sync_groups = {group};
    return made;
}

TEST(Plan, LetsARenamedRouterGoOn) {
    Config after = config();
    after.instances[0].name = "another_name";
    const ReloadPlan plan = plan_reload(config(), after);
    EXPECT_EQ(plan.instances[0], (Succession{Outcome::ChangedInPlace, 0}));
}

TEST(Plan, FollowsRoutersThatChangePlaces) {
    Config after = config();
    std::swap(after.instances[0], after.instances[1]);
    const ReloadPlan plan = plan_reload(config(), after);
    EXPECT_EQ(plan.instances[0], (Succession{Outcome::Unchanged, 1}));
    EXPECT_EQ(plan.instances[1], (Succession{Outcome::Unchanged, 0}));
}

TEST(Plan, DoesNotCareWhereATrackedScriptStandsInTheFile) {
    Config after = config();
    std::swap(after.scripts[0], after.scripts[1]);
    after.instances[0].tracked_scripts = {{0, {-20, false}}};
    EXPECT_EQ(plan_reload(config(), after).instances[0], (Succession{Outcome::Unchanged, 0}));
    after.instances[0].tracked_scripts = {{1, {-20, false}}};
    EXPECT_EQ(plan_reload(config(), after).instances[0], (Succession{Outcome::ChangedInPlace, 0}));
}

TEST(Plan, NoticesAnySettingThatDiffers) {
    Config after = config();
    after.instances[0].addresses[0].scope = 7;
    EXPECT_EQ(plan_reload(config(), after).instances[0].outcome, Outcome::ChangedInPlace);
    EXPECT_EQ(plan_reload(config(), after).instances[1].outcome, Outcome::Unchanged);
}

TEST(Plan, RestartsWhatIsAnotherRouterUnderTheSameName) {
    const std::vector<void (*)(Instance&)> changes{
        [](Instance& i) { i.vrid = net::Vrid{99}; }, [](Instance& i) { i.interface = "eth1"; },
        [](Instance& i) { i.family = net::Family::Ipv6; },
        [](Instance& i) { i.unicast_peers = {{net::Address::v4(192, 0, 2, 9), {}, {}}}; }};
    for (const auto change : changes) {
        Config after = config();
        change(after.instances[0]);
        const Succession found = plan_reload(config(), after).instances[0];
        EXPECT_EQ(found, (Succession{Outcome::Restarted, 0}));
        EXPECT_FALSE(found.goes_on());
    }
}

TEST(Plan, KeepsTheResultOfAScriptWhoseLimitsChange) {
    Config after = config();
    after.scripts[0].rise = 3;
    after.scripts[1].interval = seconds{9};
    const ReloadPlan plan = plan_reload(config(), after);
    EXPECT_EQ(plan.scripts[0], (Succession{Outcome::ChangedInPlace, 0}));
    EXPECT_EQ(plan.scripts[1], (Succession{Outcome::Restarted, 1}));
}

TEST(Plan, FromNothingAddsEverything) {
    const ReloadPlan plan = plan_reload({}, config());
    for (const Succession& succession : plan.instances)
        EXPECT_EQ(succession, (Succession{Outcome::Added, std::nullopt}));
    EXPECT_EQ(plan.scripts.size(), 2u);
}

}  // namespace
}  // namespace understudy::model
