#include "understudy/os/service_notify.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "listener.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::Listener;
using test::TemporaryDirectory;

TEST(ServiceManager, IsToldOnlyIfThereIsOne) {
    const TemporaryDirectory directory;
    ::unsetenv("NOTIFY_SOCKET");
    EXPECT_EQ(notify_service_manager("READY=1"), false);
    Listener listener{directory.path("notify")};
    ::setenv("NOTIFY_SOCKET", directory.path("notify").c_str(), 1);
    EXPECT_EQ(notify_service_manager("READY=1\nMAINPID=7"), true);
    EXPECT_EQ(listener.next(), "READY=1\nMAINPID=7");
    ::setenv("NOTIFY_SOCKET", directory.path("none").c_str(), 1);
    EXPECT_EQ(notify_service_manager("READY=1").error().code, ENOENT);
    ::unsetenv("NOTIFY_SOCKET");
}

TEST(ServiceManager, WatchesThisProcessOnlyIfItSaysSo) {
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    EXPECT_EQ(watchdog_patience(), std::nullopt);
    ::setenv("WATCHDOG_USEC", "10000000", 1);
    EXPECT_EQ(watchdog_patience(), seconds{10});
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_EQ(watchdog_patience(), seconds{10});
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(watchdog_patience(), std::nullopt);
    ::unsetenv("WATCHDOG_PID");
    for (const char* const time : {"0", "", "-1", "soon", "99999999999999999999"}) {
        ::setenv("WATCHDOG_USEC", time, 1);
        EXPECT_EQ(watchdog_patience(), std::nullopt) << time;
    }
    ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace understudy::os
