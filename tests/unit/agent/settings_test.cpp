// Kernel settings that hold as long as somebody needs them: promote_secondaries, disable_local_igmp.
#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

const HeldSetting kPromoting{kEth0, "promote_secondaries", "1"};
const HeldSetting kNoLocalIgmp{{}, "net/ipv4/igmp_link_local_mcast_reports", "0"};

model::Instance promoting(int vrid = 51) {
    model::Instance asked = instance(vrid);
    asked.promote_secondaries = true;
    return asked;
}

std::vector<std::vector<HeldSetting>> held(const Desk& desk) {
    std::vector<std::vector<HeldSetting>> lists;
    for (const HoldSettings& order : desk.all<HoldSettings>()) lists.push_back(order.settings);
    return lists;
}

template <typename Kind>
std::size_t place_of(const Desk& desk) {
    const auto is_it = [](const Action& action) { return std::holds_alternative<Kind>(action); };
    return static_cast<std::size_t>(std::ranges::find_if(desk.orders, is_it) - desk.orders.begin());
}

using Lists = std::vector<std::vector<HeldSetting>>;

TEST(PromoteSecondaries, IsSetOnceForAllInstancesOfAnInterface) {
    Desk desk{config_of({promoting(51), promoting(52)})};
    desk.start();
    desk.run_for(seconds{10});
    EXPECT_EQ(held(desk), Lists{{kPromoting}});
}

TEST(PromoteSecondaries, IsLookedAfterOnceAMinute) {
    Desk desk{config_of({promoting()})};
    desk.start();
    desk.run_for(seconds{130});
    EXPECT_EQ(held(desk), (Lists{{kPromoting}, {kPromoting}, {kPromoting}}));
}

TEST(PromoteSecondaries, IsNotTouchedForOthers) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    EXPECT_TRUE(held(desk).empty());
}

// The addresses that go at the end would otherwise take each other along.
TEST(PromoteSecondaries, IsGivenBackOnceTheAddressesAreGone) {
    Desk desk{config_of({promoting()})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_TRUE(held(desk).empty());
    desk.answer_changes();
    EXPECT_EQ(held(desk), Lists{{}});
}

TEST(PromoteSecondaries, StaysWhereAddressesAreLeftBehind) {
    Desk desk{config_of({promoting()})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(StopAsked{.keep_addresses = true});
    EXPECT_TRUE(held(desk).empty());
}

TEST(PromoteSecondaries, FollowsAReload) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(ConfigLoaded{shared(config_of({promoting()}))});
    desk.hear(ConfigLoaded{shared(config_of({instance()}))});
    EXPECT_EQ(held(desk), (Lists{{kPromoting}, {}}));
}

TEST(DisableLocalIgmp, IsSetBeforeAGroupIsJoined) {
    model::Config config = config_of({instance()});
    config.globals.disable_local_igmp = true;
    Desk desk{config};
    desk.start();
    EXPECT_EQ(held(desk), Lists{{kNoLocalIgmp}});
    EXPECT_LT(place_of<HoldSettings>(desk), place_of<Listen>(desk));
}

TEST(ReceiveBuffers, AddWhatEachInstanceOfASocketAsksFor) {
    model::Instance own = instance(52);
    own.receive_buffer = 20000;
    model::Config config = config_of({instance(51), own});
    const auto asked = [&] {
        Desk desk{config};
        desk.start();
        return desk.all<Listen>().back().listeners.at(0).receive_buffer;
    };
    EXPECT_EQ(asked(), 20000u);
    config.globals.buffers.receive_policy = model::ReceivePolicy::Mtu;
    EXPECT_EQ(asked(), 1500u * 3 + 20000);
    config.globals.buffers.receive_policy = model::ReceivePolicy::Fixed;
    config.globals.buffers.receive_size = 7000;
    EXPECT_EQ(asked(), 27000u);
    config.globals.buffers.receive_policy = model::ReceivePolicy::Advert;
    config.globals.buffers.receive_multiplier = 100;
    EXPECT_EQ(asked(), (20u + 8 + 4) * 100 + 20000);
}

TEST(ReceiveBuffers, AreTheLargestThereIsWhereTheSumCannotBeCounted) {
    model::Instance greedy = instance(51);
    greedy.receive_buffer = 3'000'000'000;
    model::Instance as_greedy = instance(52);
    as_greedy.receive_buffer = 3'000'000'000;
    Desk desk{config_of({greedy, as_greedy})};
    desk.start();
    EXPECT_EQ(desk.all<Listen>().back().listeners.at(0).receive_buffer, UINT32_MAX);
}

TEST(ReceiveBuffers, AreTheSystemsUnlessAskedFor) {
    Desk desk{config_of({instance()})};
    desk.start();
    EXPECT_EQ(desk.all<Listen>().back().listeners.at(0).receive_buffer, 0u);
}

}  // namespace
}  // namespace understudy::agent
