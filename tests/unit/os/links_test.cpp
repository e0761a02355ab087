#include "understudy/os/links.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "namespaces.hpp"

namespace understudy::os {
namespace {

using AddressesOfLinks = test::NamespaceTest;

bool has(const std::vector<LinkAddress>& all, const std::string& link, std::string_view prefix) {
    return std::ranges::any_of(
        all, [&](const LinkAddress& one) { return one.link == link && one.prefix.to_string() == prefix; });
}

TEST_F(AddressesOfLinks, AreListedUnderTheNameOfTheLink) {
    const test::Namespace home;
    home.enter();
    test::ip("link add eth0 type veth peer name eth1");
    test::ip("address add 192.0.2.1/24 dev eth0");
    test::ip("address add 198.51.100.1/32 dev eth0 label eth0:1");
    test::ip("address add 2001:db8::1/64 dev eth1");
    const std::vector<LinkAddress> all = all_addresses();
    EXPECT_TRUE(has(all, "lo", "127.0.0.1/8"));
    EXPECT_TRUE(has(all, "eth0", "192.0.2.1/24"));
    EXPECT_TRUE(has(all, "eth0", "198.51.100.1/32"));
    EXPECT_TRUE(has(all, "eth1", "2001:db8::1/64"));
}

}  // namespace
}  // namespace understudy::os
