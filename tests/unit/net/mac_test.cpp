#include "understudy/net/mac.hpp"

#include <gtest/gtest.h>

namespace understudy::net {
namespace {

TEST(Mac, ParsesAndPrints) {
    EXPECT_EQ(Mac::parse("02:00:5e:10:00:01")->to_string(), "02:00:5e:10:00:01");
    for (const char* text :
         {"", "02:00:5e:10:00", "02-00-5e-10-00-01", "02:00:5e:10:00:0g", "02:00:5e:10:00:011"})
        EXPECT_FALSE(Mac::parse(text)) << text;
}

// V3-MAC-01
TEST(VirtualMac, CarriesFamilyAndVrid) {
    EXPECT_EQ(virtual_mac(Family::Ipv4, Vrid{51}).to_string(), "00:00:5e:00:01:33");
    EXPECT_EQ(virtual_mac(Family::Ipv6, Vrid{255}).to_string(), "00:00:5e:00:02:ff");
}

}  // namespace
}  // namespace understudy::net
