#include "understudy/vrrp/election.hpp"

#include <gtest/gtest.h>

#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

AdvertHeard from(net::Priority priority, std::string_view source) {
    return advert(priority, seconds{1}, *net::Address::parse(source));
}

Router at(std::string_view address) {
    Router me = v3_router(net::Priority{100});
    me.address = *net::Address::parse(address);
    me.family = me.address.family();
    return me;
}

TEST(Election, IsWonByTheHigherPriorityFromALowerAddress) {
    EXPECT_TRUE(outranks(from(net::Priority{101}, "192.0.2.1"), at("192.0.2.2")));
}

TEST(Election, IsLostByTheLowerPriorityFromAHigherAddress) {
    EXPECT_FALSE(outranks(from(net::Priority{99}, "192.0.2.3"), at("192.0.2.2")));
}

TEST(Election, IsDecidedByTheAddressWhenPrioritiesAreEqual) {
    EXPECT_TRUE(outranks(from(net::Priority{100}, "192.0.2.3"), at("192.0.2.2")));
    EXPECT_FALSE(outranks(from(net::Priority{100}, "192.0.2.1"), at("192.0.2.2")));
}

TEST(Election, ComparesAddressesUnsigned) {
    EXPECT_TRUE(outranks(from(net::Priority{100}, "203.0.113.1"), at("100.64.0.1")));
}

TEST(Election, UsesThePriorityInEffect) {
    Router me = at("192.0.2.2");
    me.base_priority = net::Priority{200};
    EXPECT_TRUE(outranks(from(net::Priority{150}, "192.0.2.1"), me));
}

TEST(Election, IsNotWonByOurOwnReflection) {
    EXPECT_FALSE(outranks(from(net::Priority{100}, "192.0.2.2"), at("192.0.2.2")));
}

TEST(Reflection, NeedsOurPriorityAndOurAddress) {
    EXPECT_TRUE(is_own_reflection(from(net::Priority{100}, "192.0.2.2"), at("192.0.2.2")));
    EXPECT_FALSE(is_own_reflection(from(net::Priority{99}, "192.0.2.2"), at("192.0.2.2")));
    EXPECT_FALSE(is_own_reflection(from(net::Priority{100}, "192.0.2.3"), at("192.0.2.2")));
}

}  // namespace
}  // namespace understudy::vrrp
