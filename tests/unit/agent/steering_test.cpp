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

// The peer is heard for so long, and says so.
void hear_for(Desk& desk, seconds duration, net::Priority priority) {
    const Instant end = desk.now + duration;
    while (desk.now < end) {
        desk.run_for(milliseconds{900});
        desk.hear_advert(priority);
    }
}

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
    desk.hear(loaded(config_of({changed})));
    EXPECT_EQ(report(desk).priority, net::Priority{42});
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    EXPECT_EQ(report(desk).priority, net::Priority{150});
}

TEST(Reload, SaysAChangedPriorityAtOnce) {
    Desk desk = master();
    model::Instance changed = instance();
    changed.priority = net::Priority{150};
    desk.hear(loaded(config_of({changed})));
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
    // One packet may be lost.
    EXPECT_EQ(std::ranges::count(advertised(desk), net::kResigning), 3);
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
    hear_for(desk, seconds{18}, net::Priority{50});
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
    Desk desk{grouped({instance(51), instance(52)})};
    desk.become_master();
    desk.hear(DrainAsked{"VI_52", std::nullopt});
    for (const InstanceReport& one : desk.agent.report())
        EXPECT_EQ(one.priority, net::Priority{1}) << one.name;
    desk.hear(ResumeAsked{"VI_51"});
    for (const InstanceReport& one : desk.agent.report())
        EXPECT_EQ(one.priority, net::Priority{100}) << one.name;
}

std::vector<DrainStage> stages(const Desk& desk) {
    std::vector<DrainStage> all;
    for (const InstanceReport& one : desk.agent.report()) all.push_back(one.drain.value().stage);
    return all;
}

// Its slow member's peers need 3 intervals and a skew, after the interval that they may be late by.
TEST(Drain, OfAGroupWaitsForItsSlowestMember) {
    model::Instance slow = instance(52);
    slow.advert_interval = seconds{4};
    Desk desk{grouped({instance(51), slow})};
    desk.start();
    desk.run_for(seconds{30});
    desk.hear(DrainAsked{"VI_51", std::nullopt});
    desk.run_for(seconds{20} - milliseconds{1});
    EXPECT_EQ(stages(desk), std::vector(2, DrainStage::Waiting));
    desk.run_for(milliseconds{1});
    EXPECT_EQ(stages(desk), std::vector(2, DrainStage::Inviting));
    const std::size_t said = advertised(desk).size();
    desk.run_for(seconds{4} - milliseconds{1});  // the quick one is silent as well
    EXPECT_EQ(advertised(desk).size(), said);
    desk.run_for(seconds{8});
    EXPECT_EQ(stages(desk), std::vector(2, DrainStage::Inviting));
    desk.run_for(milliseconds{1});
    EXPECT_EQ(stages(desk), std::vector(2, DrainStage::Alone));
}

TEST(Drain, OfAllIsOneOrder) {
    Desk desk{config_of({instance(51), instance(52), instance(53)})};
    desk.become_master();
    desk.hear(DrainAsked{std::nullopt, std::nullopt});
    EXPECT_EQ(desk.told("drain-begins"), 3u);
    EXPECT_EQ(stages(desk), std::vector(3, DrainStage::Waiting));
    desk.hear(ResumeAsked{std::nullopt});
    EXPECT_EQ(desk.told("drain-over"), 3u);
}

TEST(OrderedPriority, IsThatOfTheWholeGroup) {
    Desk desk{grouped({instance(51), instance(52)})};
    desk.become_master();
    desk.hear(PriorityOrdered{"VI_52", net::Priority{42}});
    for (const InstanceReport& one : desk.agent.report())
        EXPECT_EQ(one.priority, net::Priority{42}) << one.name;
}

TEST(Drain, OutlivesAReloadThatBeginsTheInstanceAnew) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    desk.hear(DrainAsked{"VI_51", seconds{100}});
    model::Instance changed = instance();
    changed.vrid = net::Vrid{77};
    desk.hear(loaded(config_of({changed})));
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

TEST(Failover, HandsOverAndTakesTheRoleBackFromNobody) {
    Desk desk = master();
    desk.hear(FailoverAsked{"VI_51"});
    EXPECT_EQ(report(desk).priority, net::Priority{1});
    EXPECT_TRUE(report(desk).drain->failover);
    EXPECT_TRUE(holds_the_address(desk));
    desk.hear_advert(net::Priority{50});
    desk.run_for(microseconds{0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(report(desk).drain, std::nullopt);
    EXPECT_EQ(report(desk).priority, net::Priority{100});
    EXPECT_TRUE(report(desk).held_back);
    hear_for(desk, seconds{20}, net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Failover, EndsWhenItIsMasterAgain) {
    Desk desk = master();
    desk.hear(FailoverAsked{"VI_51"});
    desk.hear_advert(net::Priority{50});
    desk.run_for(seconds{4});  // as the usual backup that it is
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_FALSE(report(desk).held_back);
}

TEST(Failover, EndsWhenTheOperatorSaysSo) {
    for (const Event& order :
         {Event{ResumeAsked{"VI_51"}}, Event{PriorityOrdered{"VI_51", net::Priority{90}}}}) {
        Desk desk = master();
        desk.hear(FailoverAsked{"VI_51"});
        desk.hear_advert(net::Priority{50});
        desk.run_for(microseconds{0});
        desk.hear(order);
        EXPECT_FALSE(report(desk).held_back);
        hear_for(desk, seconds{5}, net::Priority{50});
        EXPECT_EQ(desk.role(), vrrp::Role::Master);
    }
}

TEST(Failover, LeavesTheMasterItWasWhenNobodyTakesOver) {
    Desk desk = master();
    desk.hear(FailoverAsked{"VI_51"});
    desk.run_for(seconds{60});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(report(desk).drain, std::nullopt);
    EXPECT_FALSE(report(desk).held_back);
    EXPECT_EQ(report(desk).priority, net::Priority{100});
    EXPECT_EQ(advertised(desk).back(), net::Priority{100});
    EXPECT_EQ(desk.told("failover-failed"), 1u);
}

TEST(Failover, IsOnlyOfAMaster) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear_advert(net::Priority{150});
    desk.orders.clear();
    desk.hear(FailoverAsked{"VI_51"});
    desk.hear(FailoverAsked{"VI_52"});
    EXPECT_TRUE(desk.orders.empty());
}

TEST(Failover, MovesAGroupAndHoldsBackAllOfIt) {
    Desk desk{grouped({instance(51), instance(52)})};
    desk.become_master();
    desk.hear(FailoverAsked{"VI_52"});
    desk.hear_advert(net::Priority{50});
    desk.run_for(microseconds{0});
    for (const InstanceReport& one : desk.agent.report()) {
        EXPECT_EQ(one.role, vrrp::Role::Backup) << one.name;
        EXPECT_TRUE(one.held_back) << one.name;
        EXPECT_EQ(one.priority, net::Priority{100}) << one.name;
    }
}

TEST(Failover, OutlivesAReload) {
    Desk desk = master();
    desk.hear(FailoverAsked{"VI_51"});
    desk.hear_advert(net::Priority{50});
    desk.run_for(microseconds{0});
    model::Instance changed = instance();
    changed.priority = net::Priority{150};
    desk.hear(loaded(config_of({changed})));
    EXPECT_TRUE(report(desk).held_back);
    changed.vrid = net::Vrid{77};
    desk.hear(loaded(config_of({changed})));
    EXPECT_TRUE(report(desk).held_back);
}

TEST(Failover, OfAnOwnerHoldsItBackAsWell) {
    model::Instance owner = instance();
    owner.priority = net::kOwner;
    Desk desk{config_of({owner})};
    desk.become_master();
    desk.hear(FailoverAsked{"VI_51"});
    desk.hear_advert(net::Priority{50});
    hear_for(desk, seconds{20}, net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

// What a supervisor would keep now.
std::vector<ctl::StandingOrders> kept(const Desk& desk) {
    const std::vector<KeepOrders> told = desk.all<KeepOrders>();
    return told.empty() ? std::vector<ctl::StandingOrders>{} : told.back().orders;
}

TEST(StandingOrders, AreToldWheneverTheyChange) {
    Desk desk = master();
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    EXPECT_EQ(desk.all<KeepOrders>().size(), 1u);
    const Instant since = desk.now;
    desk.hear(DrainAsked{"VI_51", seconds{100}});
    EXPECT_EQ(kept(desk), (std::vector{ctl::StandingOrders{
                              "VI_51", net::Priority{42},
                              ctl::StandingOrders::Drain{since, since + seconds{100}, false}, false}}));
    desk.run_for(seconds{100});
    desk.hear(PriorityOrdered{"VI_51", std::nullopt});
    EXPECT_TRUE(kept(desk).empty());
}

TEST(StandingOrders, HoldThatARoleWasMovedAway) {
    Desk desk = master();
    desk.hear(FailoverAsked{"VI_51"});
    EXPECT_TRUE(kept(desk).front().drain->failover);
    desk.hear_advert(net::Priority{50});
    desk.run_for(microseconds{0});
    EXPECT_EQ(kept(desk), (std::vector{ctl::StandingOrders{"VI_51", {}, {}, true}}));
    desk.run_for(seconds{5});
    EXPECT_TRUE(kept(desk).empty());
}

TEST(StandingOrders, BindASuccessor) {
    Desk desk{config_of({instance()})};
    const ctl::StandingOrders::Drain drained{kBoot - seconds{5}, kBoot + seconds{60}, false};
    desk.hear(OrdersInherited{{{"VI_51", net::Priority{42}, drained, false}, {"VI_99", {}, {}, true}}});
    desk.become_master();
    EXPECT_EQ(report(desk).drain->since, kBoot - seconds{5});
    EXPECT_EQ(report(desk).priority, net::Priority{1});
    desk.run_for(seconds{60});
    EXPECT_EQ(report(desk).priority, net::Priority{42});
    EXPECT_EQ(desk.told("orders-inherited"), 1u);
}

TEST(StandingOrders, OfADeadPredecessorAreRemembered) {
    Desk desk{config_of({instance()})};
    const ctl::StandingOrders::Drain drained{kBoot - seconds{5}, {}, false};
    desk.hear(WallClockRead{kWallAtBoot});
    desk.hear(OrdersInherited{{{"VI_51", net::Priority{42}, drained, false}}});
    const std::vector<Remember> entries = desk.all<Remember>();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].entry.at, kWallAtBoot);
    EXPECT_EQ(entries[0].entry.kind, ctl::HistoryKind::Order);
    EXPECT_EQ(entries[0].entry.instance, "VI_51");
    EXPECT_EQ(entries[0].entry.reason, "still ordered by the operator: priority 42, a drain.");
}

TEST(StandingOrders, OfAFailoverThatWasUnderWayHoldTheSuccessorBack) {
    Desk desk{config_of({instance()})};
    desk.hear(OrdersInherited{{{"VI_51", {}, ctl::StandingOrders::Drain{kBoot, {}, true}, false}}});
    desk.start();
    hear_for(desk, seconds{20}, net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(report(desk).priority, net::Priority{100});
}

Desk graceful_master(seconds bound) {
    model::Config config = config_of({instance()});
    config.globals.graceful_handover = bound;
    Desk desk{config};
    desk.become_master();
    desk.orders.clear();
    return desk;
}

TEST(GracefulHandover, KeepsTheAddressesUntilAnotherRouterIsMaster) {
    Desk desk = graceful_master(seconds{30});
    desk.hear(StopAsked{});
    desk.run_for(seconds{3});
    EXPECT_TRUE(holds_the_address(desk));
    EXPECT_EQ(advertised(desk), std::vector(3, net::Priority{1}));
    desk.hear_advert(net::Priority{50});
    EXPECT_FALSE(holds_the_address(desk));
    desk.answer_changes();
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
    EXPECT_FALSE(std::ranges::count(advertised(desk), net::kResigning));
}

TEST(GracefulHandover, EndsWhenNobodyCouldTakeOverAnyMore) {
    Desk desk = graceful_master(seconds{30});
    desk.hear(StopAsked{});
    desk.run_for(kPeersWait + seconds{3} - milliseconds{1});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    EXPECT_EQ(advertised(desk).back(), net::kResigning);
}

TEST(GracefulHandover, IsBounded) {
    Desk desk = graceful_master(seconds{2});
    desk.hear(StopAsked{});
    desk.run_for(seconds{2} - milliseconds{1});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
}

TEST(GracefulHandover, EndsAtTheSecondStopButNotAtTheSameOneHeardTwice) {
    Desk desk = graceful_master(seconds{30});
    desk.hear(StopAsked{});
    desk.run_for(milliseconds{20});
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    desk.run_for(seconds{1});
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
}

TEST(GracefulHandover, IsNotForWhoeverHasNothingToGiveAway) {
    Desk desk{[] {
        model::Config config = config_of({instance()});
        config.globals.graceful_handover = seconds{30};
        return config;
    }()};
    desk.start();
    desk.hear_advert(net::Priority{150});
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    Desk keeping = graceful_master(seconds{30});
    keeping.hear(StopAsked{true});
    EXPECT_EQ(keeping.role(), vrrp::Role::Idle);
}

TEST(GracefulHandover, IsOffUnlessItIsAskedFor) {
    Desk desk = graceful_master(seconds{0});
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
}

}  // namespace
}  // namespace understudy::agent::test
