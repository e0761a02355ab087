#include "understudy/os/sysctl.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "understudy/os/files.hpp"

namespace understudy::os {
namespace {

TEST(Sysctl, ReadsWithoutTheLineEnd) { EXPECT_EQ(read_sysctl("kernel/hostname"), hostname()); }

TEST(Sysctl, SaysWhenThereIsNoSuchSetting) {
    EXPECT_EQ(read_sysctl("net/none").error(), (SysError{"open /proc/sys/net/none", ENOENT}));
    EXPECT_EQ(write_sysctl("net/none", "1").error().code, ENOENT);
}

}  // namespace
}  // namespace understudy::os
