#include "links.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

net::Link link(std::uint32_t index, const std::string& name) {
    net::Link made;
    made.index = {index};
    made.name = name;
    return made;
}

net::InterfaceAddress address(std::uint32_t index, const char* prefix) {
    net::InterfaceAddress made;
    made.link = {index};
    made.prefix = net::Prefix::parse(prefix).value();
    return made;
}

TEST(Links, FindByIndexAndName) {
    Links links;
    EXPECT_TRUE(links.seen(link(2, "eth0")));
    EXPECT_EQ(links.find("eth0")->index, net::LinkIndex{2});
    EXPECT_EQ(links.find(net::LinkIndex{2})->name, "eth0");
    EXPECT_FALSE(links.seen(link(2, "eth0")));  // no news
}

TEST(Links, FollowARename) {
    Links links;
    links.seen(link(2, "eth0"));
    links.seen(link(2, "lan0"));
    EXPECT_EQ(links.find("eth0"), nullptr);
    EXPECT_EQ(links.find("lan0")->index, net::LinkIndex{2});
}

TEST(Links, SurviveANameThatMovesToAnotherInterface) {
    Links links;
    links.seen(link(2, "eth0"));
    links.seen(link(3, "eth0"));  // heard before the removal of the old one
    EXPECT_TRUE(links.vanished(net::LinkIndex{2}));
    ASSERT_NE(links.find("eth0"), nullptr);
    EXPECT_EQ(links.find("eth0")->index, net::LinkIndex{3});
}

TEST(Links, KeepAddressesInTheKernelsOrder) {
    Links links;
    links.seen(link(2, "eth0"));
    EXPECT_TRUE(links.seen(address(2, "192.0.2.2/24")));
    EXPECT_TRUE(links.seen(address(2, "192.0.2.1/24")));
    EXPECT_FALSE(links.seen(address(2, "192.0.2.1/24")));
    EXPECT_EQ(links.addresses({2}).front().prefix.to_string(), "192.0.2.2/24");
    EXPECT_TRUE(links.owns(net::Address::v4(192, 0, 2, 1)));
    EXPECT_TRUE(links.vanished(address(2, "192.0.2.1/24")));
    EXPECT_FALSE(links.owns(net::Address::v4(192, 0, 2, 1)));
}

TEST(Links, ReportAnAddressThatStopsBeingTentative) {
    Links links;
    links.seen(link(2, "eth0"));
    net::InterfaceAddress fresh = address(2, "fe80::1/64");
    fresh.tentative = true;
    EXPECT_TRUE(links.seen(fresh));
    fresh.tentative = false;
    EXPECT_TRUE(links.seen(fresh));
}

TEST(Links, ForgetAddressesOfAVanishedInterface) {
    Links links;
    links.seen(link(2, "eth0"));
    links.seen(address(2, "192.0.2.1/24"));
    links.vanished(net::LinkIndex{2});
    EXPECT_TRUE(links.addresses({2}).empty());
    EXPECT_FALSE(links.seen(address(2, "192.0.2.1/24")));  // late news of an interface that is gone
}

}  // namespace
}  // namespace understudy::agent
