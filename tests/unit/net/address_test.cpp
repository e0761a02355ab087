#include "understudy/net/address.hpp"

#include <gtest/gtest.h>

namespace understudy::net {
namespace {

Address address(const char* text) { return Address::parse(text).value(); }

TEST(Address, ParsesAndPrintsBothFamilies) {
    EXPECT_EQ(address("192.0.2.1").to_string(), "192.0.2.1");
    EXPECT_EQ(address("2001:DB8:0::1").to_string(), "2001:db8::1");
    for (const char* text : {"", "192.0.2", "192.0.2.256", "192.0.2.1/24", "fe80::1%eth0", ":", "1.2.3.4.5"})
        EXPECT_FALSE(Address::parse(text)) << text;
}

// V3-FSM-25: unsigned, in network byte order.
TEST(Address, ComparesAsUnsignedNetworkOrder) {
    EXPECT_LT(address("192.0.2.9"), address("192.0.2.10"));
    EXPECT_LT(address("10.0.0.1"), address("192.0.2.1"));
    EXPECT_LT(address("fe80::ff"), address("fe80::100"));
}

TEST(Address, KnowsItsKind) {
    EXPECT_TRUE(address("fe80::1").is_link_local());
    EXPECT_FALSE(address("fec0::1").is_link_local());
    EXPECT_TRUE(address("224.0.0.18").is_multicast());
    EXPECT_TRUE(address("ff02::12").is_multicast());
    EXPECT_TRUE(address("::1").is_loopback());
    EXPECT_FALSE(address("::").is_loopback());
    EXPECT_TRUE(address("::").is_unspecified());
}

TEST(Prefix, DefaultsToTheFullLength) {
    EXPECT_EQ(Prefix::parse("192.0.2.1")->length, 32);
    EXPECT_EQ(Prefix::parse("2001:db8::1")->length, 128);
}

TEST(Prefix, RefusesABadLength) {
    for (const char* text :
         {"192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "2001:db8::1/129", "192.0.2.1/24x"})
        EXPECT_FALSE(Prefix::parse(text)) << text;
}

TEST(Prefix, ContainsItsNetwork) {
    const Prefix prefix = Prefix::parse("192.0.2.64/26").value();
    EXPECT_TRUE(prefix.contains(address("192.0.2.127")));
    EXPECT_FALSE(prefix.contains(address("192.0.2.128")));
    EXPECT_FALSE(prefix.contains(address("::1")));
    EXPECT_TRUE(Prefix::parse("0.0.0.0/0")->contains(address("203.0.113.1")));
}

TEST(Prefix, HasANetworkWithoutTheBitsBeyondItsLength) {
    EXPECT_EQ(Prefix::parse("203.0.113.255/25")->network(), *Prefix::parse("203.0.113.128/25"));
    EXPECT_EQ(Prefix::parse("203.0.113.255/32")->network(), *Prefix::parse("203.0.113.255/32"));
    EXPECT_EQ(Prefix::parse("2001:db8::ffff/115")->network(), *Prefix::parse("2001:db8::e000/115"));
    EXPECT_EQ(Prefix::parse("203.0.113.255/0")->network(), *Prefix::parse("0.0.0.0/0"));
}

}  // namespace
}  // namespace understudy::net
