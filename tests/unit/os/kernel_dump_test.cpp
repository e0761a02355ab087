#include "kernel_dump.hpp"

#include <gtest/gtest.h>

namespace understudy::os {
namespace {

constexpr bool kDumped = true;
constexpr bool kNotified = false;

net::Link link(std::uint32_t index, std::string name) {
    net::Link result;
    result.index = {index};
    result.name = std::move(name);
    return result;
}

net::InterfaceAddress address(std::uint32_t index, std::string_view prefix) {
    net::InterfaceAddress result;
    result.link = {index};
    result.prefix = *net::Prefix::parse(prefix);
    return result;
}

struct KernelDumpTest : testing::Test {
    KernelDumpTest() {
        dump.begin_links();
        dump.apply(wire::LinkHeard{link(2, "eth0")}, kDumped);
        dump.apply(wire::LinkHeard{link(1, "lo")}, kDumped);
        dump.begin_addresses();
        dump.apply(wire::AddressHeard{a}, kDumped);
    }
    net::InterfaceAddress a = address(2, "192.0.2.1/24");
    net::InterfaceAddress b = address(2, "192.0.2.2/24");
    KernelDump dump;
};

TEST_F(KernelDumpTest, GivesLinksAndAddressesInOrder) {
    dump.apply(wire::AddressHeard{address(1, "127.0.0.1/8")}, kDumped);
    const KernelPicture picture = dump.take();
    EXPECT_EQ(picture.links, (std::vector{link(1, "lo"), link(2, "eth0")}));
    EXPECT_EQ(picture.addresses, (std::vector{address(1, "127.0.0.1/8"), a}));
}

TEST_F(KernelDumpTest, TakesNotificationsIn) {
    dump.apply(wire::AddressHeard{b}, kNotified);
    dump.apply(wire::AddressRemoved{a}, kNotified);
    dump.apply(wire::LinkHeard{link(1, "renamed")}, kNotified);
    const KernelPicture picture = dump.take();
    EXPECT_EQ(picture.addresses, std::vector{b});
    EXPECT_EQ(picture.links.front().name, "renamed");
}

TEST_F(KernelDumpTest, KnowsThatListedAfterRemovedMayMeanEither) {
    dump.apply(wire::AddressRemoved{b}, kNotified);
    EXPECT_FALSE(dump.is_ambiguous());
    dump.apply(wire::AddressHeard{b}, kDumped);
    EXPECT_TRUE(dump.is_ambiguous());
    dump.begin_addresses();
    EXPECT_FALSE(dump.is_ambiguous());
}

TEST_F(KernelDumpTest, IsSureWhenItCameBackBeforeItWasListed) {
    dump.apply(wire::AddressRemoved{b}, kNotified);
    dump.apply(wire::AddressHeard{b}, kNotified);
    dump.apply(wire::AddressHeard{b}, kDumped);
    EXPECT_FALSE(dump.is_ambiguous());
}

TEST_F(KernelDumpTest, KeepsOneAddressWithTwoPrefixLengthsApart) {
    const net::InterfaceAddress host = address(2, "192.0.2.1/32");
    dump.apply(wire::AddressHeard{host}, kDumped);
    dump.apply(wire::AddressRemoved{a}, kNotified);
    EXPECT_EQ(dump.take().addresses, std::vector{host});
}

TEST_F(KernelDumpTest, DropsALinkThatWasRemoved) {
    dump.apply(wire::LinkRemoved{{2}}, kNotified);
    EXPECT_EQ(dump.take().links, std::vector{link(1, "lo")});
}

}  // namespace
}  // namespace understudy::os
