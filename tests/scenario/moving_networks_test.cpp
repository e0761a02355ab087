// Networks that move under the agents: the interface goes and comes back, under another name or number, its
// addresses change, a manager flushes what it does not know of, the kernel's news are lost. Each ends with
// the better host as the only master, and nowhere is an address on two hosts for longer than a role.
#include <gtest/gtest.h>

#include <string>

#include "pair.hpp"

namespace understudy::sim {
namespace {

// Longer than any master down interval here, and than the pauses between attempts at what the kernel refuses.
constexpr microseconds kCalm = 10s;

struct Kind {
    const char* name;
    bool virtual_mac;
    net::VrrpVersion version;
};

class MovingNetwork : public testing::TestWithParam<Kind> {
protected:
    static Plan plan(int priority) {
        return {.priority = priority,
                .version = GetParam().version,
                .virtual_mac = GetParam().virtual_mac,
                .routes = {"198.51.100.0/24"},
                .rules = {"203.0.113.1/32"}};
    }

    // The better one alone is master and has everything; nothing was violated on the way.
    void expect_calm() {
        lan.run_for(kCalm);
        EXPECT_TRUE(strong.is_master());
        EXPECT_EQ(weak.role(), vrrp::Role::Backup);
        EXPECT_TRUE(has_everything(strong));
        EXPECT_FALSE(weak.holds(kVip));
        EXPECT_EQ(lan.neighbour(kVip), &strong) << "clients are with another";
        expect_no_violation();
    }
    // The weaker one serves while the better one is in FAULT without a trace of the address.
    void expect_replaced() {
        EXPECT_LE(lan.run_until([&] { return weak.is_master(); }), 3s + skew_of(100) + kMoment);
        EXPECT_EQ(strong.role(), vrrp::Role::Fault);
        EXPECT_FALSE(strong.holds(kVip));
        lan.run_for(kCalm);
        EXPECT_TRUE(weak.is_master() && has_everything(weak));
        expect_no_violation();
    }
    void expect_no_violation() {
        if (auditor.violation()) ADD_FAILURE() << *auditor.violation();
    }
    static bool has_everything(const Node& node) {
        return node.holds(kVip) && node.has_route("198.51.100.0/24") && node.has_rule("203.0.113.1/32");
    }

    void SetUp() override {
        lan.run_until([&] { return strong.is_master(); });
        lan.run_for(kMoment);
    }

    Lan lan{Seed{1}};
    Auditor auditor{lan, 1s};
    Node& strong = lan.add(plan(200));
    Node& weak = lan.add(plan(100));
};

TEST_P(MovingNetwork, AnInterfaceIsDeletedAndMadeAnew) {
    strong.remove_interface();
    expect_replaced();
    strong.make_interface();
    expect_calm();
}

TEST_P(MovingNetwork, AnInterfaceIsDeletedAndMadeAnewAtOnceAndAgain) {
    for (int i = 0; i < 20; ++i) {
        strong.remove_interface();
        strong.make_interface();
        lan.run_for(milliseconds{i});
    }
    expect_calm();
}

TEST_P(MovingNetwork, ABackupsInterfaceIsDeletedAndMadeAnew) {
    weak.remove_interface();
    lan.run_for(kCalm);
    EXPECT_EQ(weak.role(), vrrp::Role::Fault);
    weak.make_interface();
    expect_calm();
}

TEST_P(MovingNetwork, ARenamedInterfaceIsGoneUntilItHasItsNameBack) {
    strong.rename_interface("lan0");
    expect_replaced();
    strong.rename_interface(kInterface);
    expect_calm();
}

TEST_P(MovingNetwork, CarriersThatFlapLeaveOneMaster) {
    for (int i = 0; i < 200; ++i) {
        Node& node = lan.random.chance(50) ? strong : weak;
        node.set_carrier(!node.kernel().has_carrier());
        lan.run_for(milliseconds{static_cast<std::int64_t>(lan.random.below(100))});
    }
    strong.set_carrier(true);
    weak.set_carrier(true);
    expect_calm();
}

TEST_P(MovingNetwork, AnotherOwnAddressIsTheNextSource) {
    strong.change_own_address("192.0.2.77/24");
    expect_calm();
    EXPECT_EQ(strong.adverts().back().source, net::Address::v4(192, 0, 2, 77));
}

TEST_P(MovingNetwork, AHostWithoutAnAddressOfItsOwnWaitsForOne) {
    strong.remove_own_addresses();
    EXPECT_LE(lan.run_until([&] { return weak.is_master(); }), 1s);  // its last word was priority 0
    EXPECT_EQ(strong.adverts().back().source, net::Address::v4(192, 0, 2, 1));
    expect_replaced();
    strong.add_own_addresses();
    expect_calm();
}

TEST_P(MovingNetwork, AnotherMtuCostsNothing) {
    const std::size_t told = strong.told("entered-state");
    for (const std::uint32_t mtu : {576u, 1400u, 9000u, 1500u}) {
        strong.set_mtu(mtu);
        lan.run_for(2s);
        EXPECT_TRUE(strong.is_master());
    }
    EXPECT_EQ(strong.told("entered-state"), told);
    EXPECT_TRUE(weak.adverts().empty());
    expect_calm();
}

TEST_P(MovingNetwork, AManagerThatFlushesWhatItDoesNotKnowMovesNoRole) {
    for (int i = 0; i < 60; ++i) {
        strong.stranger_deletes(kVip);
        strong.stranger_deletes_route("198.51.100.0/24");
        strong.stranger_deletes_rule("203.0.113.1/32");
        lan.run_for(1s);
        EXPECT_TRUE(strong.is_master());
    }
    EXPECT_TRUE(weak.adverts().empty());
    expect_calm();
}

TEST_P(MovingNetwork, AManagerThatFlushesAllIsSurvived) {
    for (int i = 0; i < 60; ++i) {
        strong.stranger_deletes(kVip);
        strong.stranger_deletes_route("198.51.100.0/24");
        strong.stranger_deletes_rule("203.0.113.1/32");
        strong.remove_own_addresses();
        lan.run_for(milliseconds{static_cast<std::int64_t>(lan.random.below(3))});
        strong.add_own_addresses();
        lan.run_for(1s);
    }
    expect_calm();
}

TEST_P(MovingNetwork, LostNewsOfAnInterfaceMadeAnewAreMadeUpFor) {
    strong.act_unheard([&] {
        strong.remove_interface();
        strong.make_interface();
    });
    expect_calm();
}

TEST_P(MovingNetwork, LostNewsOfADeletedInterfaceAreMadeUpFor) {
    strong.act_unheard([&] { strong.remove_interface(); });
    expect_replaced();
    strong.act_unheard([&] { strong.make_interface(); });
    expect_calm();
}

TEST_P(MovingNetwork, LostNewsOfFlushedAddressesAreMadeUpFor) {
    strong.act_unheard([&] { strong.stranger_deletes(kVip); });
    EXPECT_LT(lan.run_until([&] { return strong.holds(kVip); }), kMoment);
    strong.act_unheard([&] { strong.remove_own_addresses(); });
    expect_replaced();
    strong.act_unheard([&] { strong.add_own_addresses(); });
    expect_calm();
}

INSTANTIATE_TEST_SUITE_P(Kinds, MovingNetwork,
                         testing::Values(Kind{"V2", false, net::VrrpVersion::V2},
                                         Kind{"V3", false, net::VrrpVersion::V3},
                                         Kind{"VirtualMac", true, net::VrrpVersion::V3}),
                         [](const auto& kind) { return std::string{kind.param.name}; });

}  // namespace
}  // namespace understudy::sim
