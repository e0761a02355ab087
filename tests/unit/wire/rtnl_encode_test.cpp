#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "understudy/wire/rtnl.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::uint16_t kOurAddressProtocol = 11;  // IFA_PROTO

KernelAddress virtual_address(std::string_view text = "192.0.2.100", std::uint8_t length = 32) {
    KernelAddress wanted;
    wanted.link = net::LinkIndex{7};
    wanted.prefix = {address(text), length};
    return wanted;
}

template <typename T>
T structure_at(Bytes bytes, std::size_t offset) {
    T value;
    const Bytes part = bytes.subspan(offset, sizeof value);
    std::memcpy(&value, part.data(), sizeof value);
    return value;
}

std::vector<std::byte> addition(const KernelAddress& wanted) {
    std::vector<std::byte> batch;
    append_add_address(batch, wanted, 1);
    return batch;
}

// The attributes behind the address header.
std::map<unsigned, std::string> attributes(Bytes message) {
    std::map<unsigned, std::string> found;
    std::size_t offset = sizeof(nlmsghdr) + sizeof(ifaddrmsg);
    while (offset < message.size()) {
        const auto header = structure_at<nlattr>(message, offset);
        found[header.nla_type] =
            to_hex(message.subspan(offset + sizeof header, header.nla_len - sizeof header));
        offset += (header.nla_len + 3u) / 4 * 4;
    }
    return found;
}

// What the kernel would tell everybody once it has done what the message asks for.
KernelAddress as_heard_from_the_kernel(const KernelAddress& wanted) {
    std::vector<RtnlMessage> heard;
    decode_rtnl(addition(wanted), heard);
    return std::get<AddressHeard>(heard.at(0)).address;
}

TEST(AppendAddAddress, AsksForAnAnswerAndIsToldThatTheAddressIsThere) {
    std::vector<std::byte> batch;
    append_add_address(batch, virtual_address(), 77);
    const auto header = structure_at<nlmsghdr>(batch, 0);
    EXPECT_EQ(header.nlmsg_type, RTM_NEWADDR);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    EXPECT_EQ(header.nlmsg_seq, 77u);
    EXPECT_EQ(header.nlmsg_len, batch.size());
}

TEST(AppendRenewAddress, SaysTheSameAndReplacesWhatIsThere) {
    KernelAddress wanted = virtual_address();
    wanted.valid_lifetime = seconds{3};
    std::vector<std::byte> batch;
    append_renew_address(batch, wanted, 1);
    EXPECT_EQ(structure_at<nlmsghdr>(batch, 0).nlmsg_flags,
              NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
    EXPECT_EQ(attributes(batch), attributes(addition(wanted)));
}

TEST(AppendAddAddress, NamesLinkFamilyLengthAndScope) {
    KernelAddress wanted = virtual_address("2001:db8::100", 64);
    wanted.scope = RT_SCOPE_SITE;
    const auto header = structure_at<ifaddrmsg>(addition(wanted), sizeof(nlmsghdr));
    EXPECT_EQ(header.ifa_family, AF_INET6);
    EXPECT_EQ(header.ifa_prefixlen, 64);
    EXPECT_EQ(header.ifa_scope, RT_SCOPE_SITE);
    EXPECT_EQ(header.ifa_index, 7u);
}

TEST(AppendAddAddress, SaysNoMoreThanNeeded) {
    const std::map<unsigned, std::string> expected{{IFA_ADDRESS, "c0000264"}, {IFA_LOCAL, "c0000264"}};
    EXPECT_EQ(attributes(addition(virtual_address())), expected);
}

TEST(AppendAddAddress, SaysAllThatIsAskedFor) {
    KernelAddress wanted = virtual_address("192.0.2.100", 24);
    wanted.scope = RT_SCOPE_LINK;
    wanted.label = "eth0:vip";
    wanted.broadcast = address("192.0.2.255");
    wanted.no_prefix_route = true;
    wanted.valid_lifetime = seconds{3};
    wanted.preferred_lifetime = seconds{2};
    wanted.protocol = net::kKeepalivedAddressProtocol;
    EXPECT_EQ(as_heard_from_the_kernel(wanted), wanted);
}

TEST(AppendAddAddress, SaysEachFlagByItself) {
    for (bool KernelAddress::* flag :
         {&KernelAddress::no_prefix_route, &KernelAddress::home, &KernelAddress::manage_temporary,
          &KernelAddress::auto_join, &KernelAddress::no_duplicate_detection}) {
        KernelAddress wanted = virtual_address("2001:db8::100", 128);
        wanted.*flag = true;
        EXPECT_EQ(as_heard_from_the_kernel(wanted), wanted);
    }
}

TEST(AppendAddAddress, NamesThePeerInPlaceOfTheAddress) {
    KernelAddress wanted = virtual_address();
    wanted.peer = address("198.51.100.1");
    const std::map<unsigned, std::string> expected{{IFA_ADDRESS, "c6336401"}, {IFA_LOCAL, "c0000264"}};
    EXPECT_EQ(attributes(addition(wanted)), expected);
    EXPECT_EQ(as_heard_from_the_kernel(wanted), wanted);
}

TEST(AppendAddAddress, SendsFlagsBeyondEightBitsInTheirOwnAttribute) {
    KernelAddress wanted = virtual_address("2001:db8::100", 128);
    wanted.no_duplicate_detection = true;
    EXPECT_FALSE(attributes(addition(wanted)).contains(IFA_FLAGS));
    wanted.no_prefix_route = true;
    EXPECT_TRUE(attributes(addition(wanted)).contains(IFA_FLAGS));
}

TEST(AppendAddAddress, NeverPrefersAnAddressLongerThanItIsValid) {
    KernelAddress wanted = virtual_address();
    wanted.valid_lifetime = seconds{3};
    EXPECT_EQ(as_heard_from_the_kernel(wanted).preferred_lifetime, seconds{3});
}

TEST(AppendAddAddress, KeepsADeprecatedAddressForEver) {
    KernelAddress wanted = virtual_address("2001:db8::100", 128);
    wanted.preferred_lifetime = seconds{0};
    EXPECT_EQ(as_heard_from_the_kernel(wanted), wanted);
}

TEST(AppendAddAddress, DoesNotMistakeALongLifetimeForEver) {
    KernelAddress wanted = virtual_address();
    wanted.valid_lifetime = seconds{0x1'0000'0000};
    EXPECT_EQ(as_heard_from_the_kernel(wanted).valid_lifetime, seconds{0xfffffffe});
}

TEST(AppendAddAddress, TagsTheAddressAsOneOctet) {
    KernelAddress wanted = virtual_address();
    wanted.protocol = net::kKeepalivedAddressProtocol;
    EXPECT_EQ(attributes(addition(wanted)).at(kOurAddressProtocol), "12");
}

TEST(AppendAddAddressDeathTest, RefusesALabelTheKernelCannotHold) {
    KernelAddress wanted = virtual_address();
    wanted.label = "sixteen-letters!";
    EXPECT_DEATH(static_cast<void>(addition(wanted)), "assertion failed");
}

TEST(AppendRemoveAddress, GoesByLinkAddressAndLengthOnly) {
    KernelAddress unwanted = virtual_address("192.0.2.100", 24);
    unwanted.label = "eth0:vip";
    unwanted.no_prefix_route = true;
    unwanted.valid_lifetime = seconds{3};
    std::vector<std::byte> batch;
    append_remove_address(batch, unwanted, 5);
    const auto header = structure_at<nlmsghdr>(batch, 0);
    EXPECT_EQ(header.nlmsg_type, RTM_DELADDR);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
    std::vector<RtnlMessage> heard;
    decode_rtnl(batch, heard);
    EXPECT_EQ(std::get<AddressRemoved>(heard.at(0)).address, virtual_address("192.0.2.100", 24));
    EXPECT_EQ(attributes(batch).size(), 2u);
}

TEST(AppendDump, AsksForAllLinks) {
    std::vector<std::byte> batch;
    append_dump_links(batch, 8);
    const auto header = structure_at<nlmsghdr>(batch, 0);
    EXPECT_EQ(header.nlmsg_type, RTM_GETLINK);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
    EXPECT_EQ(header.nlmsg_seq, 8u);
    EXPECT_EQ(structure_at<ifinfomsg>(batch, sizeof header).ifi_family, AF_UNSPEC);
}

TEST(AppendDump, AsksForAllAddresses) {
    std::vector<std::byte> batch;
    append_dump_addresses(batch, 9);
    const auto header = structure_at<nlmsghdr>(batch, 0);
    EXPECT_EQ(header.nlmsg_type, RTM_GETADDR);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
    EXPECT_EQ(header.nlmsg_len, sizeof(nlmsghdr) + sizeof(ifaddrmsg));
    EXPECT_EQ(structure_at<ifaddrmsg>(batch, sizeof header).ifa_family, AF_UNSPEC);
}

TEST(AppendDump, AsksForTheAddressesOfOneFamily) {
    std::vector<std::byte> batch;
    append_dump_addresses(batch, 9, net::Family::Ipv6);
    EXPECT_EQ(structure_at<ifaddrmsg>(batch, sizeof(nlmsghdr)).ifa_family, AF_INET6);
}

TEST(Batch, HoldsThousandsOfMessagesInOrder) {
    constexpr std::uint32_t kCount = 4000;
    KernelAddress wanted = virtual_address();
    wanted.label = "eth0:v";
    std::vector<std::byte> batch;
    for (std::uint32_t sequence = 0; sequence < kCount; ++sequence)
        append_add_address(batch, wanted, sequence);
    std::size_t offset = 0;
    for (std::uint32_t sequence = 0; sequence < kCount; ++sequence) {
        const auto header = structure_at<nlmsghdr>(batch, offset);
        ASSERT_EQ(header.nlmsg_seq, sequence);
        offset += header.nlmsg_len + (4 - header.nlmsg_len % 4) % 4;
    }
    EXPECT_EQ(offset, batch.size());
}

}  // namespace
}  // namespace understudy::wire
