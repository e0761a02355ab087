#include "understudy/model/diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace understudy::model {

void PrintTo(const SettingChange& change, std::ostream* out) {
    *out << change.setting << ": '" << change.before << "' -> '" << change.after << "'";
}

void PrintTo(const Succession& succession, std::ostream* out) {
    *out << name(succession.outcome);
    if (succession.before) *out << " from " << *succession.before;
}

namespace {

using Changes = std::vector<SettingChange>;

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

ItemDiff item(const std::vector<ItemDiff>& items, Kind kind, const std::string& name) {
    const auto found = std::ranges::find_if(
        items, [&](const ItemDiff& candidate) { return candidate.kind == kind && candidate.name == name; });
    return found == items.end() ? ItemDiff{kind, "none of this name", Outcome::Unchanged, {}} : *found;
}

ItemDiff first_instance(const Config& before, const Config& after) {
    return item(difference(before, after), Kind::Instance, after.instances.front().name);
}

TEST(Difference, OfTheSameConfigurationIsNone) {
    for (const ItemDiff& found : difference(config(), config())) {
        EXPECT_EQ(found.outcome, Outcome::Unchanged) << found.name;
        EXPECT_EQ(found.changes, Changes{}) << found.name;
    }
    EXPECT_EQ(difference(config(), config()).size(), 6u);
}

TEST(Difference, NamesASettingWithItsOldAndNewValue) {
    Config after = config();
    after.instances[0].priority = net::Priority{150};
    after.instances[0].advert_interval = milliseconds{250};
    const ItemDiff found = first_instance(config(), after);
    EXPECT_EQ(found.outcome, Outcome::ChangedInPlace);
    EXPECT_EQ(found.changes, (Changes{{"priority", "100", "150"}, {"advert_int", "1", "0.25"}}));
}

TEST(Difference, TellsListsEntryByEntry) {
    Config after = config();
    after.instances[0].addresses = {address("192.0.2.51/24"), address("192.0.2.52/24")};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"virtual_ipaddress", "192.0.2.50/24 dev eth0", ""},
                       {"virtual_ipaddress", "", "192.0.2.51/24 dev eth0"},
                       {"virtual_ipaddress", "", "192.0.2.52/24 dev eth0"}}));
}

TEST(Difference, TellsAnotherOrderAsAWhole) {
    Config before = config();
    before.instances[0].addresses = {address("192.0.2.50/24"), address("192.0.2.51/24")};
    Config after = before;
    std::ranges::reverse(after.instances[0].addresses);
    EXPECT_EQ(first_instance(before, after).changes,
              (Changes{{"virtual_ipaddress", "192.0.2.50/24 dev eth0, 192.0.2.51/24 dev eth0",
                        "192.0.2.51/24 dev eth0, 192.0.2.50/24 dev eth0"}}));
}

TEST(Difference, TellsWhatAppearsAndWhatGoes) {
    Config after = config();
    after.instances[0].unicast_ttl = std::uint8_t{64};
    after.instances[0].notify.master = Command{{"/bin/go", "two words"}, "nobody", ""};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"unicast_ttl", "", "64"}, {"notify_master", "", "/bin/go 'two words' user nobody"}}));
    EXPECT_EQ(first_instance(after, config()).changes.front(), (SettingChange{"unicast_ttl", "64", ""}));
}

TEST(Difference, NeverShowsAPassword) {
    Config before = config();
    before.instances[0].auth_pass = "before";
    Config after = config();
    after.instances[0].auth_pass = "after";
    EXPECT_EQ(first_instance(before, after).changes, (Changes{{"auth_pass", "(hidden)", "(hidden)"}}));
    EXPECT_EQ(first_instance(config(), after).changes, (Changes{{"auth_pass", "", "(hidden)"}}));
}

TEST(Difference, NoticesAPartOfAnAddressThatHasNoWords) {
    Config after = config();
    after.instances[0].addresses[0].scope = 7;
    EXPECT_EQ(first_instance(config(), after).outcome, Outcome::ChangedInPlace);
}

TEST(Difference, DoesNotCareWhereAScriptStandsInTheFile) {
    Config after = config();
    std::swap(after.scripts[0], after.scripts[1]);
    after.instances[0].tracked_scripts = {{0, {-20, false}}};
    EXPECT_EQ(first_instance(config(), after), (ItemDiff{Kind::Instance, "VI_51", Outcome::Unchanged, {}}));
    after.instances[0].tracked_scripts = {{1, {-20, false}}};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"track_script", "db weight -20", ""}, {"track_script", "", "web weight -20"}}));
}

TEST(Difference, DoesNotCareWhereAMemberStandsInTheFile) {
    Config after = config();
    std::swap(after.instances[0], after.instances[1]);
    after.sync_groups[0].members = {1, 0};
    EXPECT_EQ(item(difference(config(), after), Kind::SyncGroup, "both").outcome, Outcome::Unchanged);
    after.sync_groups[0].members = {0, 1};
    EXPECT_EQ(item(difference(config(), after), Kind::SyncGroup, "both").outcome, Outcome::ChangedInPlace);
}

TEST(Difference, TellsGlobalsOnce) {
    Config after = config();
    after.globals.startup_delay = seconds{3};
    EXPECT_EQ(difference(config(), after).front(),
              (ItemDiff{Kind::Globals, "", Outcome::ChangedInPlace, {{"vrrp_startup_delay", "0", "3"}}}));
}

TEST(Difference, TellsWhatIsAddedAndWhatIsRemoved) {
    Config after = config();
    after.sync_groups.clear();
    after.instances[1] = instance(53);
    const std::vector<ItemDiff> found = difference(config(), after);
    EXPECT_EQ(item(found, Kind::Instance, "VI_53").outcome, Outcome::Added);
    EXPECT_EQ(item(found, Kind::Instance, "VI_52").outcome, Outcome::Removed);
    EXPECT_EQ(item(found, Kind::SyncGroup, "both").outcome, Outcome::Removed);
}

TEST(Plan, LetsARenamedRouterGoOn) {
    Config after = config();
    after.instances[0].name = "another_name";
    const ReloadPlan plan = plan_reload(config(), after);
    EXPECT_EQ(plan.instances[0], (Succession{Outcome::ChangedInPlace, 0}));
    EXPECT_EQ(first_instance(config(), after).changes, (Changes{{"vrrp_instance", "VI_51", "another_name"}}));
}

TEST(Plan, FollowsRoutersThatChangePlaces) {
    Config after = config();
    std::swap(after.instances[0], after.instances[1]);
    const ReloadPlan plan = plan_reload(config(), after);
    EXPECT_EQ(plan.instances[0], (Succession{Outcome::Unchanged, 1}));
    EXPECT_EQ(plan.instances[1], (Succession{Outcome::Unchanged, 0}));
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
        EXPECT_FALSE(first_instance(config(), after).changes.empty());
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
