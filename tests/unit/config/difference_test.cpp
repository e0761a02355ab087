#include "understudy/config/difference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace understudy::config {

void PrintTo(const SettingChange& change, std::ostream* out) {
    *out << change.setting << ": '" << change.before << "' -> '" << change.after << "'";
}

namespace {

using model::Outcome;
using Changes = std::vector<SettingChange>;

model::VirtualAddress address(const char* prefix) {
    model::VirtualAddress made;
    made.prefix = net::Prefix::parse(prefix).value();
    made.dev = "eth0";
    return made;
}

model::Instance instance(int vrid) {
    model::Instance made;
    made.name = "VI_" + std::to_string(vrid);
    made.interface = "eth0";
    made.vrid = net::Vrid::from(vrid).value();
    made.addresses = {address("192.0.2.50/24")};
    return made;
}

model::Script script(const std::string& name) {
    model::Script made;
    made.name = name;
    made.command.words = {"/bin/" + name};
    return made;
}

model::Config config() {
    model::Config made;
    made.scripts = {script("web"), script("db")};
    made.instances = {instance(51), instance(52)};
    made.instances[0].tracked_scripts = {{1, {-20, false}}};
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    made.sync_groups = {group};
    return made;
}

BlockDifference block(const std::vector<BlockDifference>& all, const std::string& keyword,
                      const std::string& name) {
    const auto found = std::ranges::find_if(all, [&](const BlockDifference& candidate) {
        return candidate.keyword == keyword && candidate.name == name;
    });
    return found == all.end() ? BlockDifference{keyword, "none of this name", Outcome::Unchanged, {}}
                              : *found;
}

BlockDifference first_instance(const model::Config& before, const model::Config& after) {
    return block(difference(before, after), "vrrp_instance", after.instances.front().name);
}

TEST(Difference, OfTheSameConfigurationIsNone) {
    for (const BlockDifference& found : difference(config(), config())) {
        EXPECT_EQ(found.outcome, Outcome::Unchanged) << found.name;
        EXPECT_EQ(found.changes, Changes{}) << found.name;
    }
    EXPECT_EQ(difference(config(), config()).size(), 6u);
}

TEST(Difference, NamesASettingWithItsOldAndNewValue) {
    model::Config after = config();
    after.instances[0].priority = net::Priority{150};
    after.instances[0].advert_interval = milliseconds{250};
    const BlockDifference found = first_instance(config(), after);
    EXPECT_EQ(found.outcome, Outcome::ChangedInPlace);
    EXPECT_EQ(found.changes, (Changes{{"priority", "100", "150"}, {"advert_int", "1", "0.25"}}));
}

TEST(Difference, TellsListsEntryByEntry) {
    model::Config after = config();
    after.instances[0].addresses = {address("192.0.2.51/24"), address("192.0.2.52/24")};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"virtual_ipaddress", "192.0.2.50/24 dev eth0 scope 0", ""},
                       {"virtual_ipaddress", "", "192.0.2.51/24 dev eth0 scope 0"},
                       {"virtual_ipaddress", "", "192.0.2.52/24 dev eth0 scope 0"}}));
}

TEST(Difference, TellsAnotherOrderAsAWhole) {
    model::Config before = config();
    before.instances[0].addresses = {address("192.0.2.50/24"), address("192.0.2.51/24")};
    model::Config after = before;
    std::ranges::reverse(after.instances[0].addresses);
    EXPECT_EQ(first_instance(before, after).changes,
              (Changes{{"virtual_ipaddress", "192.0.2.50/24 dev eth0 scope 0, 192.0.2.51/24 dev eth0 scope 0",
                        "192.0.2.51/24 dev eth0 scope 0, 192.0.2.50/24 dev eth0 scope 0"}}));
}

TEST(Difference, TellsWhatAppearsAndWhatGoes) {
    model::Config after = config();
    after.instances[0].preempt_delay = seconds{5};
    after.instances[0].notify.master = model::Command{{"/bin/go", "two words"}, "nobody", ""};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"preempt_delay", "", "5"}, {"notify_master", "", "\"/bin/go 'two words'\" nobody"}}));
    EXPECT_EQ(first_instance(after, config()).changes.front(), (SettingChange{"preempt_delay", "5", ""}));
}

TEST(Difference, NeverShowsAPassword) {
    model::Config before = config();
    before.instances[0].auth_type = model::AuthType::Pass;
    before.instances[0].auth_pass = "before";
    model::Config after = before;
    after.instances[0].auth_pass = "after";
    EXPECT_EQ(first_instance(before, after).changes,
              (Changes{{"authentication auth_pass", "(hidden)", "(hidden)"}}));
    EXPECT_EQ(
        first_instance(config(), after).changes,
        (Changes{{"authentication auth_type", "", "PASS"}, {"authentication auth_pass", "", "(hidden)"}}));
}

TEST(Difference, NamesWhatHasNoEffectYetToo) {
    model::Config after = config();
    after.static_routes.emplace_back().route.destination = net::Prefix::parse("198.51.100.0/24").value();
    after.globals.mail.server = "192.0.2.25";
    const std::vector<BlockDifference> found = difference(config(), after);
    EXPECT_EQ(found.front().changes.front().setting, "smtp_server");
    EXPECT_EQ(block(found, "static_routes", "").outcome, Outcome::Added);
}

TEST(Difference, TellsARenamedInstance) {
    model::Config after = config();
    after.instances[0].name = "another_name";
    EXPECT_EQ(first_instance(config(), after).changes.front(),
              (SettingChange{"vrrp_instance", "VI_51", "another_name"}));
}

TEST(Difference, DoesNotCareWhereAScriptStandsInTheFile) {
    model::Config after = config();
    std::swap(after.scripts[0], after.scripts[1]);
    after.instances[0].tracked_scripts = {{0, {-20, false}}};
    EXPECT_EQ(first_instance(config(), after),
              (BlockDifference{"vrrp_instance", "VI_51", Outcome::Unchanged, {}}));
    after.instances[0].tracked_scripts = {{1, {-20, false}}};
    EXPECT_EQ(first_instance(config(), after).changes,
              (Changes{{"track_script", "db weight -20 noreverse", ""},
                       {"track_script", "", "web weight -20 noreverse"}}));
}

TEST(Difference, DoesNotCareWhereAMemberStandsInTheFile) {
    model::Config after = config();
    std::swap(after.instances[0], after.instances[1]);
    after.sync_groups[0].members = {1, 0};
    EXPECT_EQ(block(difference(config(), after), "vrrp_sync_group", "both").outcome, Outcome::Unchanged);
    after.sync_groups[0].members = {0, 1};
    EXPECT_EQ(block(difference(config(), after), "vrrp_sync_group", "both").outcome, Outcome::ChangedInPlace);
}

TEST(Difference, TellsGlobalsOnce) {
    model::Config after = config();
    after.globals.startup_delay = seconds{3};
    EXPECT_EQ(
        difference(config(), after).front(),
        (BlockDifference{"global_defs", "", Outcome::ChangedInPlace, {{"vrrp_startup_delay", "", "3"}}}));
}

TEST(Difference, TakesWhatStandsOutsideOfAllBlocksForGlobal) {
    model::Config after = config();
    after.globals.poll_links = true;
    EXPECT_EQ(difference(config(), after).front(),
              (BlockDifference{
                  "global_defs", "", Outcome::ChangedInPlace, {{"linkbeat_use_polling", "", "given"}}}));
}

TEST(Difference, TellsWhatIsAddedAndWhatIsRemoved) {
    model::Config after = config();
    after.sync_groups.clear();
    after.instances[1] = instance(53);
    const std::vector<BlockDifference> found = difference(config(), after);
    EXPECT_EQ(block(found, "vrrp_instance", "VI_53").outcome, Outcome::Added);
    EXPECT_EQ(block(found, "vrrp_instance", "VI_52").outcome, Outcome::Removed);
    EXPECT_EQ(block(found, "vrrp_sync_group", "both").outcome, Outcome::Removed);
}

}  // namespace
}  // namespace understudy::config
