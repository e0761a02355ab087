#include "understudy/pair/check.hpp"

#include <gtest/gtest.h>

#include <set>

#include "judged.hpp"

namespace understudy::pair {
namespace {

constexpr std::string_view kUnicastA = "unicast_src_ip 198.51.100.1\nunicast_peer {\n198.51.100.2\n}\n";
constexpr std::string_view kUnicastB = "unicast_src_ip 198.51.100.2\nunicast_peer {\n198.51.100.1\n}\n";

std::string with(std::string_view a, std::string_view b) { return std::string{a} + "\n" + std::string{b}; }

std::string auth_hmac(std::string_view secret, std::string_view more = "") {
    return "auth_hmac {\nkey 1 " + std::string{secret} + "\nactive_key 1\n" + std::string{more} + "}\n";
}
constexpr std::string_view kKey = "hush-the-first-of-two-secret-keys";
constexpr std::string_view kOtherKey = "hush-the-second-of-two-secret-keys";

std::string password(std::string_view word) {
    return "authentication {\nauth_type PASS\nauth_pass " + std::string{word} + "\n}\n";
}

std::string script(std::string_view weight) {
    return "vrrp_script web {\nscript \"/etc/checks/web.sh\"\nweight " + std::string{weight} + "\n}\n";
}

constexpr std::string_view kTrack = "track_script {\nweb\n}\n";

// One pair for each code, which must be found in it.
struct Sample {
    Code code;
    std::string alpha;
    std::string beta;
};

std::vector<Sample> samples() {
    const std::string a = instance("priority 150");
    const std::string b = instance("priority 100");
    const auto addresses = [](std::string_view list, std::string_view priority = "priority 100") {
        return instance(priority, "VI_1", 51, "virtual_ipaddress {\n" + std::string{list} + "\n}\n");
    };
    const std::string v6 = "vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nversion 3\n";
    const std::string pair_of = instance("priority 150", "VI_1", 51) +
                                instance("priority 150", "VI_2", 52, "virtual_ipaddress {\n192.0.2.60\n}\n");
    const std::string other_of = instance("priority 100", "VI_1", 51) +
                                 instance("priority 200", "VI_2", 52, "virtual_ipaddress {\n192.0.2.60\n}\n");
    const std::string group = "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n";
    return {
        {Code::VersionDiffers, a, instance("version 3\npriority 100")},
        {Code::IntervalDiffers, a, instance("advert_int 2\npriority 100")},
        {Code::AuthenticationDiffers, a, instance(with("priority 100", password("one")))},
        {Code::PasswordDiffers, instance(with("priority 150", password("one"))),
         instance(with("priority 100", password("two")))},
        {Code::HmacKeyDiffers, instance(with("priority 150", auth_hmac(kKey))),
         instance(with("priority 100", auth_hmac(kOtherKey)))},
        {Code::UnicastDiffers, instance(with("priority 150", kUnicastA)), b},
        {Code::NotAPeer, instance(with("priority 150", kUnicastA)),
         instance(with("unicast_src_ip 198.51.100.9\npriority 100", "unicast_peer {\n198.51.100.1\n}"))},
        {Code::UnknownSource, instance(with("priority 150", kUnicastA)),
         instance("check_unicast_src\nunicast_src_ip 198.51.100.2\nunicast_peer {\n198.51.100.8\n}")},
        {Code::SameSource, instance(with("priority 150", kUnicastA)),
         instance(with("priority 100", kUnicastA))},
        {Code::TtlRefused, instance(with("unicast_ttl 10\npriority 150", kUnicastA)),
         instance("unicast_src_ip 198.51.100.2\nunicast_peer {\n198.51.100.1 min_ttl 250\n}")},
        {Code::AddressesMissing, a,
         instance("no_virtual_ipaddress", "VI_1", 51, "virtual_ipaddress_excluded {\n192.0.2.50/24\n}\n")},
        {Code::OwnerIgnoresAdverts, instance("priority 255\nowner_ignore_adverts"), b},
        {Code::FirstAddressRefused,
         v6 + "strict_mode on\npriority 150\nvirtual_ipaddress {\nfe80::50\n}\n}\n",
         v6 + "virtual_ipaddress {\n2001:db8::50\n}\n}\n"},
        {Code::MulticastGroupDiffers, a, instance("mcast_dst_ip 224.0.0.20\npriority 100")},
        {Code::ChecksumDiffers, instance("version 3\npriority 150"),
         instance("version 3\nv3_checksum_as_v2\npriority 100")},
        {Code::IntervalLearned, instance("version 3\npriority 150"),
         instance("version 3\nadvert_int 0.5\npriority 100")},
        {Code::SourceUnknown, instance(with("priority 150", kUnicastA)),
         instance("priority 100\nunicast_peer {\n198.51.100.1\n}")},
        {Code::PeerUnknown, instance(with("priority 150", kUnicastA)),
         instance("unicast_src_ip 198.51.100.2\nunicast_peer {\n198.51.100.1\n198.51.100.77\n}")},
        {Code::VridDiffers, a, instance("priority 100", "VI_1", 52)},
        {Code::OnlyOnOneHost, a, b + instance("", "VI_9", 59, "virtual_ipaddress {\n192.0.2.90\n}\n")},
        {Code::AddressElsewhere, addresses("192.0.2.50", "priority 150"),
         addresses("192.0.2.51") + instance("", "VI_2", 52, "virtual_ipaddress {\n192.0.2.50\n}\n")},
        {Code::AddressesDiffer, addresses("192.0.2.50\n192.0.2.51", "priority 150"), addresses("192.0.2.50")},
        {Code::AddressOrderDiffers, addresses("192.0.2.50\n192.0.2.51", "priority 150"),
         addresses("192.0.2.51\n192.0.2.50")},
        {Code::PrefixDiffers, addresses("192.0.2.50/24", "priority 150"), addresses("192.0.2.50/25")},
        {Code::TwoMasters, a, instance("advert_int 2\npriority 100")},
        {Code::TwoOwners, instance("priority 255"), instance("priority 255")},
        {Code::PriorityTie, b, b},
        {Code::BothStartAsMaster, instance("state MASTER\npriority 150"),
         instance("state MASTER\npriority 100")},
        {Code::PreemptDiffers, a, instance("nopreempt\npriority 100")},
        {Code::StrictDiffers, a, instance("strict_mode on\npriority 100")},
        {Code::AcceptDiffers, instance("version 3\nno_accept\npriority 150"),
         instance("version 3\npriority 100")},
        {Code::GroupDiffers, pair_of + group, pair_of},
        {Code::GroupTorn, pair_of + group, other_of + group},
        {Code::TrackingDiffers, script("-60") + instance(with("priority 150", kTrack)), b},
        {Code::WeightTooSmall, script("-20") + instance(with("priority 150", kTrack)), b},
        {Code::WeightWithoutPreempt, script("-60") + instance(with("nopreempt\npriority 150", kTrack)),
         instance("nopreempt\npriority 100")},
    };
}

TEST(Pair, FindsEachKindOfTrouble) {
    for (const Sample& sample : samples()) {
        const Report report = judge({sample.alpha, sample.beta});
        EXPECT_FALSE(found(report, sample.code).empty()) << describe(sample.code).id;
        for (const Finding& finding : found(report, sample.code)) {
            EXPECT_GT(finding.place.line, 0U) << describe(sample.code).id;
            EXPECT_FALSE(finding.message.empty());
        }
    }
}

// Two kinds no configuration of ours leads to: they are for what a later version may send.
TEST(Pair, HasASampleOfEveryCode) {
    std::set<Code> shown{Code::ChecksumRefused, Code::AdvertRefused};
    for (const Sample& sample : samples()) shown.insert(sample.code);
    for (const CodeRow& row : all_codes()) EXPECT_TRUE(shown.contains(row.code)) << row.id;
}

// The sources of two instances in one sync group, all of the same priority.
std::string tied_group(std::string_view first_source, std::string_view second_source) {
    const auto from = [](std::string_view source) {
        return source.empty() ? "" : "mcast_src_ip " + std::string{source};
    };
    return instance(from(first_source), "VI_1", 51) +
           instance(from(second_source), "VI_2", 52, "virtual_ipaddress {\n192.0.2.60\n}\n") +
           "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n";
}

TEST(Pair, FindsATieThatTheMembersOfAGroupDecideDifferently) {
    const Report report =
        judge({tied_group("198.51.100.1", "203.0.113.2"), tied_group("198.51.100.2", "203.0.113.1")});
    const auto torn = found(report, Code::GroupTorn);
    ASSERT_EQ(torn.size(), 1u);
    EXPECT_EQ(
        torn[0].message,
        "VI_2: its priority is 100 on both hosts, and the greater address is that of alpha (203.0.113.2) "
        "here and that of beta in another member of its sync group, so both may give way to each "
        "other, and nobody is master for a while");
}

TEST(Pair, FindsNothingTornInATieThatAllMembersDecideAlike) {
    for (const auto& [alpha, beta] :
         {std::pair{tied_group("198.51.100.1", "203.0.113.1"), tied_group("198.51.100.2", "203.0.113.2")},
          std::pair{tied_group("198.51.100.2", "203.0.113.2"), tied_group("198.51.100.1", "203.0.113.1")},
          std::pair{tied_group("", ""), tied_group("", "")},
          std::pair{tied_group("198.51.100.1", ""), tied_group("198.51.100.2", "")}})
        EXPECT_TRUE(found(judge({alpha, beta}), Code::GroupTorn).empty());
}

TEST(Pair, FindsEveryKindOfThingThatOneHostAloneTracks) {
    struct Case {
        std::string block;
        std::string keyword;
        std::string message;
    };
    for (const Case& row :
         {Case{"vrrp_check web {\ntcp 192.0.2.9 80\n}\n", "track_script", "check web"},
          Case{"vrrp_track_process web {\nprocess nginx\n}\n", "track_process", "process web"},
          Case{"track_file web {\nfile /run/web\nweight 0\n}\n", "track_file", "file web"},
          Case{"track_file web {\nfile /run/web\nweight 2\n}\n", "track_file", "file web"}}) {
        const Report report =
            judge({row.block + instance("priority 150\n" + row.keyword + " {\nweb\n}\n"), instance("")});
        const auto findings = found(report, Code::TrackingDiffers);
        ASSERT_EQ(findings.size(), 1u) << row.block;
        EXPECT_EQ(findings[0].message, "VI_1: " + row.message + " is tracked on alpha and not on beta");
        const auto lines = std::ranges::count(row.block, '\n');
        EXPECT_EQ(findings[0].place.line, lines + 5) << "where " << row.keyword << " stands";
    }
}

TEST(Pair, HasNothingToSayAboutAGoodOne) {
    const Report report = judge({instance("priority 150"), instance("priority 100")});
    EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
    EXPECT_EQ(report.masters, std::vector<Masters>{{0}});
}

TEST(Pair, HasNothingToSayAboutAGoodUnicastOne) {
    const Report report =
        judge({instance(with("priority 150", kUnicastA)), instance(with("priority 100", kUnicastB))});
    EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
}

TEST(Pair, AuthenticatesWithAhLikeTheDaemons) {
    const std::string ah = "authentication {\nauth_type AH\nauth_pass secret\n}\n";
    const Report report = judge({instance(with("priority 150", ah)), instance(with("priority 100", ah))});
    EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
}

TEST(Pair, VerifiesHmacTrailersLikeTheDaemons) {
    for (const std::string& block :
         {auth_hmac(kKey), auth_hmac(kKey, "mode permissive\n"), auth_hmac("file:/etc/keys/one"),
          auth_hmac(kKey, "anti_replay monotonic\n")}) {
        const Report report =
            judge({instance(with("priority 150", block)), instance(with("priority 100", block))});
        EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
    }
}

TEST(Pair, FindsModesOfAuthHmacThatDoNotGoTogether) {
    const Report report = judge({instance(with("priority 150", auth_hmac(kKey))),
                                 instance(with("priority 100", auth_hmac(kKey, "mode receive-only\n")))});
    ASSERT_EQ(found(report, Code::AuthenticationDiffers).size(), 1U);
    EXPECT_EQ(
        found(report, Code::AuthenticationDiffers)[0].message,
        "VI_1: auth_hmac is not the same: enforce on alpha, receive-only on beta; alpha does not accept the "
        "adverts of beta");
    EXPECT_EQ(found(judge({instance(with("priority 150", auth_hmac(kKey))), instance("priority 100")}),
                    Code::AuthenticationDiffers)
                  .size(),
              2U);
}

TEST(Pair, NeverTellsAKey) {
    const Report report = judge({instance(with("priority 150", auth_hmac(kKey))),
                                 instance(with("priority 100", auth_hmac(kOtherKey)))});
    for (const Finding& finding : report.findings)
        EXPECT_FALSE((finding.message + finding.hint).contains("hush")) << finding.message;
}

TEST(Pair, NeverTellsAPassword) {
    const Report report = judge({instance(with("priority 150", password("hush-one"))),
                                 instance(with("priority 100", password("hush-two")))});
    for (const Finding& finding : report.findings) {
        EXPECT_FALSE(finding.message.contains("hush")) << finding.message;
        EXPECT_FALSE(finding.hint.contains("hush")) << finding.hint;
    }
}

TEST(Pair, FindsAllThatKeepsHostsFromHearingEachOther) {
    const Report report = judge({instance(with("priority 150", password("one"))),
                                 instance(with("advert_int 2\npriority 100", password("two")))});
    EXPECT_EQ(found(report, Code::PasswordDiffers).size(), 1U);
    EXPECT_EQ(found(report, Code::IntervalDiffers).size(), 1U);
    EXPECT_EQ(report.masters, (std::vector<Masters>{{0, 1}}));
}

TEST(Pair, PointsAtTheStatement) {
    const Report report = judge({instance("priority 150"), instance("priority 100\nadvert_int 2")});
    const std::vector<Finding> one = found(report, Code::IntervalDiffers);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].place, (Place{"beta.conf", 5, 12}));
    EXPECT_EQ(one[0].host, "beta");
}

TEST(Pair, PutsErrorsFirst) {
    const Report report = judge({instance("version 3\npriority 100"), instance("version 2\npriority 100")});
    ASSERT_GE(report.findings.size(), 2U);
    EXPECT_TRUE(std::ranges::is_sorted(report.findings, std::greater{}, &Finding::severity));
    EXPECT_TRUE(report.has_errors());
}

TEST(Pair, JudgesThreeHosts) {
    const Report report =
        judge({instance("priority 150"), instance("priority 100"), instance("priority 50\nadvert_int 2")});
    EXPECT_EQ(found(report, Code::IntervalDiffers).size(), 2U);
    EXPECT_EQ(report.masters, (std::vector<Masters>{{0, 2}}));
}

TEST(Pair, MatchesByVridWhateverTheNames) {
    const Report report = judge({instance("priority 150", "web"), instance("priority 100", "service")});
    EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
    EXPECT_EQ(report.virtual_routers.size(), 1U);
}

}  // namespace
}  // namespace understudy::pair
