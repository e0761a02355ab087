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
    const std::vector<LinkAddress> four = all_addresses(net::Family::Ipv4);
    EXPECT_EQ(four.size(), 3u);
    EXPECT_TRUE(has(four, "lo", "127.0.0.1/8"));
    EXPECT_TRUE(has(four, "eth0", "192.0.2.1/24"));
    EXPECT_TRUE(has(four, "eth0", "198.51.100.1/32"));
    EXPECT_TRUE(has(all_addresses(net::Family::Ipv6), "eth1", "2001:db8::1/64"));
}

TEST_F(AddressesOfLinks, MayBeManyMoreThanOneAnswerHolds) {
    const test::Namespace home;
    home.enter();
    test::ip("link add eth0 type veth peer name eth1");
    for (int third = 0; third < 4; ++third) {
        const std::string network = "198.51." + std::to_string(100 + third) + ".";
        for (int last = 1; last < 255; ++last)
            test::ip("address add " + network + std::to_string(last) + "/32 dev eth0");
    }
    EXPECT_EQ(all_addresses(net::Family::Ipv4).size(), 1u + 4 * 254);
}

}  // namespace
}  // namespace understudy::os
