#include "statistics.hpp"

#include <gtest/gtest.h>

#include <array>

namespace understudy::daemon {
namespace {

// The layout that monitoring scripts of keepalived read, line by line.
TEST(StatisticsText, HasKeepalivedsLayout) {
    std::array<agent::InstanceReport, 1> reports{};
    reports[0].name = "VI_1";
    vrrp::Stats& stats = reports[0].stats;
    stats.adverts_received = 7;
    stats.adverts_sent = 5;
    stats.became_master = 1;
    stats.priority_zero_sent = 2;
    stats.count(vrrp::Refusal::WrongTtl);
    stats.count(vrrp::Refusal::AuthFailed);
    stats.count(wire::PacketFault::Truncated);
    EXPECT_EQ(statistics_text(reports),
              "VRRP Instance: VI_1\n"
              "  Advertisements:\n"
              "    Received: 7\n"
              "    Sent: 5\n"
              "  Became master: 1\n"
              "  Released master: 0\n"
              "  Packet Errors:\n"
              "    Length: 1\n"
              "    TTL: 1\n"
              "    Invalid Type: 0\n"
              "    Advertisement Interval: 0\n"
              "    Address List: 0\n"
              "  Authentication Errors:\n"
              "    Invalid Type: 0\n"
              "    Type Mismatch: 0\n"
              "    Failure: 1\n"
              "  Priority Zero:\n"
              "    Received: 0\n"
              "    Sent: 2\n");
}

// keepalived 2.4 shows these, for an instance with auth_hmac.
TEST(StatisticsText, ShowsTheErrorsOfAuthHmacWhereItIsUsed) {
    std::array<agent::InstanceReport, 1> reports{};
    reports[0].hmac.emplace();
    vrrp::Stats& stats = reports[0].stats;
    stats.count(vrrp::Refusal::TrailerMissing);
    stats.count(vrrp::Refusal::TrailerReplayed);
    EXPECT_TRUE(
        statistics_text(reports).contains("    Failure: 0\n"
                                          "  Authentication Extension Errors:\n"
                                          "    Missing: 1\n"
                                          "    Malformed: 0\n"
                                          "    Unknown Key: 0\n"
                                          "    Invalid HMAC: 0\n"
                                          "    Stale: 0\n"
                                          "    Replay: 1\n"
                                          "  Priority Zero:\n"));
}

TEST(StatisticsText, CallsASignedAdvertTooLongForWhoeverDoesNotKnowOfIt) {
    std::array<agent::InstanceReport, 1> reports{};
    reports[0].stats.count(vrrp::Refusal::TrailerUnexpected);
    EXPECT_TRUE(statistics_text(reports).contains("    Length: 1\n"));
}

}  // namespace
}  // namespace understudy::daemon
