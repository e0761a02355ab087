// What the operator orders: a priority of his own, and that the role be given away without a gap.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

// After its master down interval and the interval that it is late by.
constexpr microseconds kPeersWait = seconds{3} + seconds{1} + seconds{1};

Desk master() {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.run_for(seconds{20});
    desk.orders.clear();
    return desk;
}

std::vector<net::Priority> advertised(const Desk& desk) {
    std::vector<net::Priority> priorities;
    for (const SendPacket& packet : desk.all<SendPacket>())
        priorities.push_back(wire::decode_ipv4(packet.bytes)->advert.priority);
    return priorities;
}

InstanceReport report(const Desk& desk) { return desk.agent.report().front(); }

bool holds_the_address(const Desk& desk) {
    return std::ranges::all_of(report(desk).addresses, [](const AddressReport& one) { return one.wanted; });
}

TEST(OrderedPriority, IsAdvertisedUntilItIsUnset) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    EXPECT_EQ(advertised(desk), std::vector{net::Priority{42}});
    desk.run_for(seconds{1});
    EXPECT_EQ(advertised(desk), std::vector(2, net::Priority{42}));
    EXPECT_EQ(report(desk).ordered_priority, net::Priority{42});
    desk.orders.clear();
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    EXPECT_EQ(advertised(desk), std::vector{net::Priority{100}});
    EXPECT_EQ(report(desk).ordered_priority, std::nullopt);
}

TEST(OrderedPriority, IsToldOnce) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    EXPECT_EQ(desk.told("priority-ordered"), 1u);
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    EXPECT_EQ(desk.told("priority-ordered"), 2u);
}

TEST(OrderedPriority, OfNobodyIsNothing) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_52", net::Priority{42}});
    desk.hear(DrainAsked{"VI_52", std::nullopt});
    desk.hear(ResumeAsked{"VI_52"});
    EXPECT_TRUE(desk.orders.empty());
}

TEST(OrderedPriority, OutlivesAReload) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    model::Instance changed = instance();
    changed.priority = net::Priority{150};
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({changed}))});
    EXPECT_EQ(report(desk).priority, net::Priority{42});
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    EXPECT_EQ(report(desk).priority, net::Priority{150});
}

TEST(Reload, SaysAChangedPriorityAtOnce) {
    Desk desk = master();
    model::Instance changed = instance();
    changed.priority = net::Priority{150};
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({changed}))});
    EXPECT_EQ(advertised(desk), std::vector{net::Priority{150}});
}

TEST(Drain, OfAMasterKeepsItsAddressesUntilABetterOneIsHeard) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.run_for(seconds{3});
    EXPECT_EQ(advertised(desk), std::vector(3, net::Priority{1}));
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_TRUE(holds_the_address(desk));
    EXPECT_EQ(report(desk).drain->stage, DrainStage::Waiting);
    desk.hear_advert(net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_FALSE(holds_the_address(desk));
    EXPECT_EQ(report(desk).drain->stage, DrainStage::HandedOver);
    EXPECT_EQ(desk.told("drain-handed-over"), 1u);
    EXPECT_FALSE(std::ranges::count(advertised(desk), net::kResigning));
}

TEST(Drain, InvitesWithPriorityZeroWhoeverWouldNotPreempt) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.run_for(kPeersWait);
    EXPECT_EQ(report(desk).drain->stage, DrainStage::Inviting);
    EXPECT_EQ(advertised(desk).back(), net::kResigning);
    EXPECT_TRUE(holds_the_address(desk));
    // It must not hear from us before its skew is over.
    const std::size_t sent = advertised(desk).size();
    desk.run_for(milliseconds{999});
    EXPECT_EQ(advertised(desk).size(), sent);
}

TEST(Drain, StaysMasterWhenNobodyTakesOverAndSaysSo) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.run_for(seconds{60});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_TRUE(holds_the_address(desk));
    EXPECT_EQ(report(desk).drain->stage, DrainStage::Alone);
    EXPECT_EQ(desk.told("drain-alone"), 1u);
    EXPECT_EQ(std::ranges::count(advertised(desk), net::kResigning), 1);
    // Whoever comes later is let in.
    desk.hear_advert(net::Priority{2});
    EXPECT_EQ(report(desk).drain->stage, DrainStage::HandedOver);
}

TEST(Drain, OfABackupTakesOverOnlyWhenNobodyElseIsThere) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear_advert(net::Priority{50});
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    EXPECT_EQ(report(desk).drain->stage, DrainStage::HandedOver);
    for (int i = 0; i < 20; ++i) {
        desk.run_for(milliseconds{900});
        desk.hear_advert(net::Priority{50});
    }
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(seconds{5});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.told("drain-master-again"), 1u);
}

TEST(Drain, EndsByOrder) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.hear(ResumeAsked{"VI_51"});
    EXPECT_EQ(report(desk).drain, std::nullopt);
    EXPECT_EQ(report(desk).priority, net::Priority{100});
    desk.orders.clear();
    desk.run_for(seconds{60});
    EXPECT_FALSE(std::ranges::count(advertised(desk), net::kResigning));
    EXPECT_EQ(desk.told("drain-alone"), 0u);
}

TEST(Drain, EndsByItselfWhenItsTimeIsOver) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::chrono::minutes{2}});
    desk.run_for(seconds{119});
    EXPECT_EQ(report(desk).priority, net::Priority{1});
    desk.run_for(seconds{1});
    EXPECT_EQ(report(desk).priority, net::Priority{100});
    EXPECT_EQ(report(desk).drain, std::nullopt);
    EXPECT_EQ(desk.told("drain-over"), 1u);
}

TEST(Drain, GoesBeforeAnOrderedPriority) {
    Desk desk = master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.hear(PriorityOrdered{"VI_51", net::Priority{200}});
    EXPECT_EQ(report(desk).priority, net::Priority{1});
    desk.hear(ResumeAsked{"VI_51"});
    EXPECT_EQ(report(desk).priority, net::Priority{200});
}

TEST(Drain, OfOneMemberIsThatOfItsGroup) {
    model::Config config = config_of({instance(51), instance(52)});
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    config.sync_groups = {group};
    Desk desk{config};
    desk.become_master();
    desk.hear(DrainAsked{"VI_52", std::nullopt});
    for (const InstanceReport& one : desk.agent.report())
        EXPECT_EQ(one.priority, net::Priority{1}) << one.name;
    desk.hear(ResumeAsked{"VI_51"});
    for (const InstanceReport& one : desk.agent.report())
        EXPECT_EQ(one.priority, net::Priority{100}) << one.name;
}

TEST(Drain, OutlivesAReloadThatBeginsTheInstanceAnew) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    desk.hear(DrainAsked{"VI_51", seconds{100}});
    model::Instance changed = instance();
    changed.vrid = net::Vrid{77};
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({changed}))});
    EXPECT_EQ(report(desk).priority, net::Priority{1});
    desk.run_for(seconds{100});
    EXPECT_EQ(report(desk).priority, net::Priority{42});
}

TEST(Drain, OfAnOwnerLetsOthersIn) {
    model::Instance owner = instance();
    owner.priority = net::kOwner;
    owner.owner_ignores_adverts = true;
    Desk desk{config_of({owner})};
    desk.become_master();
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.hear_advert(net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

}  // namespace
}  // namespace understudy::agent::test
