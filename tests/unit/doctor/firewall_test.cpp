// Packet filters as their tools print them, and what they do with an advert.
#include "understudy/doctor/firewall.hpp"

#include <gtest/gtest.h>

#include "understudy/net/virtual_router.hpp"

namespace understudy::doctor {
namespace {

using Verdict = Passage::Verdict;

const net::Address kGroup = net::vrrp_group(net::Family::Ipv4);

Packet advert(Direction direction, std::optional<net::Address> source = std::nullopt) {
    return {direction, net::kVrrpProtocol, "eth0", net::Family::Ipv4, source, kGroup};
}

// A table with one base chain, and the rules that a test is about.
std::string base_chain(const std::string& hook, const std::string& policy, const std::string& more) {
    return R"({"nftables":[{"metainfo":{}},{"table":{"family":"inet","name":"t"}},)" + more +
           R"({"chain":{"family":"inet","table":"t","name":"c","handle":1,"type":"filter","hook":")" + hook +
           R"(","prio":0,"policy":")" + policy + R"("}}])" + "}";
}

// The same with rules, each a list of statements.
std::string with_rules(const std::vector<std::string>& rules, const std::string& hook = "input",
                       const std::string& policy = "accept", const std::string& more = "") {
    std::string text = base_chain(hook, policy, more);
    text.resize(text.size() - 2);
    int handle = 4;
    for (const std::string& statements : rules)
        text += R"(,{"rule":{"family":"inet","table":"t","chain":"c","handle":)" + std::to_string(handle++) +
                R"(,"expr":[)" + statements + "]}}";
    return text + "]}";
}

std::string match(const std::string& left, const std::string& right, const std::string& op = "==") {
    return R"({"match":{"op":")" + op + R"(","left":)" + left + R"(,"right":)" + right + "}}";
}

const std::string kProtocol = R"({"meta":{"key":"l4proto"}})";
const std::string kInterface = R"({"meta":{"key":"iifname"}})";
const std::string kDestination = R"({"payload":{"protocol":"ip","field":"daddr"}})";
const std::string kSource = R"({"payload":{"protocol":"ip","field":"saddr"}})";
const std::string kState = R"({"ct":{"key":"state"}})";
const std::string kDrop = R"({"drop":null})";
const std::string kAccept = R"({"accept":null})";

Passage way_in(const std::vector<std::string>& rules, const std::string& policy = "accept",
               const std::string& more = "") {
    const auto ruleset = parse_nft(with_rules(rules, "input", policy, more));
    EXPECT_TRUE(ruleset) << ruleset.error();
    return passage(ruleset.value_or(Ruleset{}), advert(Direction::In));
}
Verdict verdict_in(const std::vector<std::string>& rules, const std::string& policy = "accept",
                   const std::string& more = "") {
    return way_in(rules, policy, more).verdict;
}

TEST(NftRuleset, LetsPassWhatNoRuleIsAbout) {
    EXPECT_EQ(verdict_in({}), Verdict::Passes);
    EXPECT_EQ(verdict_in({match(kProtocol, R"("tcp")") + "," + kDrop}), Verdict::Passes);
    EXPECT_EQ(verdict_in({match(kInterface, R"("eth1")") + "," + kDrop}), Verdict::Passes);
    EXPECT_EQ(verdict_in({match(kDestination, R"("224.0.0.1")") + "," + kDrop}), Verdict::Passes);
}

TEST(NftRuleset, DropsByProtocolGroupInterfaceAndPolicy) {
    EXPECT_EQ(way_in({match(kProtocol, "112") + "," + kDrop}),
              (Passage{Verdict::Dropped, "rule 4 of chain c, table inet t"}));
    EXPECT_EQ(verdict_in({match(kProtocol, R"("vrrp")") + "," + R"({"reject":null})"}), Verdict::Dropped);
    EXPECT_EQ(verdict_in({match(kDestination, R"({"prefix":{"addr":"224.0.0.0","len":4}})") + "," + kDrop}),
              Verdict::Dropped);
    EXPECT_EQ(verdict_in({match(kInterface, R"("eth*")") + "," + kDrop}), Verdict::Dropped);
    EXPECT_EQ(verdict_in({match(kProtocol, R"({"set":[51,112]})") + "," + kDrop}), Verdict::Dropped);
    EXPECT_EQ(way_in({}, "drop"), (Passage{Verdict::Dropped, "the policy of chain c of table inet t"}));
}

TEST(NftRuleset, LetsTheFirstVerdictCount) {
    const std::string accept = match(kProtocol, "112") + "," + kAccept;
    EXPECT_EQ(verdict_in({accept}, "drop"), Verdict::Passes);
    EXPECT_EQ(verdict_in({accept, kDrop}), Verdict::Passes);
    EXPECT_EQ(verdict_in({kDrop, accept}), Verdict::Dropped);
    EXPECT_EQ(verdict_in({match(kProtocol, "112", "!=") + "," + kDrop}), Verdict::Passes);
}

// Nobody answers to adverts, so no connection of theirs is ever established.
TEST(NftRuleset, TakesAnAdvertForTheFirstPacketOfAConnection) {
    const std::string established = match(kState, R"(["established","related"])", "in") + "," + kAccept;
    EXPECT_EQ(verdict_in({established}, "drop"), Verdict::Dropped);
    EXPECT_EQ(verdict_in({match(kState, R"("invalid")", "in") + "," + kDrop}), Verdict::Passes);
    const std::string map = R"({"vmap":{"key":)" + kState +
                            R"(,"data":{"set":[["established",{"accept":null}],["new",{"drop":null}]]}}})";
    EXPECT_EQ(verdict_in({map}), Verdict::Dropped);
}

TEST(NftRuleset, FollowsJumpsAndReturns) {
    const std::string other = R"({"chain":{"family":"inet","table":"t","name":"d","handle":2}},)"
                              R"({"rule":{"family":"inet","table":"t","chain":"d","handle":9,"expr":[)" +
                              match(kProtocol, "112") + "," + kDrop + "]}},";
    EXPECT_EQ(verdict_in({R"({"jump":{"target":"d"}})"}, "accept", other), Verdict::Dropped);
    EXPECT_EQ(verdict_in({R"({"return":null})", R"({"jump":{"target":"d"}})"}, "accept", other),
              Verdict::Passes);
    EXPECT_EQ(verdict_in({R"({"jump":{"target":"c"}})"}), Verdict::Passes) << "in circles, and yet it ends";
}

TEST(NftRuleset, KnowsNamedSets) {
    const std::string set = R"({"set":{"family":"inet","table":"t","name":"s","elem":[112,"tcp"]}},)";
    EXPECT_EQ(verdict_in({match(kProtocol, R"("@s")") + "," + kDrop}, "accept", set), Verdict::Dropped);
    const std::string empty = R"({"set":{"family":"inet","table":"t","name":"s"}},)";
    EXPECT_EQ(verdict_in({match(kProtocol, R"("@s")") + "," + kDrop}, "accept", empty), Verdict::Passes);
}

TEST(NftRuleset, SaysPerhapsWhereOnlyThePacketTells) {
    const std::string limited =
        match(kProtocol, "112") + R"(,{"limit":{"rate":10,"per":"second","inv":true}},)";
    EXPECT_EQ(verdict_in({limited + kDrop}), Verdict::MayBeDropped);
    EXPECT_EQ(verdict_in({R"({"limit":{"rate":10}},)" + kDrop}), Verdict::Passes)
        << "a rule about everything";
    EXPECT_EQ(verdict_in({match(kSource, R"("192.0.2.2")") + "," + kAccept}, "drop"), Verdict::MayBeDropped);
}

TEST(NftRuleset, DropsOnTheWayOutByTheInterfaceOut) {
    const auto ruleset =
        parse_nft(with_rules({match(R"({"meta":{"key":"oifname"}})", R"("eth0")") + "," + kDrop}, "output"));
    ASSERT_TRUE(ruleset);
    EXPECT_EQ(passage(*ruleset, advert(Direction::Out)).verdict, Verdict::Dropped);
    EXPECT_EQ(passage(*ruleset, advert(Direction::In)).verdict, Verdict::Passes);
}

TEST(NftRuleset, LeavesFamiliesAndDevicesOfOthersAlone) {
    const auto text = [](const std::string& family, const std::string& device) {
        return R"({"nftables":[{"chain":{"family":")" + family +
               R"(","table":"t","name":"c","type":"filter",)" +
               R"("hook":"ingress","prio":0,"policy":"drop")" + device + "}}]}";
    };
    const auto verdict = [&](const std::string& family, const std::string& device) {
        return passage(parse_nft(text(family, device)).value(), advert(Direction::In)).verdict;
    };
    EXPECT_EQ(verdict("netdev", R"(,"dev":"eth0")"), Verdict::Dropped);
    EXPECT_EQ(verdict("netdev", R"(,"dev":["eth1","eth2"])"), Verdict::Passes);
    EXPECT_EQ(verdict("ip6", ""), Verdict::Passes);
    EXPECT_EQ(verdict("bridge", ""), Verdict::Passes);
}

TEST(NftRuleset, SurvivesAnythingThatAnotherProgramMayPrint) {
    for (const char* const text : {"", "nothing", "[]", "{}", R"({"nftables":1})"})
        EXPECT_FALSE(parse_nft(text));
    for (const char* const text :
         {R"({"nftables":[1,{},{"rule":1},{"chain":null},{"rule":{"expr":[null]}},{"set":{"elem":3}}]})",
          R"({"nftables":[{"chain":{"prio":"x","dev":7,"hook":4}},)"
          R"({"rule":{"expr":[{"match":{}},{"vmap":{}}]}}]})"})
        EXPECT_TRUE(parse_nft(text)) << text;
}

constexpr const char* kSaved =
    "# Generated by iptables-save\n"
    "*filter\n"
    ":INPUT DROP [0:0]\n"
    ":OUTPUT ACCEPT [0:0]\n"
    ":guard - [0:0]\n"
    "-A INPUT -i lo -j ACCEPT\n"
    "-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -s 192.0.2.0/24 -p vrrp -m comment --comment \"the other router\" -j ACCEPT\n"
    "-A OUTPUT -o eth0 -j guard\n"
    "-A guard ! -p tcp -m pkttype --pkt-type broadcast -j DROP\n"
    "-A guard -d 224.0.0.0/4 -p 112 -j REJECT --reject-with icmp-port-unreachable\n"
    "COMMIT\n";

TEST(IptablesRuleset, IsFollowedLikeTheOther) {
    const Ruleset ruleset = parse_iptables(kSaved, "ip");
    const auto from = [&](const char* source) {
        return passage(ruleset, advert(Direction::In, net::Address::parse(source))).verdict;
    };
    EXPECT_EQ(from("192.0.2.2"), Verdict::Passes);
    EXPECT_EQ(from("198.51.100.2"), Verdict::Dropped);
    EXPECT_EQ(passage(ruleset, advert(Direction::In)).verdict, Verdict::MayBeDropped);
    const Passage out = passage(ruleset, advert(Direction::Out));
    EXPECT_EQ(out.verdict, Verdict::Dropped);
    EXPECT_TRUE(out.place.contains("--reject-with")) << out.place;
}

TEST(IptablesRuleset, OfAnotherFamilyIsNoMatter) {
    EXPECT_EQ(passage(parse_iptables(kSaved, "ip6"), advert(Direction::In)).verdict, Verdict::Passes);
}

}  // namespace
}  // namespace understudy::doctor
