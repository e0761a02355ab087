#include <gtest/gtest.h>

#include "judged.hpp"

namespace understudy::pair {
namespace {

constexpr std::string_view kScript = "vrrp_script web {\nscript \"/etc/checks/web.sh\"\n}\n";

std::string tracking(std::string_view weight) {
    return "track_script {\nweb " + std::string{weight} + "\n}\n";
}

std::string host(std::string_view statements) { return std::string{kScript} + instance(statements); }

const Outcome& outcome(const Report& report, std::size_t at, std::string_view kind, std::size_t router = 0) {
    const auto failure = std::ranges::find_if(
        report.failures, [&](const Failure& f) { return f.host == at && f.kind == kind; });
    if (failure == report.failures.end()) throw std::invalid_argument("no such failure");
    return failure->outcomes[router];
}

TEST(Failures, OfTheMasterMoveTheAddressesAfterItsDownInterval) {
    const Report report = judge({instance("priority 150"), instance("priority 100")});
    const Outcome& death = outcome(report, 0, "host");
    EXPECT_EQ(death.meanwhile, Masters{1});
    EXPECT_EQ(death.afterwards, Masters{0});
    EXPECT_EQ(death.wait, microseconds{3'609'375});
}

TEST(Failures, OfABackupChangeNothing) {
    const Report report = judge({instance("priority 150"), instance("priority 100")});
    EXPECT_EQ(outcome(report, 1, "host").meanwhile, Masters{0});
    EXPECT_EQ(outcome(report, 1, "host").wait, std::nullopt);
    EXPECT_EQ(outcome(report, 1, "interface").meanwhile, Masters{0});
}

TEST(Failures, LeaveTheAddressesWhereTheyAreUnderNopreempt) {
    const Report report = judge({instance("nopreempt\npriority 150"), instance("nopreempt\npriority 100")});
    EXPECT_EQ(outcome(report, 0, "interface").meanwhile, Masters{1});
    EXPECT_EQ(outcome(report, 0, "interface").afterwards, Masters{1});
}

TEST(Failures, OfAScriptWithoutWeightAreFaults) {
    const Report report =
        judge({host("priority 150\n" + tracking("weight 0")), host("priority 100\n" + tracking("weight 0"))});
    EXPECT_EQ(outcome(report, 0, "script").meanwhile, Masters{1});
}

TEST(Failures, OfAProcessCountAsTheAgentCounts) {
    const auto host = [](std::string_view weight) {
        return "vrrp_track_process daemon {\nprocess nginx\n}\n" +
               instance("priority 150\ntrack_process {\ndaemon " + std::string{weight} + "\n}\n");
    };
    const std::string other = instance("priority 100");
    EXPECT_EQ(outcome(judge({host("weight -51"), other}), 0, "process").meanwhile, Masters{1});
    EXPECT_EQ(outcome(judge({host("weight -49"), other}), 0, "process").meanwhile, Masters{0});
    EXPECT_EQ(outcome(judge({host(""), other}), 0, "process").meanwhile, Masters{1}) << "FAULT";
}

TEST(Failures, OfACheckAreThoseOfAScriptWithoutAScript) {
    const auto host = [](std::string_view weight) {
        return "vrrp_check gateway {\nping 192.0.2.254\n}\n" +
               instance("priority 150\ntrack_script {\ngateway " + std::string{weight} + "\n}\n");
    };
    const std::string other = instance("priority 100");
    EXPECT_EQ(outcome(judge({host("weight -51"), other}), 0, "check").meanwhile, Masters{1});
    EXPECT_EQ(outcome(judge({host("weight -49"), other}), 0, "check").meanwhile, Masters{0});
    EXPECT_EQ(outcome(judge({host(""), other}), 0, "check").meanwhile, Masters{1}) << "FAULT";
    const auto findings = found(judge({host("weight -49"), other}), Code::WeightTooSmall);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_TRUE(findings[0].message.starts_with("VI_1: check gateway fails on alpha")) << findings[0].message;
}

TEST(Failures, OfAFileAreKnownWhereItsWeightIsZero) {
    const auto host = [](std::string_view weight) {
        return "track_file gate {\nfile /run/gate\n}\n" +
               instance("priority 150\ntrack_file {\ngate " + std::string{weight} + "\n}\n");
    };
    const Report report = judge({host("weight 0"), instance("priority 100")});
    EXPECT_EQ(outcome(report, 0, "file").meanwhile, Masters{1});
    EXPECT_THROW(outcome(judge({host("weight 1"), instance("priority 100")}), 0, "file"),
                 std::invalid_argument);
}

TEST(Failures, OfAScriptWithAWeightCountAsTheAgentCounts) {
    const auto judged = [](std::string_view weight) {
        return outcome(judge({host("priority 150\n" + tracking(weight)),
                              host("priority 100\n" + tracking(weight))}),
                       0, "script")
            .meanwhile;
    };
    EXPECT_EQ(judged("weight -49"), Masters{0});
    EXPECT_EQ(judged("weight -50"), Masters{0});  // equal priorities do not preempt
    EXPECT_EQ(judged("weight -51"), Masters{1});
    EXPECT_EQ(judged("weight 51"), Masters{1});
}

TEST(Failures, OfAReversedScriptAreItsSuccesses) {
    const Report report = judge({host("priority 150\n" + tracking("weight -60 reverse")),
                                 host("priority 100\n" + tracking("weight -60 reverse"))});
    const auto failure =
        std::ranges::find(report.failures, "script", [](const Failure& f) { return f.kind; });
    ASSERT_NE(failure, report.failures.end());
    EXPECT_EQ(failure->text, "script web succeeds");
}

TEST(Failures, OfOneMemberMoveTheWholeGroup) {
    const auto both = [](std::string_view priority) {
        return instance(std::string{priority} + "\ntrack_interface {\neth1\n}", "VI_1", 51) +
               instance(priority, "VI_2", 52, "virtual_ipaddress {\n192.0.2.60\n}\n") +
               "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n";
    };
    const Report report = judge({both("priority 150"), both("priority 100")});
    const auto failure = std::ranges::find(report.failures, "eth1", &Failure::name);
    ASSERT_NE(failure, report.failures.end());
    EXPECT_EQ(failure->outcomes[0].meanwhile, Masters{1});
    EXPECT_EQ(failure->outcomes[1].meanwhile, Masters{1});
    EXPECT_EQ(failure->outcomes[1].afterwards, Masters{0});
}

TEST(Failures, LeaveNobodyWhereNobodyElseIs) {
    const Report report =
        judge({instance("priority 150"), instance("", "VI_2", 52, "virtual_ipaddress {\n192.0.2.60\n}\n")});
    EXPECT_EQ(outcome(report, 0, "host").meanwhile, Masters{});
}

TEST(Failures, AreNotTrackedOnAnInterfaceThatIsLeftAlone) {
    const Report report = judge({instance("dont_track_primary\npriority 150"), instance("priority 100")});
    for (const Failure& failure : report.failures)
        EXPECT_FALSE(failure.host == 0 && failure.kind == "interface") << failure.text;
}

TEST(Masters, WhoDoesNotHearEachOtherAreTwo) {
    EXPECT_EQ(judge({instance("priority 150"), instance("priority 100\nadvert_int 2")}).masters,
              (std::vector<Masters>{{0, 1}}));
}

TEST(Masters, OfWhomOneHearsTheOtherAreTwoOnlyIfTheStrongerDoesNotYield) {
    const auto unicast = [](std::string_view own, std::string_view peer, std::string_view priority) {
        return instance("priority " + std::string{priority} + "\nunicast_src_ip " + std::string{own} +
                        "\nunicast_peer {\n" + std::string{peer} + "\n}");
    };
    // alpha sends to a stranger, so beta hears nothing and becomes master; alpha hears beta.
    const auto masters = [&](std::string_view alpha, std::string_view beta) {
        return judge({unicast("198.51.100.1", "198.51.100.9", alpha),
                      unicast("198.51.100.2", "198.51.100.1", beta)})
            .masters.front();
    };
    EXPECT_EQ(masters("150", "100"), (Masters{0, 1}));
    EXPECT_EQ(masters("100", "150"), Masters{1});
}

TEST(Masters, OfEqualPriorityAreToldApartByTheGreaterAddress) {
    const auto sourced = [](std::string_view source) {
        return instance("mcast_src_ip " + std::string{source});
    };
    EXPECT_EQ(judge({sourced("198.51.100.9"), sourced("198.51.100.2")}).masters.front(), Masters{0});
    EXPECT_EQ(judge({sourced("198.51.100.2"), sourced("198.51.100.9")}).masters.front(), Masters{1});
}

}  // namespace
}  // namespace understudy::pair
