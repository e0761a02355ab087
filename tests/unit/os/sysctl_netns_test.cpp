#include <gtest/gtest.h>

#include <cerrno>

#include "understudy/os/sysctl.hpp"

#include "namespaces.hpp"

namespace understudy::os {
namespace {

using SysctlOfALink = test::NamespaceTest;

// A dot in an interface's name would be a slash in sysctl(8)'s notation.
TEST_F(SysctlOfALink, IsReadAndWrittenByPath) {
    const test::Namespace home;
    home.enter();
    test::ip("link add eth0.5 type veth peer name eth1");
    const std::string forwarding = "net/ipv6/conf/eth0.5/forwarding";
    EXPECT_EQ(read_sysctl(forwarding), "0");
    ASSERT_TRUE(write_sysctl(forwarding, "1"));
    EXPECT_EQ(read_sysctl(forwarding), "1");
    EXPECT_EQ(write_sysctl(forwarding, "nonsense").error().code, EINVAL);
}

}  // namespace
}  // namespace understudy::os
