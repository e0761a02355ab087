#include "lifetime.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace understudy::daemon {
namespace {

using nlohmann::json;

constexpr WallTime kStart = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

TEST(Lifetime, BeginsWithTheFilesOfTheStart) {
    EXPECT_EQ(Lifetime{kStart}.told(), json::parse(R"({"since": "2026-11-22T00:00:00.000Z",
        "configuration": {"since": "2026-11-22T00:00:00.000Z", "last_reload": null,
                          "reloads": {"applied": 0, "refused": 0, "unconfirmed": 0}}})"));
}

TEST(Lifetime, HasTheFilesOfTheLastReloadThatWasNotRefused) {
    Lifetime life{kStart};
    life.reloaded(Verdict::Applied, kStart + seconds{1});
    life.reloaded(Verdict::Unconfirmed, kStart + seconds{2});
    life.reloaded(Verdict::Refused, kStart + seconds{3});
    EXPECT_EQ(life.told(), json::parse(R"({"since": "2026-11-22T00:00:00.000Z",
        "configuration": {"since": "2026-11-22T00:00:02.000Z", "last_reload": "refused",
                          "reloads": {"applied": 1, "refused": 1, "unconfirmed": 1}}})"));
}

}  // namespace
}  // namespace understudy::daemon
