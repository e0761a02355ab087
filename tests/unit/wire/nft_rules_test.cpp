// What each rule of the packet filter looks at, by the offsets of RFC 791 and RFC 8200, the message types of
// RFC 4861 and RFC 3810, and keepalived's names.
#include <gtest/gtest.h>

#include <string>

#include "understudy/wire/nft.hpp"

#include "nft_reader.hpp"
#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

using Lines = std::vector<std::string>;

const std::string kMacvlan = "oifkind to 1, 1 is 6d6163766c616e" + std::string(18, '0');
const std::string kNoIpv6 = "ip6 no table keepalived";

// The number of a link, which is in the host's order.
std::string link_key(std::uint32_t link) { return to_hex(octets_of(link)); }

Lines filtered(const net::PacketFilter& filter) { return filter_in_words(filter_transaction(filter, 1)); }

TEST(PacketFilterForIpv4, RefusesPacketsFromAndToAnAddress) {
    net::PacketFilter filter;
    filter.v4.refused = {address("192.0.2.100"), address("192.0.2.101")};
    EXPECT_EQ(filtered(filter), (Lines{
                                    "ip table keepalived",
                                    "ip no table keepalived",
                                    "ip table keepalived",
                                    "ip set vips of 7/4",
                                    "ip elements of vips: c0000264 c0000265",
                                    "ip chain out of filter at hook 3 with priority -1, accepts",
                                    "ip chain in of filter at hook 1 with priority -1, accepts",
                                    "ip rule in out: network 12+4 to 1, 1 in vips, drop",
                                    "ip rule in in: network 16+4 to 1, 1 in vips, drop",
                                    "ip6 table keepalived",
                                    kNoIpv6,
                                }));
}

// They would tell every switch that the virtual MAC is here.
TEST(PacketFilterForIpv4, SendsGroupReportsByTheLinkBelow) {
    net::PacketFilter filter;
    filter.table = "mine";
    filter.priority = 10;
    filter.counters = true;
    filter.v4.virtual_links = {{{7}, {2}}, {{9}, {3}}};
    EXPECT_EQ(filtered(filter),
              (Lines{
                  "ip table mine",
                  "ip no table mine",
                  "ip table mine",
                  "ip set vmac_map of 20/4 to 20/4, noted 000401000000010401000000",
                  "ip elements of vmac_map: " + link_key(7) + "=" + link_key(2) + " " + link_key(9) + "=" +
                      link_key(3),
                  "ip chain out of filter at hook 3 with priority 10, accepts",
                  "ip rule in out: network 9+1 to 1, 1 is 02, " + kMacvlan +
                      ", network 16+4 to 1, oif to 2, 2 in vmac_map to 2, copy to 1 by 2, counter, drop",
                  "ip6 table mine",
                  "ip6 no table mine",
              }));
}

TEST(PacketFilterForIpv6, SendsGroupReportsByTheLinkBelowAndNoSolicitationsOfRouters) {
    net::PacketFilter filter;
    filter.v6.virtual_links = {{{7}, {2}}};
    EXPECT_EQ(filtered(filter),
              (Lines{
                  "ip table keepalived",
                  "ip no table keepalived",
                  "ip6 table keepalived",
                  kNoIpv6,
                  "ip6 table keepalived",
                  "ip6 set vmac_map of 20/4 to 20/4, noted 000401000000010401000000",
                  "ip6 elements of vmac_map: " + link_key(7) + "=" + link_key(2),
                  "ip6 set vmac_set of 20/4, noted 000401000000",
                  "ip6 elements of vmac_set: " + link_key(7),
                  "ip6 chain out of filter at hook 3 with priority -1, accepts",
                  "ip6 rule in out: l4proto to 1, 1 is 3a, transport 0+1 to 1, 1 is 8f, " + kMacvlan +
                      ", network 24+16 to 1, oif to 2, 2 in vmac_map to 2, copy to 1 by 2, drop",
                  "ip6 rule in out: l4proto to 1, 1 is 3a, transport 0+1 to 1, 1 is 85, " + kMacvlan +
                      ", oif to 1, 1 in vmac_set, drop",
              }));
}

// A link-local address is refused on its link only: another link may have the same one. Questions for the
// addresses are answered before all else (RFC 9568 §6.4.3).
TEST(PacketFilterForIpv6, RefusesLinkLocalAddressesOnTheirLinkAndLetsNeighboursAsk) {
    net::PacketFilter filter;
    filter.v6.refused = {address("2001:db8::100")};
    filter.v6.refused_on_link = {{address("fe80::100"), {7}}};
    const std::string neighbours =
        ": l4proto to 1, 1 is 3a, transport 0+1 to 1, 1 in neighbor-discovery, accept";
    const std::string link_local = ", 1 and ffc0" + std::string(28, '0') + " xor " + std::string(32, '0') +
                                   " of 16 to 1, 1 is fe80" + std::string(28, '0') + ", goto ";
    EXPECT_EQ(filtered(filter),
              (Lines{
                  "ip table keepalived",
                  "ip no table keepalived",
                  "ip6 table keepalived",
                  kNoIpv6,
                  "ip6 table keepalived",
                  "ip6 set vips of 8/16",
                  "ip6 elements of vips: 20010db8000000000000000000000100",
                  "ip6 set neighbor-discovery of 29/1, constant",
                  "ip6 elements of neighbor-discovery: 87 88",
                  "ip6 set vips_link_local of 532/20",
                  "ip6 elements of vips_link_local: fe800000000000000000000000000100" + link_key(7),
                  "ip6 chain out of filter at hook 3 with priority -1, accepts",
                  "ip6 chain in of filter at hook 1 with priority -1, accepts",
                  "ip6 chain in_link_local",
                  "ip6 chain out_link_local",
                  "ip6 rule in out" + neighbours,
                  "ip6 rule in out: network 8+16 to 1" + link_local + "out_link_local",
                  "ip6 rule in out_link_local: network 8+16 to 1, oif to 2, 1 in vips_link_local, drop",
                  "ip6 rule in out: network 8+16 to 1, 1 in vips, drop",
                  "ip6 rule in in" + neighbours,
                  "ip6 rule in in: network 24+16 to 1" + link_local + "in_link_local",
                  "ip6 rule in in_link_local: network 24+16 to 1, iif to 2, 1 in vips_link_local, drop",
                  "ip6 rule in in: network 24+16 to 1, 1 in vips, drop",
              }));
}

}  // namespace
}  // namespace understudy::wire
