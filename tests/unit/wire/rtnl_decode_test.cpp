#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "understudy/wire/rtnl.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::uint16_t kAddressProtocol = 11;  // IFA_PROTO

std::vector<RtnlMessage> decoded(Bytes datagram) {
    std::vector<RtnlMessage> out;
    decode_rtnl(datagram, out);
    return out;
}

std::vector<RtnlMessage> decoded(const NetlinkMessage& message) { return decoded(message.bytes()); }

// The only message there is; fails the test otherwise.
template <typename T>
T only(const std::vector<RtnlMessage>& messages) {
    EXPECT_EQ(messages.size(), 1u);
    if (messages.size() != 1 || !std::holds_alternative<T>(messages[0])) {
        ADD_FAILURE() << "not the one message that was expected";
        return {};
    }
    return std::get<T>(messages[0]);
}

ifinfomsg link_header(unsigned flags = IFF_UP | IFF_RUNNING | IFF_MULTICAST) {
    ifinfomsg header{};
    header.ifi_index = 7;
    header.ifi_flags = flags;
    return header;
}

NetlinkMessage link_message(const ifinfomsg& header = link_header()) {
    NetlinkMessage message{RTM_NEWLINK};
    message.put(header);
    message.attribute(IFLA_IFNAME, "eth0");
    message.attribute(IFLA_MTU, 9000u);
    message.attribute(IFLA_ADDRESS, mac("02:00:5e:10:00:01").bytes());
    return message;
}

ifaddrmsg address_header(unsigned char family = AF_INET, unsigned char length = 24) {
    ifaddrmsg header{};
    header.ifa_family = family;
    header.ifa_prefixlen = length;
    header.ifa_index = 7;
    return header;
}

NetlinkMessage address_message(std::uint16_t type = RTM_NEWADDR, const ifaddrmsg& header = address_header()) {
    NetlinkMessage message{type};
    message.put(header);
    message.attribute(IFA_ADDRESS, address("192.0.2.100").bytes());
    message.attribute(IFA_LOCAL, address("192.0.2.100").bytes());
    return message;
}

TEST(DecodeRtnl, ReadsALink) {
    const net::Link expected{.index = net::LinkIndex{7},
                             .name = "eth0",
                             .mac = mac("02:00:5e:10:00:01"),
                             .mtu = 9000,
                             .admin_up = true,
                             .running = true,
                             .loopback = false,
                             .no_arp = false,
                             .multicast = true,
                             .point_to_point = false};
    EXPECT_EQ(only<LinkHeard>(decoded(link_message())).link, expected);
}

TEST(DecodeRtnl, ReadsEachFlagOfALinkByItself) {
    const auto link_with = [](unsigned flag) {
        return only<LinkHeard>(decoded(link_message(link_header(flag)))).link;
    };
    EXPECT_TRUE(link_with(IFF_UP).admin_up);
    EXPECT_TRUE(link_with(IFF_RUNNING).running);
    EXPECT_TRUE(link_with(IFF_LOOPBACK).loopback);
    EXPECT_TRUE(link_with(IFF_NOARP).no_arp);
    EXPECT_TRUE(link_with(IFF_MULTICAST).multicast);
    EXPECT_TRUE(link_with(IFF_POINTOPOINT).point_to_point);
    EXPECT_FALSE(link_with(IFF_UP).running);
    EXPECT_FALSE(link_with(IFF_RUNNING).admin_up);
}

TEST(DecodeRtnl, SeesNoEthernetAddressOnATunnel) {
    NetlinkMessage message{RTM_NEWLINK};
    message.put(link_header());
    message.attribute(IFLA_IFNAME, "gre1");
    message.attribute(IFLA_ADDRESS, address("192.0.2.1").bytes());
    EXPECT_EQ(only<LinkHeard>(decoded(message)).link.mac, net::Mac{});
}

TEST(DecodeRtnl, ReadsARemovedLink) {
    NetlinkMessage message{RTM_DELLINK};
    message.put(link_header());
    EXPECT_EQ(only<LinkRemoved>(decoded(message)).index, net::LinkIndex{7});
}

TEST(DecodeRtnl, TakesAPortThatLeavesItsBridgeForNoRemoval) {
    ifinfomsg header = link_header();
    header.ifi_family = AF_BRIDGE;
    NetlinkMessage message{RTM_DELLINK};
    message.put(header);
    EXPECT_TRUE(decoded(message).empty());
    EXPECT_TRUE(decoded(link_message(header)).empty());
}

TEST(DecodeRtnl, TakesAWirelessDriversEventForNoLink) {
    NetlinkMessage message = link_message();
    message.attribute(IFLA_WIRELESS, Bytes{});
    EXPECT_TRUE(decoded(message).empty());
}

TEST(DecodeRtnl, TakesALinkWithoutANameForNone) {
    NetlinkMessage message{RTM_NEWLINK};
    message.put(link_header());
    EXPECT_TRUE(decoded(message).empty());
}

TEST(DecodeRtnl, ReadsAnIpv4Address) {
    NetlinkMessage message = address_message();
    message.attribute(IFA_BROADCAST, address("192.0.2.255").bytes());
    message.attribute(IFA_LABEL, "eth0:vip");
    message.attribute(IFA_FLAGS, std::uint32_t{IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE});
    message.attribute(kAddressProtocol, octets_of(std::uint8_t{18}));
    KernelAddress expected;
    expected.link = net::LinkIndex{7};
    expected.prefix = {address("192.0.2.100"), 24};
    expected.label = "eth0:vip";
    expected.broadcast = address("192.0.2.255");
    expected.no_prefix_route = true;
    expected.protocol = 18;
    EXPECT_EQ(only<AddressHeard>(decoded(message)).address, expected);
}

TEST(DecodeRtnl, ReadsAnIpv6AddressWithoutALocalOne) {
    ifaddrmsg header = address_header(AF_INET6, 64);
    header.ifa_scope = RT_SCOPE_LINK;
    NetlinkMessage message{RTM_NEWADDR};
    message.put(header);
    message.attribute(IFA_ADDRESS, address("fe80::1").bytes());
    const KernelAddress heard = only<AddressHeard>(decoded(message)).address;
    EXPECT_EQ(heard.prefix, (net::Prefix{address("fe80::1"), 64}));
    EXPECT_EQ(heard.scope, RT_SCOPE_LINK);
}

TEST(DecodeRtnl, TakesTheNearEndOfAPointToPointLink) {
    NetlinkMessage message{RTM_NEWADDR};
    message.put(address_header(AF_INET, 32));
    message.attribute(IFA_ADDRESS, address("198.51.100.1").bytes());
    message.attribute(IFA_LOCAL, address("192.0.2.100").bytes());
    const KernelAddress heard = only<AddressHeard>(decoded(message)).address;
    EXPECT_EQ(heard.prefix.address, address("192.0.2.100"));
    EXPECT_EQ(heard.peer, address("198.51.100.1"));
}

TEST(DecodeRtnl, ReadsARemovedAddress) {
    EXPECT_EQ(only<AddressRemoved>(decoded(address_message(RTM_DELADDR))).address.prefix.to_string(),
              "192.0.2.100/24");
}

TEST(DecodeRtnl, PrefersTheWideFlagsToTheNarrowOnes) {
    ifaddrmsg header = address_header();
    header.ifa_flags = IFA_F_TENTATIVE;
    EXPECT_TRUE(only<AddressHeard>(decoded(address_message(RTM_NEWADDR, header))).address.tentative);
    NetlinkMessage wide = address_message(RTM_NEWADDR, header);
    wide.attribute(IFA_FLAGS, std::uint32_t{IFA_F_MANAGETEMPADDR | IFA_F_HOMEADDRESS | IFA_F_NODAD});
    const KernelAddress heard = only<AddressHeard>(decoded(wide)).address;
    EXPECT_FALSE(heard.tentative);
    EXPECT_TRUE(heard.manage_temporary);
    EXPECT_TRUE(heard.home);
    EXPECT_TRUE(heard.no_duplicate_detection);
}

TEST(DecodeRtnl, ReadsLifetimes) {
    ifa_cacheinfo info{};
    info.ifa_prefered = 0;
    info.ifa_valid = 3;
    NetlinkMessage message = address_message();
    message.attribute(IFA_CACHEINFO, octets_of(info));
    const KernelAddress heard = only<AddressHeard>(decoded(message)).address;
    EXPECT_EQ(heard.preferred_lifetime, seconds{0});
    EXPECT_EQ(heard.valid_lifetime, seconds{3});
}

TEST(DecodeRtnl, ReadsTheLongestLifetimeAsForEver) {
    ifa_cacheinfo info{};
    info.ifa_prefered = 0xffffffff;
    info.ifa_valid = 0xffffffff;
    NetlinkMessage message = address_message();
    message.attribute(IFA_CACHEINFO, octets_of(info));
    const KernelAddress heard = only<AddressHeard>(decoded(message)).address;
    EXPECT_EQ(heard.preferred_lifetime, std::nullopt);
    EXPECT_EQ(heard.valid_lifetime, std::nullopt);
}

TEST(DecodeRtnl, PassesOverAddressesOfOtherFamiliesAndImpossibleLengths) {
    EXPECT_TRUE(decoded(address_message(RTM_NEWADDR, address_header(AF_INET6, 64))).empty());
    EXPECT_TRUE(decoded(address_message(RTM_NEWADDR, address_header(AF_PHONET, 24))).empty());
    EXPECT_TRUE(decoded(address_message(RTM_NEWADDR, address_header(AF_INET, 33))).empty());
}

TEST(DecodeRtnl, ReadsAnAcknowledgement) {
    NetlinkMessage message{NLMSG_ERROR, 42};
    message.put(nlmsgerr{});
    EXPECT_EQ(only<Answer>(decoded(message)), (Answer{42, 0}));
}

TEST(DecodeRtnl, ReadsARefusal) {
    nlmsgerr refusal{};
    refusal.error = -EADDRNOTAVAIL;
    NetlinkMessage message{NLMSG_ERROR, 43};
    message.put(refusal);
    EXPECT_EQ(only<Answer>(decoded(message)), (Answer{43, EADDRNOTAVAIL}));
}

TEST(DecodeRtnl, ReadsTheEndOfADump) {
    NetlinkMessage message{NLMSG_DONE, 44, NLM_F_MULTI};
    message.put(0);
    EXPECT_EQ(only<DumpEnded>(decoded(message)), (DumpEnded{44, 0}));
}

TEST(DecodeRtnl, ReadsTheEndOfADumpThatFailed) {
    NetlinkMessage message{NLMSG_DONE, 44, NLM_F_MULTI};
    message.put(-ENOBUFS);
    EXPECT_EQ(only<DumpEnded>(decoded(message)), (DumpEnded{44, ENOBUFS}));
}

TEST(DecodeRtnl, ReportsADumpThatWasOvertakenByAChange) {
    NetlinkMessage message{NLMSG_DONE, 44, NLM_F_MULTI | NLM_F_DUMP_INTR};
    message.put(0);
    EXPECT_EQ(only<DumpEnded>(decoded(message)), (DumpEnded{44, EINTR}));
}

TEST(DecodeRtnl, ReadsAllMessagesOfADatagramInOrder) {
    std::vector<std::byte> datagram = link_message().bytes();
    for (const NetlinkMessage& next :
         {NetlinkMessage{NLMSG_NOOP}, NetlinkMessage{RTM_NEWROUTE}, address_message()})
        std::ranges::copy(next.bytes(), std::back_inserter(datagram));
    const std::vector<RtnlMessage> messages = decoded(datagram);
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_TRUE(std::holds_alternative<LinkHeard>(messages[0]));
    EXPECT_TRUE(std::holds_alternative<AddressHeard>(messages[1]));
}

TEST(DecodeRtnl, KeepsWhatIsInTheListAlready) {
    std::vector<RtnlMessage> out{Answer{1, 0}};
    decode_rtnl(address_message().bytes(), out);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0], RtnlMessage(Answer{1, 0}));
}

TEST(DecodeRtnl, ReadsWhereverTheDatagramLies) {
    const std::vector<std::byte> message = address_message().bytes();
    std::vector<std::byte> shifted(message.size() + 1);
    std::ranges::copy(message, shifted.begin() + 1);
    EXPECT_EQ(decoded(Bytes{shifted}.subspan(1)), decoded(message));
}

TEST(DecodeRtnl, StopsAtAMessageThatIsCutOff) {
    const std::vector<std::byte> message = address_message().bytes();
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_TRUE(decoded(Bytes{message}.first(size)).empty());
}

TEST(DecodeRtnl, KeepsWhatCameBeforeABrokenAttribute) {
    NetlinkMessage message = address_message();
    message.put(nlattr{3, IFA_LABEL});
    EXPECT_EQ(only<AddressHeard>(decoded(message)).address.prefix.to_string(), "192.0.2.100/24");
}

// The two highest bits of an attribute's type say how its value is written, not what it is.
TEST(DecodeRtnl, LooksPastTheFlagsOfAnAttribute) {
    NetlinkMessage message = address_message();
    message.attribute(NLA_F_NET_BYTEORDER | IFA_LABEL, "eth0:vip");
    EXPECT_EQ(only<AddressHeard>(decoded(message)).address.label, "eth0:vip");
}

TEST(DecodeRtnl, CutsNamesThatAreTooLong) {
    NetlinkMessage message = address_message();
    message.attribute(IFA_LABEL, "a-label-that-no-kernel-would-send");
    EXPECT_EQ(only<AddressHeard>(decoded(message)).address.label, "a-label-that-no");
}

}  // namespace
}  // namespace understudy::wire
