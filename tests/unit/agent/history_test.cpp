// What the agent wants to have remembered, told in virtual time.
#include <gtest/gtest.h>

#include "desk.hpp"
#include "peers.hpp"

namespace understudy::agent::test {
namespace {

using std::chrono::minutes;

using Entries = std::vector<ctl::HistoryEntry>;

Entries remembered(const Desk& desk, ctl::HistoryKind kind = ctl::HistoryKind::Role) {
    Entries found;
    for (const Remember& one : desk.all<Remember>())
        if (one.entry.kind == kind) found.push_back(one.entry);
    return found;
}

ctl::HistoryEntry last_of(const Desk& desk, ctl::HistoryKind kind = ctl::HistoryKind::Role) {
    const Entries all = remembered(desk, kind);
    return all.empty() ? ctl::HistoryEntry{.reason = "nothing was remembered"} : all.back();
}

std::vector<std::string> reasons_of(const Desk& desk, ctl::HistoryKind kind) {
    std::vector<std::string> found;
    for (const ctl::HistoryEntry& entry : remembered(desk, kind)) found.push_back(entry.reason);
    return found;
}

Desk backup_hearing(net::Priority master) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_advert(master);
    return desk;
}

model::Config with_weighted_script() {
    model::Config config = config_of({instance()});
    model::Script script;
    script.name = "web";
    script.command = command("/bin/check");
    config.scripts = {script};
    config.instances[0].tracked_scripts = {{0, {-20, false}}};
    return config;
}

TEST(History, TellsATakeoverWithItsTimeAndWhatWasBefore) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    const microseconds wait = seconds{3} + microseconds{609'375};
    EXPECT_EQ(last_of(desk), (ctl::HistoryEntry{.at = kWallAtBoot + wait,
                                                .kind = ctl::HistoryKind::Role,
                                                .instance = "VI_51",
                                                .before = "BACKUP",
                                                .after = "MASTER",
                                                .lasted = milliseconds{3'609},
                                                .reason = "no master was heard for 3.609 s"}));
}

TEST(History, BeginsWithTheStart) {
    Desk desk{config_of({instance()})};
    desk.start();
    const ctl::HistoryEntry first = remembered(desk).front();
    EXPECT_EQ((std::pair{first.before, first.after}),
              (std::pair<std::string, std::string>{"INIT", "BACKUP"}));
    EXPECT_EQ(first.reason, "starts as backup; takes over in 3.609 s unless a master is heard");
}

TEST(History, NamesTheMasterThatFellSilent) {
    Desk desk = backup_hearing(net::Priority{200});
    desk.run_for(seconds{4});
    EXPECT_EQ(last_of(desk).reason, "no advert was heard from 192.0.2.2 (priority 200) for 3.609 s");
}

TEST(History, NamesTheMasterThatResigned) {
    Desk desk = backup_hearing(net::Priority{200});
    desk.hear_advert(net::kResigning);
    desk.run_for(seconds{1});
    EXPECT_EQ(last_of(desk).reason,
              "192.0.2.2 (priority 200) resigned (priority 0), and no better router took over");
}

TEST(History, SaysThatAWeakerMasterWasPreempted) {
    Desk desk = backup_hearing(net::Priority{50});
    desk.run_for(seconds{4});
    EXPECT_EQ(last_of(desk).reason, "192.0.2.2 was master with a lower priority than ours");
}

TEST(History, NamesWhomAMasterYieldedTo) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear_advert(net::Priority{200});
    EXPECT_EQ(last_of(desk).after, "BACKUP");
    EXPECT_EQ(last_of(desk).reason, "heard 192.0.2.2 (priority 200), ours 100");
    desk.run_for(seconds{4});
    desk.hear_advert(net::Priority{100});
    EXPECT_EQ(last_of(desk).reason,
              "heard 192.0.2.2 (priority 100), ours 100: of equals the greater address wins");
}

TEST(History, TellsAFailoverFromADrain) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(FailoverAsked{"VI_51"});
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Priority).back(),
              "lowered for a failover by the operator; otherwise 100 configured");
    desk.hear_advert(net::Priority{90});
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Role).back(),
              "heard 192.0.2.2 (priority 90), ours 1, because the operator has moved the role away");
}

TEST(History, TellsADrainFromAStrongerRouter) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.hear_advert(net::Priority{90});
    EXPECT_EQ(last_of(desk).reason,
              "heard 192.0.2.2 (priority 90), ours 1, because the operator has drained it");
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Order),
              (std::vector<std::string>{
                  "drained by the operator: keeps its addresses until another router is master",
                  "handed over: 192.0.2.2 is master after 0.000 s"}));
}

TEST(History, GivesTheReasonsOfAFaultAndItsLength) {
    model::Config config = with_weighted_script();
    config.instances[0].tracked_scripts[0].weight = {0, false};
    Desk desk{config};
    desk.start();
    desk.end_last_program(true, 0);
    desk.run_for(seconds{5});
    desk.end_last_program(false, 3);
    EXPECT_EQ((std::pair{last_of(desk).after, last_of(desk).reason}),
              (std::pair<std::string, std::string>{"FAULT", "tracked script web fails"}));
    desk.run_for(seconds{1});
    desk.end_last_program(true, 0);
    EXPECT_EQ(last_of(desk).before, "FAULT");
    EXPECT_EQ(last_of(desk).lasted, milliseconds{1'000});
    EXPECT_EQ(last_of(desk).reason,
              "all reasons for FAULT are gone; takes over in 3.609 s unless a master is heard");
}

TEST(History, TellsReasonsOfAFaultThatChange) {
    model::Config config = with_weighted_script();
    config.instances[0].tracked_scripts[0].weight = {0, false};
    config.instances[0].tracked_links = {{"eth9", {}}};
    Desk desk{config};
    desk.start();
    EXPECT_TRUE(remembered(desk, ctl::HistoryKind::Fault).empty()) << "the change of role has told";
    desk.end_last_program(false, 1);
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Fault),
              std::vector<std::string>{"tracked interface eth9 is down; tracked script web fails"});
}

TEST(History, SaysWhatAPriorityIsMadeOf) {
    Desk desk{with_weighted_script()};
    desk.start();
    desk.end_last_program(true, 0);
    desk.run_for(seconds{2});
    desk.end_last_program(false, 3);
    EXPECT_EQ(remembered(desk, ctl::HistoryKind::Priority),
              (Entries{{.at = kWallAtBoot + seconds{2},
                        .kind = ctl::HistoryKind::Priority,
                        .instance = "VI_51",
                        .before = "100",
                        .after = "80",
                        .lasted = milliseconds{2'000},
                        .reason = "100 configured, -20 by script web (bad)"}}));
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    EXPECT_EQ(last_of(desk, ctl::HistoryKind::Priority).reason,
              "set by the operator; otherwise 100 configured, -20 by script web (bad)");
    EXPECT_EQ(last_of(desk, ctl::HistoryKind::Order).reason,
              "the operator orders priority 42, until it is unset or the daemon ends");
}

TEST(History, TellsAReload) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({instance(52)}))});
    EXPECT_EQ(last_of(desk, ctl::HistoryKind::Reload).reason,
              "configuration reloaded: 0 instances unchanged, 0 changed, 1 added, 1 removed");
    const Entries roles = remembered(desk);
    const auto gone = std::ranges::find(roles, std::string{"INIT"}, &ctl::HistoryEntry::after);
    ASSERT_NE(gone, roles.end());
    EXPECT_EQ(gone->reason, "a reload took it away, or made another router of it");
}

TEST(History, TellsTheEnd) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(StopAsked{});
    EXPECT_EQ((std::pair{last_of(desk).after, last_of(desk).reason}),
              (std::pair<std::string, std::string>{"INIT", "the daemon stops"}));
}

// The address of instance() vanishes, and the kernel takes the one that is put back.
void somebody_removes_the_address(Desk& desk) {
    net::InterfaceAddress ours;
    ours.link = kEth0;
    ours.prefix = net::Prefix::parse("192.0.2.100/24").value();
    desk.hear(AddressVanished{ours});
    desk.answer_changes();
}

TEST(History, TellsARepairAtMostOnceAMinute) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    for (int round = 0; round < 3; ++round) {
        somebody_removes_the_address(desk);
        desk.run_for(seconds{10});
    }
    const std::string what = "somebody had removed 192.0.2.100/24 dev eth0: put back";
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Repair), std::vector{what});
    desk.run_for(minutes{1});
    somebody_removes_the_address(desk);
    EXPECT_EQ(reasons_of(desk, ctl::HistoryKind::Repair),
              (std::vector{what, what + ", as 2 times since this was noted last"}));
    EXPECT_EQ(last_of(desk, ctl::HistoryKind::Repair).instance, "VI_51");
}

TEST(History, OfAGroupSaysWhoIsToBlame) {
    model::Instance other = instance(52);
    other.interface = "eth9";
    model::Config config = config_of({instance(51), other});
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    config.sync_groups = {group};
    Desk desk{config};
    desk.start();
    std::string of_the_good_one;
    for (const ctl::HistoryEntry& entry : remembered(desk))
        if (entry.instance == "VI_51" && entry.after == "FAULT") of_the_good_one = entry.reason;
    EXPECT_EQ(of_the_good_one, "VI_52 of the same sync group is in FAULT");
}

PeerSeen heard_from(std::uint8_t number, Instant at, std::optional<vrrp::Refusal> refusal = std::nullopt) {
    return {net::Address::v4(192, 0, 2, number),
            at,
            net::Priority{100},
            net::VrrpVersion::V3,
            seconds{1},
            refusal,
            {}};
}

TEST(Peers, AreBoundedAndForgetThoseThatAreIgnoredFirst) {
    Peers peers;
    peers.heard(heard_from(1, kBoot));
    peers.heard(heard_from(2, kBoot + seconds{1}, vrrp::Refusal::AuthFailed));
    for (std::uint8_t number = 3; number <= Peers::kMost + 1; ++number)
        peers.heard(heard_from(number, kBoot + seconds{number}));
    EXPECT_EQ(peers.all().size(), Peers::kMost);
    const auto knows = [&](std::uint8_t number) {
        return std::ranges::count(peers.all(), net::Address::v4(192, 0, 2, number), &PeerSeen::address) == 1;
    };
    EXPECT_TRUE(knows(1));
    EXPECT_FALSE(knows(2));
    peers.heard(heard_from(99, kBoot + seconds{99}));
    EXPECT_FALSE(knows(1));
    EXPECT_TRUE(knows(3));
}

}  // namespace
}  // namespace understudy::agent::test
