// When the service manager is told that the work is being done.
#include "service_watchdog.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

constexpr Instant kBorn{seconds{1000}};

TEST(AtWork, IsAVrrpProcessThatAnswers) {
    const VrrpLife life{true, true, kBorn, kBorn + seconds{100}};
    EXPECT_TRUE(is_at_work(life, kBorn + seconds{101}));
    EXPECT_FALSE(is_at_work(life, kBorn + seconds{110}));
}

TEST(AtWork, IsOneThatHasJustBecomeReady) {
    const VrrpLife life{true, true, kBorn, {}};
    EXPECT_TRUE(is_at_work(life, kBorn + seconds{1}));
    EXPECT_FALSE(is_at_work(life, kBorn + seconds{10}));
}

TEST(AtWork, IsOneThatBeginsButNotForEver) {
    const VrrpLife life{true, false, kBorn, {}};
    EXPECT_TRUE(is_at_work(life, kBorn + seconds{59}));
    EXPECT_FALSE(is_at_work(life, kBorn + seconds{60}));
}

TEST(AtWork, IsTheSupervisorWhereThereIsNone) {
    EXPECT_TRUE(is_at_work({false, false, kBorn, kBorn}, kBorn + seconds{1000}));
}

}  // namespace
}  // namespace understudy::daemon
