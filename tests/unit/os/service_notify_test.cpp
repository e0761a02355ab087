#include "understudy/os/service_notify.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

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

}  // namespace
}  // namespace understudy::os
