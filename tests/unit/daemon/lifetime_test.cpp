#include "lifetime.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace understudy::daemon {
namespace {

using nlohmann::json;

constexpr WallTime kDaemonStart = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

TEST(Lifetime, BeginsWithTheFilesOfTheStart) {
    EXPECT_EQ(Lifetime{kDaemonStart}.told(), json::parse(R"({"since": "2026-11-22T00:00:00.000Z",
        "upgrades": {"count": 0, "problem": null},
        "configuration": {"since": "2026-11-22T00:00:00.000Z", "last_reload": null,
                          "reloads": {"applied": 0, "refused": 0, "unconfirmed": 0}}})"));
}

TEST(Lifetime, HasTheFilesOfTheLastReloadThatWasNotRefused) {
    Lifetime life{kDaemonStart};
    life.reloaded(Verdict::Applied, kDaemonStart + seconds{1});
    life.reloaded(Verdict::Unconfirmed, kDaemonStart + seconds{2});
    life.reloaded(Verdict::Refused, kDaemonStart + seconds{3});
    EXPECT_EQ(life.told(), json::parse(R"({"since": "2026-11-22T00:00:00.000Z",
        "upgrades": {"count": 0, "problem": null},
        "configuration": {"since": "2026-11-22T00:00:02.000Z", "last_reload": "refused",
                          "reloads": {"applied": 1, "refused": 1, "unconfirmed": 1}}})"));
}

TEST(Lifetime, CountsUpgradesAndRemembersTheOneThatFailed) {
    Lifetime life{kDaemonStart};
    life.upgrade_failed("why");
    EXPECT_EQ(life.told()["upgrades"], json::parse(R"({"count": 0, "problem": "why"})"));
    life.upgraded(4);
    EXPECT_EQ(life.told()["upgrades"], json::parse(R"({"count": 4, "problem": null})"));
}

}  // namespace
}  // namespace understudy::daemon
