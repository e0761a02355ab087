#include "understudy/desired/virtual_links.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace understudy::desired {
namespace {

constexpr net::LinkIndex kBase{2};
constexpr Instant kBegin{seconds{100}};
using Kind = LinkChange::Kind;

LinkWish wish(net::Family family = net::Family::Ipv4) {
    LinkWish wish;
    wish.base = kBase;
    wish.base_name = "eth0";
    wish.mac = net::virtual_mac(family, net::Vrid{51});
    wish.carries_v4 = family == net::Family::Ipv4;
    wish.carries_v6 = !wish.carries_v4;
    wish.prefix = "vrrp";
    wish.family = family;
    wish.vrid = net::Vrid{51};
    return wish;
}

net::Link base_link() {
    net::Link link{.index = kBase, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    link.admin_up = link.running = true;
    return link;
}

net::Link macvlan(std::uint32_t index, const std::string& name, std::string alias = note_of({})) {
    net::Link link = base_link();
    link.index = {index};
    link.name = name;
    link.mac = net::virtual_mac(net::Family::Ipv4, net::Vrid{51});
    link.macvlan = link.private_macvlan = true;
    link.base = kBase;
    link.alias = std::move(alias);
    return link;
}

// A host with eth0, and one owner's wish for an interface on it.
class VirtualLinksTest : public testing::Test {
protected:
    VirtualLinksTest() { links.observed(base_link()); }

    LinkChange only_change(Instant now = kBegin) {
        const std::vector<LinkChange> changes = links.take_changes(now);
        EXPECT_EQ(changes.size(), 1u);
        return changes.empty() ? LinkChange{} : changes.front();
    }
    void succeed() { links.answered(std::vector{0}, kBegin); }
    void make() {
        links.want(1, std::vector{wish()});
        static_cast<void>(links.take_changes(kBegin));
        links.observed(macvlan(7, "vrrp.51"));
        succeed();
        static_cast<void>(links.take_findings());
        static_cast<void>(links.take_touched());
    }
    [[nodiscard]] LinkStanding standing() const { return links.standing(kBase, wish().mac); }
    std::vector<LinkFinding::Kind> findings() {
        std::vector<LinkFinding::Kind> kinds;
        for (const LinkFinding& finding : links.take_findings()) kinds.push_back(finding.kind);
        return kinds;
    }

    VirtualLinks links;
};

TEST_F(VirtualLinksTest, MakesWhatIsWantedUnderTheStandardName) {
    links.want(1, std::vector{wish()});
    const LinkChange change = only_change();
    EXPECT_EQ(change.kind, Kind::Make);
    EXPECT_EQ(change.link.name, "vrrp.51");
    EXPECT_EQ(change.existing.value, 0u);
    EXPECT_FALSE(standing().ready);
}

TEST_F(VirtualLinksTest, IsReadyOnceAnsweredAndSeenUp) {
    links.want(1, std::vector{wish()});
    static_cast<void>(links.take_changes(kBegin));
    succeed();
    EXPECT_FALSE(standing().ready);
    links.observed(macvlan(7, "vrrp.51"));
    EXPECT_TRUE(standing().ready);
    EXPECT_EQ(standing().index, net::LinkIndex{7});
    EXPECT_EQ(links.take_touched(), std::set<Owner>{1});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
}

TEST_F(VirtualLinksTest, NamesTheOtherFamilysDifferently) {
    links.want(1, std::vector{wish()});
    links.want(2, std::vector{wish(net::Family::Ipv6)});
    // One at a time: the kernel takes long for each.
    EXPECT_EQ(only_change().link.name, "vrrp.51");
    succeed();
    EXPECT_EQ(only_change().link.name, "vrrp6.51");
}

TEST_F(VirtualLinksTest, LooksAfterItsSettingsAMomentLaterAndNowAndThen) {
    make();
    Instant now = kBegin;
    for (const seconds wait : {seconds{3}, seconds{60}, seconds{60}}) {
        EXPECT_TRUE(links.take_changes(now + wait - seconds{1}).empty());
        now += wait;
        EXPECT_EQ(links.deadline(), now);
        const LinkChange change = only_change(now);
        EXPECT_EQ(change.kind, Kind::Make);
        EXPECT_EQ(change.existing, net::LinkIndex{7});
        EXPECT_TRUE(standing().ready);
        links.answered(std::vector{0}, now);
        EXPECT_TRUE(standing().ready);
        EXPECT_TRUE(findings().empty());
    }
}

// Whoever makes them has died with the answer: nobody knows what became of the settings.
TEST_F(VirtualLinksTest, LooksAfterItsSettingsAtOnceWhenAnAnswerIsLost) {
    make();
    const Instant later = kBegin + seconds{3};
    static_cast<void>(only_change(later));
    links.unanswered(later + seconds{1});
    EXPECT_EQ(links.deadline(), later + seconds{1});
    EXPECT_EQ(only_change(later + seconds{1}).existing, net::LinkIndex{7});
    links.answered(std::vector{0}, later + seconds{1});
    EXPECT_TRUE(standing().ready);
}

TEST_F(VirtualLinksTest, CutsAPrefixThatLeavesNoRoomForTheRest) {
    LinkWish long_winded = wish();
    long_winded.prefix = "abcdefghijklmnopqrst";
    links.want(1, std::vector{long_winded});
    EXPECT_EQ(only_change().link.name, "abcdefghi.51");
}

TEST_F(VirtualLinksTest, PassesOverANameThatAStrangerHas) {
    net::Link stranger = base_link();
    stranger.index = {9};
    stranger.name = "vrrp.51";
    links.observed(stranger);
    links.want(1, std::vector{wish()});
    EXPECT_EQ(only_change().link.name, "vrrp1.51");
}

TEST_F(VirtualLinksTest, HasItsFirstNameRefusedWhenStrangersHaveAllOfThem) {
    net::Link stranger = base_link();
    stranger.index = {1000};
    stranger.name = "vrrp.51";
    links.observed(stranger);
    for (std::uint32_t number = 1; number <= 255; ++number) {
        stranger.index = {1000 + number};
        stranger.name = "vrrp" + std::to_string(number) + ".51";
        links.observed(stranger);
    }
    links.want(1, std::vector{wish()});
    EXPECT_EQ(standing().name, "vrrp.51");
    EXPECT_TRUE(links.take_changes(kBegin).empty()) << "what strangers have is not touched";
    EXPECT_FALSE(standing().ready);
}

TEST_F(VirtualLinksTest, RefusesToTouchAStrangersInterfaceOfTheOperatorsName) {
    net::Link stranger = base_link();
    stranger.index = {9};
    stranger.name = "mine";
    links.observed(stranger);
    LinkWish named = wish();
    named.name = "mine";
    links.want(1, std::vector{named});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::NameTaken});
    EXPECT_TRUE(standing().name_taken);
    links.vanished({9});
    EXPECT_EQ(only_change().kind, Kind::Make);
}

TEST_F(VirtualLinksTest, TakesOverWhatAPredecessorHasLeftUnderAnyOfItsNames) {
    links.observed(macvlan(7, "vrrp3.51", ""));
    links.want(1, std::vector{wish()});
    const LinkChange change = only_change();
    EXPECT_EQ(change.link.name, "vrrp3.51");
    EXPECT_EQ(change.existing, net::LinkIndex{7});
    succeed();
    EXPECT_TRUE(standing().ready) << "it was up before, so there is no news of it";
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::TakenOver});
}

TEST_F(VirtualLinksTest, RemovesOnlyItsOwnLeftovers) {
    links.observed(macvlan(7, "old"));
    links.observed(macvlan(8, "foreign", "somebody's"));
    const LinkChange change = only_change();
    EXPECT_EQ(change.kind, Kind::Remove);
    EXPECT_EQ(change.existing, net::LinkIndex{7});
    EXPECT_FALSE(links.is_done());
    succeed();
    EXPECT_TRUE(links.is_done());
}

TEST_F(VirtualLinksTest, MakesADeletedOneAgainAtOnceAndThenOnceASecond) {
    make();
    links.vanished({7});
    EXPECT_FALSE(standing().ready);
    EXPECT_TRUE(standing().was_ready);
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::Deleted});
    EXPECT_TRUE(links.take_changes(kBegin).empty()) << "it was made a moment ago";
    EXPECT_EQ(links.deadline(), kBegin + seconds{1});
    EXPECT_EQ(only_change(kBegin + seconds{1}).kind, Kind::Make);
}

TEST_F(VirtualLinksTest, PutsUpWhatSomebodyHasPutDown) {
    make();
    net::Link down = macvlan(7, "vrrp.51");
    down.admin_up = false;
    links.observed(down);
    EXPECT_EQ(only_change(kBegin + seconds{1}).existing, net::LinkIndex{7});
}

TEST_F(VirtualLinksTest, IsNotMisledByAnInterfaceThatGoesDownBecauseItIsDeleted) {
    make();
    net::Link down = macvlan(7, "vrrp.51");
    down.admin_up = false;
    links.observed(down);
    static_cast<void>(only_change(kBegin + seconds{1}));
    links.answered(std::vector{ENODEV}, kBegin + seconds{1});
    EXPECT_EQ(standing().error, 0);
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::Deleted});
    EXPECT_EQ(only_change(kBegin + seconds{1}).existing, net::LinkIndex{0});
}

TEST_F(VirtualLinksTest, RemovesItWithItsLastOwner) {
    make();
    links.want(2, std::vector{wish()});
    links.want(1, {});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    links.want(2, {});
    EXPECT_EQ(only_change().kind, Kind::Remove);
}

TEST_F(VirtualLinksTest, TriesARefusedOneAgainEverMoreSeldomAndSaysItOnce) {
    links.want(1, std::vector{wish()});
    Instant now = kBegin;
    for (const seconds gap :
         {seconds{1}, seconds{2}, seconds{4}, seconds{8}, seconds{16}, seconds{30}, seconds{30}}) {
        static_cast<void>(only_change(now));
        links.answered(std::vector{EOPNOTSUPP}, now);
        EXPECT_EQ(links.deadline(), now + gap);
        now += gap;
    }
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::Failed});
    EXPECT_EQ(standing().error, EOPNOTSUPP);
}

TEST_F(VirtualLinksTest, DoesNotTryForEverToRemoveWhatCannotBeRemoved) {
    make();
    links.want(1, {});
    static_cast<void>(links.take_changes(kBegin));
    links.answered(std::vector{EBUSY}, kBegin);
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_TRUE(links.is_done());
}

TEST(LinkNote, KeepsTheSettingsOfTheInterfaceBelow) {
    const std::vector<net::KernelSetting> before{{"arp_ignore", "0"}, {"arp_filter", "1"}};
    EXPECT_EQ(settings_in(note_of(before)), before);
}

TEST(LinkNote, BelievesNothingThatWeWouldNotWrite) {
    EXPECT_TRUE(settings_in("uplink to the provider").empty());
    EXPECT_TRUE(
        settings_in("understudy: ../../kernel/panic=1 arp_ignore=77 arp_ignore arp_filter=x =").empty());
}

TEST(LinkSettings, LeaveTheStricterValueOfAnOperator) {
    const std::vector<net::KernelSetting> now{
        {"arp_ignore", "2"}, {"arp_filter", "0"}, {"arp_announce", "1"}};
    const std::vector<net::KernelSetting> changed{{"arp_filter", "1"}, {"arp_announce", "2"}};
    EXPECT_EQ(base_settings(now), changed);
}

std::string value_of(const std::vector<net::KernelSetting>& settings, std::string_view path) {
    const auto found = std::ranges::find(settings, path, &net::KernelSetting::path);
    return found == settings.end() ? "" : found->value;
}

TEST(LinkSettings, CheckSourcesLooselyWhereTheHostChecksThem) {
    net::VirtualLink link;
    link.name = "vrrp.51";
    link.carries_v4 = true;
    EXPECT_EQ(value_of(settings_of(link, false), "net/ipv4/conf/vrrp.51/rp_filter"), "0");
    EXPECT_EQ(value_of(settings_of(link, true), "net/ipv4/conf/vrrp.51/rp_filter"), "2");
    EXPECT_EQ(value_of(settings_of(link, true), "net/ipv6/conf/vrrp.51/disable_ipv6"), "1");
}

// RFC 9568 §7.4: the virtual MAC makes no interface identifier, which every router would have then.
TEST(LinkSettings, KeepIpv6FromMakingAddressesOfItsOwn) {
    net::VirtualLink link;
    link.name = "vrrp6.51";
    link.carries_v6 = true;
    const auto settings = settings_of(link, false);
    EXPECT_EQ(value_of(settings, "net/ipv6/conf/vrrp6.51/disable_ipv6"), "0");
    for (const char* const name : {"autoconf", "accept_ra", "router_solicitations"})
        EXPECT_EQ(value_of(settings, std::string{"net/ipv6/conf/vrrp6.51/"} + name), "0") << name;
    EXPECT_EQ(value_of(settings, "net/ipv4/conf/vrrp6.51/arp_ignore"), "1");
    EXPECT_EQ(value_of(settings, "net/ipv4/conf/vrrp6.51/rp_filter"), "") << "it carries no IPv4";
}

net::Link ipvlan(std::uint32_t index, const std::string& name) {
    net::Link link = macvlan(index, name);
    link.mac = base_link().mac;
    link.macvlan = link.private_macvlan = false;
    link.ipvlan = true;
    return link;
}

LinkWish ipvlan_wish() {
    LinkWish asked = wish();
    asked.ipvlan = net::IpvlanMode::Private;
    return asked;
}

TEST_F(VirtualLinksTest, MakesAnIpvlanWhateverMacItHas) {
    links.want(1, std::vector{ipvlan_wish()});
    EXPECT_EQ(only_change().link.ipvlan, net::IpvlanMode::Private);
    links.observed(ipvlan(7, "vrrp.51"));
    succeed();
    EXPECT_TRUE(standing().ready);
    EXPECT_TRUE(standing().ipvlan);
}

TEST_F(VirtualLinksTest, RemovesAnIpvlanThatNobodyNeeds) {
    links.want(1, std::vector{ipvlan_wish()});
    static_cast<void>(links.take_changes(kBegin));
    links.observed(ipvlan(7, "vrrp.51"));
    succeed();
    links.want(1, {});
    const LinkChange change = only_change();
    EXPECT_EQ(change.kind, Kind::Remove);
    EXPECT_EQ(change.existing.value, 7u);
    EXPECT_FALSE(links.is_done());
}

TEST_F(VirtualLinksTest, TakesAMacvlanForNoIpvlan) {
    links.observed(macvlan(7, "vrrp.51", ""));
    LinkWish asked = ipvlan_wish();
    asked.name = "vrrp.51";
    links.want(1, std::vector{asked});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_TRUE(standing().name_taken);
}

// Nothing about an ipvlan tells for what it was made, but our note.
TEST_F(VirtualLinksTest, LeavesAStrangersIpvlanAlone) {
    net::Link stranger = ipvlan(7, "mine");
    stranger.alias = "";
    links.observed(stranger);
    LinkWish asked = ipvlan_wish();
    asked.name = "mine";
    links.want(1, std::vector{asked});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::NameTaken});
    links.want(1, {});
    EXPECT_TRUE(links.take_changes(kBegin).empty()) << "and does not remove it";
}

TEST_F(VirtualLinksTest, LeavesAMacvlanAloneThatSomebodyHasLabelled) {
    links.observed(macvlan(7, "mine", "uplink of the firewall"));
    LinkWish asked = wish();
    asked.name = "mine";
    links.want(1, std::vector{asked});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_TRUE(standing().name_taken);
}

TEST_F(VirtualLinksTest, LeavesAMacvlanWithAMacOfNoVirtualRouterAlone) {
    net::Link stranger = macvlan(7, "mine", "");
    LinkWish asked = wish();
    asked.name = "mine";
    asked.mac = stranger.mac = net::Mac::of(2, 0, 0, 0, 0, 9);
    links.observed(stranger);
    links.want(1, std::vector{asked});
    EXPECT_TRUE(links.take_changes(kBegin).empty());
    EXPECT_EQ(findings(), std::vector{LinkFinding::Kind::NameTaken});
}

// The kernel tells of a new interface before the note is on it, and a reload may come between.
TEST_F(VirtualLinksTest, KnowsItsOwnBeforeItsNoteIsHeardOf) {
    links.want(1, std::vector{ipvlan_wish()});
    EXPECT_EQ(only_change().kind, Kind::Make);
    net::Link made = ipvlan(7, "vrrp.51");
    made.alias = "";
    links.observed(made);
    succeed();
    LinkWish changed = ipvlan_wish();
    changed.ipvlan = net::IpvlanMode::Vepa;
    links.want(1, std::vector{changed});
    EXPECT_EQ(only_change().existing, net::LinkIndex{7});
}

TEST_F(VirtualLinksTest, ConfiguresAnIpvlanAgainWhoseModeHasChanged) {
    links.want(1, std::vector{ipvlan_wish()});
    EXPECT_EQ(only_change().kind, Kind::Make);
    links.observed(ipvlan(7, "vrrp.51"));
    succeed();
    LinkWish changed = ipvlan_wish();
    changed.ipvlan = net::IpvlanMode::Bridge;
    links.want(1, std::vector{changed});
    const LinkChange change = only_change();
    EXPECT_EQ(change.existing, net::LinkIndex{7});
    EXPECT_EQ(change.link.ipvlan, net::IpvlanMode::Bridge);
}

}  // namespace
}  // namespace understudy::desired
