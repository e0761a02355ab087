#include "understudy/wire/rtnl_link.hpp"

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>

#include "understudy/net/virtual_router.hpp"
#include "understudy/wire/rtnl.hpp"

#include "rtnl_support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

net::VirtualLink virtual_link() {
    net::VirtualLink link;
    link.name = "vrrp.51";
    link.base = {3};
    link.base_name = "eth0";
    link.mac = net::virtual_mac(net::Family::Ipv4, net::Vrid{51});
    return link;
}

// What is asked of the kernel, read as what it would tell.
net::Link as_heard(std::vector<std::byte> request) {
    // The kernel gives the index; requests for a new link have none.
    ifinfomsg header{};
    std::memcpy(&header, request.data() + sizeof(nlmsghdr), sizeof header);
    header.ifi_index = 9;
    std::memcpy(request.data() + sizeof(nlmsghdr), &header, sizeof header);
    std::vector<RtnlMessage> heard;
    decode_rtnl(request, heard);
    return heard.empty() ? net::Link{} : std::get<LinkHeard>(heard.front()).link;
}

TEST(LinkRequest, MakesAPrivateMacvlan) {
    std::vector<std::byte> batch;
    append_make_link(batch, virtual_link(), 1);
    const net::Link made = as_heard(batch);
    EXPECT_EQ(made.name, "vrrp.51");
    EXPECT_EQ(made.mac, virtual_link().mac);
    EXPECT_EQ(made.base, net::LinkIndex{3});
    EXPECT_TRUE(made.macvlan);
    EXPECT_TRUE(made.private_macvlan);
    EXPECT_FALSE(made.admin_up);
}

TEST(LinkRequest, MakesAnIpvlanInLayerTwoWithTheMacBelow) {
    for (const net::IpvlanMode mode :
         {net::IpvlanMode::Bridge, net::IpvlanMode::Private, net::IpvlanMode::Vepa}) {
        net::VirtualLink asked = virtual_link();
        asked.ipvlan = mode;
        std::vector<std::byte> batch;
        append_make_link(batch, asked, 1);
        const net::Link made = as_heard(batch);
        EXPECT_EQ(made.base, net::LinkIndex{3});
        EXPECT_EQ(made.mac, net::Mac{});
        EXPECT_TRUE(made.ipvlan);
        EXPECT_FALSE(made.macvlan);
    }
}

// A mode without flags has to be told as well, or those that are set would stay.
TEST(LinkRequest, SetsTheModeOfAnIpvlanWhateverItWas) {
    const auto flags_of = [](net::IpvlanMode mode) {
        std::vector<std::byte> batch;
        append_set_ipvlan_mode(batch, {9}, mode, 1);
        // The last attribute: its length, its type, its two octets, and two more to fill up.
        std::array<std::uint16_t, 4> last{};
        std::memcpy(last.data(), batch.data() + batch.size() - sizeof last, sizeof last);
        EXPECT_EQ(last[0], 6);
        EXPECT_EQ(last[1], IFLA_IPVLAN_FLAGS);
        return last[2];
    };
    EXPECT_EQ(flags_of(net::IpvlanMode::Bridge), 0);
    EXPECT_EQ(flags_of(net::IpvlanMode::Private), IPVLAN_F_PRIVATE);
    EXPECT_EQ(flags_of(net::IpvlanMode::Vepa), IPVLAN_F_VEPA);
}

// "xyz" is of no kernel, so that nothing but the kind is in question.
TEST(LinkRequest, AsksWhetherAKindIsKnown) {
    std::vector<std::byte> batch;
    append_make_incomplete_link(batch, "xyz", 4);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_type, RTM_NEWLINK);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_flags,
              NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    EXPECT_EQ(structure_of<ifinfomsg>(batch).ifi_index, 0);
    const auto said = attributes_behind<ifinfomsg>(batch);
    EXPECT_EQ(said.size(), 1u);
    EXPECT_EQ(said.at(IFLA_LINKINFO), NetlinkMessage{0}.attribute(IFLA_INFO_KIND, "xyz").inside());
}

TEST(LinkRequest, StopsTheKernelFromMakingAddresses) {
    std::vector<std::byte> batch;
    append_stop_address_generation(batch, {9}, 5);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_type, RTM_NEWLINK);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
    EXPECT_EQ(structure_of<ifinfomsg>(batch).ifi_index, 9);
    constexpr std::uint8_t kNone = IN6_ADDR_GEN_MODE_NONE;
    const auto mode = NetlinkMessage{0}.attribute(IFLA_INET6_ADDR_GEN_MODE, octets_of(kNone)).inside();
    const auto said = attributes_behind<ifinfomsg>(batch);
    EXPECT_EQ(said.size(), 1u);
    EXPECT_EQ(said.at(IFLA_AF_SPEC), NetlinkMessage{0}.attribute(AF_INET6 | NLA_F_NESTED, mode).inside());
}

TEST(LinkRequest, RemovesALinkByItsNumber) {
    std::vector<std::byte> batch;
    append_remove_link(batch, {9}, 6);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_seq, 6u);
    std::vector<RtnlMessage> heard;
    decode_rtnl(batch, heard);
    EXPECT_EQ(heard, std::vector<RtnlMessage>{LinkRemoved{{9}}});
}

TEST(LinkRequest, AsksForOneLinkWithoutItsStatistics) {
    std::vector<std::byte> batch;
    append_get_link(batch, {9}, 7);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_type, RTM_GETLINK);
    EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_flags, NLM_F_REQUEST);
    EXPECT_EQ(structure_of<ifinfomsg>(batch).ifi_index, 9);
    constexpr std::uint32_t kNoStatistics = RTEXT_FILTER_SKIP_STATS;
    const Bytes expected = octets_of(kNoStatistics);
    const auto said = attributes_behind<ifinfomsg>(batch);
    EXPECT_EQ(said.size(), 1u);
    EXPECT_EQ(said.at(IFLA_EXT_MASK), std::vector(expected.begin(), expected.end()));
}

TEST(LinkHeardFromTheKernel, TellsTheTableOfAVrf) {
    constexpr std::array<std::byte, 8> kTable{std::byte{8}, std::byte{0}, std::byte{IFLA_VRF_TABLE},
                                              std::byte{0}, std::byte{100}};
    std::vector<std::byte> info{std::byte{8},
                                std::byte{0},
                                std::byte{IFLA_INFO_KIND},
                                std::byte{0},
                                std::byte{'v'},
                                std::byte{'r'},
                                std::byte{'f'},
                                std::byte{0},
                                std::byte{12},
                                std::byte{0},
                                std::byte{IFLA_INFO_DATA},
                                std::byte{0}};
    info.insert(info.end(), kTable.begin(), kTable.end());
    NetlinkMessage message{RTM_NEWLINK};
    ifinfomsg header{};
    header.ifi_index = 9;
    const auto bytes =
        message.put(header).attribute(IFLA_IFNAME, "blue").attribute(IFLA_LINKINFO, Bytes{info}).bytes();
    std::vector<RtnlMessage> heard;
    decode_rtnl(bytes, heard);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(std::get<LinkHeard>(heard.front()).link.vrf_table, 100u);
}

TEST(LinkRequest, HoldsTheLongestAlias) {
    const std::string longest(255, 'x');
    std::vector<std::byte> batch;
    append_set_alias(batch, {9}, longest, 1);
    append_set_up(batch, {9}, 2);
    std::vector<RtnlMessage> heard;
    NetlinkMessage message{RTM_NEWLINK};
    ifinfomsg header{};
    header.ifi_index = 9;
    decode_rtnl(
        message.put(header).attribute(IFLA_IFNAME, "vrrp.51").attribute(IFLA_IFALIAS, longest).bytes(),
        heard);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(std::get<LinkHeard>(heard.front()).link.alias, longest);
}

TEST(LinkHeardFromTheKernel, HasNoBaseUnlessItIsAMacvlan) {
    NetlinkMessage message{RTM_NEWLINK};
    ifinfomsg header{};
    header.ifi_index = 9;
    // A veth tells of its other end in the same attribute.
    const auto bytes = message.put(header).attribute(IFLA_IFNAME, "eth0").attribute(IFLA_LINK, 4u).bytes();
    std::vector<RtnlMessage> heard;
    decode_rtnl(bytes, heard);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(std::get<LinkHeard>(heard.front()).link.base, net::LinkIndex{0});
}

}  // namespace
}  // namespace understudy::wire
