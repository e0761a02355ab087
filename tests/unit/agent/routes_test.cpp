// Routes, rules and static objects: the order in which they come and go, and whom they concern.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

model::Route route(const char* destination, const char* dev = "eth0") {
    model::Route made;
    made.route.destination = net::Prefix::parse(destination).value();
    made.route.link = dev;
    return made;
}

model::Rule rule(std::uint32_t priority) {
    model::Rule made;
    made.rule.priority = priority;
    made.rule.table = 100;
    return made;
}

model::Config with_routes() {
    model::Instance made = instance();
    made.routes = {route("203.0.113.0/24")};
    made.rules = {rule(100)};
    return config_of({made});
}

model::Config with_statics() {
    model::Config config = config_of({instance()});
    model::StaticAddress address;
    address.address = virtual_address("198.51.100.1/24");
    config.static_addresses = {address};
    config.static_routes = {route("203.0.113.0/24")};
    config.static_rules = {rule(100)};
    return config;
}

// "+address", "-route" and so on, in the order of the batches.
std::vector<std::string> changes(const Desk& desk) {
    std::vector<std::string> names;
    for (const ChangeKernel& batch : desk.all<ChangeKernel>())
        for (const KernelChange& change : batch.changes) {
            const char* const kinds[] = {"address", "route", "rule"};
            const bool added =
                std::visit([](const auto& c) { return c.kind == desired::ChangeKind::Add; }, change);
            names.push_back((added ? "+" : "-") + std::string{kinds[change.index()]});
        }
    return names;
}

net::Link link(std::uint32_t index, const char* name, bool up) {
    net::Link made{.index = {index}, .name = name, .mac = net::Mac::of(2, 0, 0, 0, 0, 9)};
    made.admin_up = made.running = up;
    return made;
}

using Names = std::vector<std::string>;

TEST(RoutesOfAMaster, ComeAfterItsAddressesAndRulesAfterThem) {
    Desk desk{with_routes()};
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_EQ(changes(desk), (Names{"+address", "+route", "+rule"}));
}

TEST(RoutesOfAMaster, GoBeforeItsAddressesAndRulesBeforeThem) {
    Desk desk{with_routes()};
    desk.become_master();
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_EQ(changes(desk), (Names{"-rule", "-route", "-address"}));
    EXPECT_TRUE(desk.all<Finished>().empty()) << "not before the kernel has let go";
    desk.answer_changes();
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(RoutesOfAMaster, AreReported) {
    Desk desk{with_routes()};
    desk.start();
    EXPECT_EQ(desk.agent.report().front().routes, (CountReport{1, 0}));
    desk.run_for(seconds{4});
    desk.answer_changes();
    EXPECT_EQ(desk.agent.report().front().routes, (CountReport{1, 1}));
    EXPECT_EQ(desk.agent.report().front().rules, (CountReport{1, 1}));
}

TEST(RoutesOfAMaster, ThatARefusedAddressCostsAreToldInTheirOwnWords) {
    Desk desk{with_routes()};
    desk.start();
    desk.run_for(seconds{4});
    desk.hear(ChangesAnswered{{0, 101, 0}, microseconds{100}});  // ENETUNREACH
    ASSERT_EQ(desk.told("route-refused"), 1u);
    const std::vector<Tell> told = desk.all<Tell>();
    const auto refused = std::ranges::find(told, "route-refused", [](const Tell& t) { return t.record.id; });
    EXPECT_TRUE(refused->record.text.starts_with(
        "the kernel refused to add route 203.0.113.0/24 dev eth0: Network is unreachable"));
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(RoutesOfAMaster, ThroughAMissingInterfaceAreAFault) {
    model::Instance made = instance();
    made.routes = {route("203.0.113.0/24", "eth1")};
    Desk desk{config_of({made})};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinkSeen{link(3, "eth1", false)});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinkSeen{link(3, "eth1", true)});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(RoutesOfAMaster, OfNoTrackConcernNobodyElse) {
    model::Instance made = instance();
    made.routes = {route("203.0.113.0/24", "eth1")};
    made.routes.front().tracked = false;
    Desk desk{config_of({made})};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(RoutesOfAMaster, ThroughItsOwnInterfaceWatchItEvenIfTheInstanceDoesNot) {
    model::Instance made = instance();
    made.track_primary = false;
    Desk careless{config_of({made})};
    made.routes = {route("203.0.113.0/24")};
    Desk desk{config_of({made})};
    for (Desk* const each : {&careless, &desk}) {
        each->become_master();
        each->hear(LinkSeen{link(kEth0.value, "eth0", false)});
    }
    EXPECT_EQ(careless.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

model::Instance with_an_address_elsewhere() {
    model::Instance made = instance();
    made.excluded_addresses = {virtual_address("198.51.100.100/24")};
    made.excluded_addresses.front().dev = "eth1";
    return made;
}

TEST(AddressesElsewhere, AreAFaultWhileTheirInterfaceIsDown) {
    Desk desk{config_of({with_an_address_elsewhere()})};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinkSeen{link(3, "eth1", true)});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.hear(LinkSeen{link(3, "eth1", false)});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

TEST(AddressesElsewhere, OfNoTrackConcernNobodyElse) {
    model::Instance made = with_an_address_elsewhere();
    made.excluded_addresses.front().no_track = true;
    Desk desk{config_of({made})};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

// Its loss is a fault whatever is said of its weight, so the weight counts for nothing.
TEST(AddressesElsewhere, LeaveNoWeightToTheirInterface) {
    model::Instance made = with_an_address_elsewhere();
    made.tracked_links = {{"eth1", {20, false}}};
    Desk desk{config_of({made})};
    desk.start();
    desk.hear(LinkSeen{link(3, "eth1", true)});
    EXPECT_EQ(desk.agent.report().front().priority.value(), 100);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(AddressesAtReload, ThatStayAreNotAnnouncedAgainBecauseAnotherGoes) {
    model::Instance made = instance();
    made.addresses.push_back(virtual_address("192.0.2.101/24"));
    Desk desk{config_of({made})};
    desk.become_master();
    desk.run_for(seconds{10});
    desk.orders.clear();
    desk.hear(loaded(config_of({instance()})));
    desk.answer_changes();
    desk.run_for(seconds{10});
    EXPECT_EQ(desk.announced(), 0U);
}

TEST(Statics, AreThereFromTheStartToTheEnd) {
    Desk desk{with_statics()};
    desk.start();
    EXPECT_EQ(changes(desk), (Names{"+address", "+route", "+rule"}));
    desk.answer_changes();
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_EQ(changes(desk), (Names{"-rule", "-route", "-address"}));
    desk.answer_changes();
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(Statics, StayWhenTheDaemonIsToKeepEverything) {
    Desk desk{with_statics()};
    desk.start();
    desk.answer_changes();
    desk.orders.clear();
    desk.hear(StopAsked{.keep_addresses = true});
    EXPECT_TRUE(changes(desk).empty());
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(Statics, FollowAReload) {
    Desk desk{with_statics()};
    desk.start();
    desk.answer_changes();
    desk.orders.clear();
    model::Config other = with_statics();
    other.static_routes = {route("203.0.113.128/25")};
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(other)});
    EXPECT_EQ(changes(desk), (Names{"-route", "+route"}));
}

TEST(Statics, MayBeTheSourceOfAdverts) {
    Desk desk{with_statics()};
    desk.hear(KernelPictured{{link(2, "eth0", true)}, {}, {}, {}});
    desk.hear(ListenAnswered{kEth0, net::Family::Ipv4, 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault) << "it has no address yet";
    net::InterfaceAddress address;
    address.link = kEth0;
    address.prefix = net::Prefix::parse("198.51.100.1/24").value();
    desk.hear(AddressSeen{address});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.agent.report().front().source, address.prefix.address);
}

TEST(TrackGroup, FaultsItsMembersWhileTheInterfaceOfAStaticRouteIsDown) {
    model::Config config = config_of({instance(51), instance(52)});
    config.track_groups = {{"TG", {1}}};
    config.static_routes = {route("203.0.113.0/24", "eth1")};
    config.static_routes.front().track_group = "TG";
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.agent.report("VI_51")->role, vrrp::Role::Backup);
    EXPECT_EQ(desk.agent.report("VI_52")->role, vrrp::Role::Fault);
    desk.hear(LinkSeen{link(3, "eth1", true)});
    EXPECT_EQ(desk.agent.report("VI_52")->role, vrrp::Role::Backup);
}

}  // namespace
}  // namespace understudy::agent::test
