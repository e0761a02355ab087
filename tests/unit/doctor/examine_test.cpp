// Each finding from the facts that lead to it, and none from those of a fit host.
#include "host.hpp"

namespace understudy::doctor {
namespace {

using namespace test;

struct AFitHost : testing::Test {
    Facts facts = fit();
    Interface& eth0 = facts.interfaces.front();
    void set(const std::string& path, const std::string& value) { facts.settings[path] = value; }
};

const std::string kUnicast = "unicast_src_ip 192.0.2.1\nunicast_peer {\n192.0.2.2\n}";

TEST_F(AFitHost, HasNoFindings) {
    EXPECT_EQ(examined(instance(), facts), Codes{});
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{});
}

TEST_F(AFitHost, OfWhichNothingIsKnownHasNoFindings) {
    EXPECT_EQ(examined(instance("use_vmac"), Facts{}), Codes{});
}

TEST_F(AFitHost, DropsAdvertsInAPacketFilter) {
    Chain chain{"inet", "filter", "input", Hook::Input};
    chain.drops = true;
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::FirewallDropsIncoming});
    chain.hook = Hook::Output;
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::FirewallDropsOutgoing});
    chain.rules = {{{{Condition::Field::Source, false, {"192.0.2.9"}}}, Rule::Action::Accept}};
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::FirewallMayDrop});
    EXPECT_EQ(examined(instance("mcast_src_ip 192.0.2.1"), facts), Codes{Code::FirewallDropsOutgoing});
}

TEST_F(AFitHost, LooksAtEachUnicastPeer) {
    Chain chain{"ip", "filter", "INPUT", Hook::Input};
    chain.rules = {{{{Condition::Field::Source, false, {"192.0.2.2/32"}}}, Rule::Action::Drop, {}, "line 1"}};
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{Code::FirewallDropsIncoming});
    chain.rules.front().conditions.front().values = {"192.0.2.3/32"};
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{});
}

// What the rule speaks of is the protocol that the packet has on the outside.
TEST_F(AFitHost, LooksForAhWhereAdvertsAreBehindIt) {
    Chain chain{"ip", "filter", "INPUT", Hook::Input};
    chain.rules = {{{{Condition::Field::Protocol, false, {"ah"}}}, Rule::Action::Drop, {}, "line 1"}};
    facts.firewall = Ruleset{{chain}};
    EXPECT_EQ(examined(instance(), facts), Codes{});
    const std::string ah =
        "vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nversion 2\n"
        "authentication {\nauth_type AH\nauth_pass secret\n}\n"
        "virtual_ipaddress {\n192.0.2.50/24\n}\n}\n";
    EXPECT_EQ(examined(ah, facts), Codes{Code::FirewallDropsIncoming});
}

TEST_F(AFitHost, LacksAnInterface) {
    eth0.link.name = "enp1s0";
    EXPECT_EQ(examined(instance(), facts), Codes{Code::InterfaceMissing});
    eth0.link.name = "eth0";
    EXPECT_EQ(examined(instance("", "203.0.113.50/24 dev eth1"), facts), Codes{Code::InterfaceMissing});
}

TEST_F(AFitHost, MayWaitForAnInterfaceWithDynamicInterfaces) {
    eth0.link.name = "eth9";
    const std::string dynamic = "global_defs {\ndynamic_interfaces\n}\n";
    EXPECT_EQ(examined(dynamic + instance(), facts), Codes{Code::InterfaceAwaited});
    eth0.link.name = "eth0";
    EXPECT_EQ(examined(dynamic + instance(), facts), Codes{});
}

TEST_F(AFitHost, HasAnInterfaceThatIsDownOrWithoutCarrier) {
    eth0.link.running = false;
    EXPECT_EQ(examined(instance(), facts), Codes{Code::NoCarrier});
    eth0.link.admin_up = false;
    EXPECT_EQ(examined(instance(), facts), Codes{Code::InterfaceDown});
}

TEST_F(AFitHost, HasAnInterfaceWithoutMulticast) {
    eth0.link.multicast = false;
    EXPECT_EQ(examined(instance(), facts), Codes{Code::NoMulticast});
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{});
}

TEST_F(AFitHost, HasNoAddressToSendFrom) {
    eth0.addresses = {net::Prefix::parse("192.0.2.50/24").value(), net::Prefix::parse("fe80::1/64").value()};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::NoAddress}) << "the virtual address does not count";
    EXPECT_EQ(examined(instance("", "2001:db8::50/64"), facts), Codes{});
    eth0.addresses = {net::Prefix::parse("2001:db8::1/64").value()};
    EXPECT_EQ(examined(instance("", "2001:db8::50/64"), facts), Codes{Code::NoAddress});
}

TEST_F(AFitHost, IsGivenASourceThatItDoesNotHave) {
    EXPECT_EQ(examined(instance("mcast_src_ip 192.0.2.7"), facts), Codes{Code::SourceElsewhere});
    EXPECT_EQ(examined(instance("mcast_src_ip 192.0.2.1"), facts), Codes{});
}

TEST_F(AFitHost, HasAnInterfaceTooSmallForAnAdvert) {
    eth0.link.mtu = 31;
    EXPECT_EQ(examined(instance(), facts), Codes{Code::AdvertTooLong});
    eth0.link.mtu = 32;  // 20 of the IP header, 8 of VRRP, and one address
    EXPECT_EQ(examined(instance(), facts), Codes{});
}

TEST_F(AFitHost, HasAnInterfaceThatAnotherProgramManages) {
    eth0.manager = Manager{"NetworkManager", false, {}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::ManagerDeletesAddresses});
    eth0.manager = Manager{"systemd-networkd", true, "/etc/systemd/network/a.network"};
    EXPECT_EQ(examined(instance(), facts), Codes{});
}

TEST_F(AFitHost, ChecksSourcesStrictly) {
    set("net/ipv4/conf/all/rp_filter", "1");
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{}) << "the route to the peer is by that interface";
    facts.way_to[kPeer] = "eth1";
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{Code::SourceCheckDropsPeer});
    EXPECT_EQ(examined(instance(), facts), Codes{}) << "no peer is known";
    set("net/ipv4/conf/eth0/rp_filter", "2");
    EXPECT_EQ(examined(instance(kUnicast), facts), Codes{});
}

TEST_F(AFitHost, HasTwoInterfacesInOneNetwork) {
    facts.interfaces.push_back(ethernet(3, "eth1", "192.0.2.9/24"));
    for (const char* const setting : {"rp_filter", "arp_filter"})
        set(std::string{"net/ipv4/conf/eth1/"} + setting, "0");
    set("net/ipv4/conf/eth1/arp_ignore", "1");
    set("net/ipv4/conf/eth1/arp_announce", "2");
    EXPECT_EQ(examined(instance(), facts), Codes{});
    set("net/ipv4/conf/eth1/arp_ignore", "0");
    EXPECT_EQ(examined(instance(), facts), Codes{Code::ArpAnsweredByTwin});
    EXPECT_EQ(examined(instance("use_vmac"), facts), Codes{}) << "the daemon sees to that";
    set("net/ipv4/conf/all/rp_filter", "1");
    set("net/ipv4/conf/eth1/arp_ignore", "1");
    EXPECT_EQ(examined(instance(), facts), Codes{Code::SourceCheckOfTwins});
}

TEST_F(AFitHost, AsksByATwinInTheNameOfTheAddress) {
    facts.interfaces.push_back(ethernet(3, "eth1", "192.0.2.9/24"));
    set("net/ipv4/conf/eth1/arp_ignore", "1");
    set("net/ipv4/conf/eth1/arp_announce", "1");
    EXPECT_EQ(examined(instance(), facts), Codes{Code::ArpAnnouncedByTwin});
    EXPECT_EQ(examined(instance("use_vmac"), facts), Codes{Code::ArpAnnouncedByTwin})
        << "the MAC of eth1 is none of the virtual router's";
    EXPECT_EQ(examined(instance("", "198.51.100.50/24"), facts), Codes{}) << "another network";
    set("net/ipv4/conf/all/arp_announce", "2");
    EXPECT_EQ(examined(instance(), facts), Codes{});
}

TEST_F(AFitHost, DoesNotAnswerForAddresses) {
    set("net/ipv4/conf/all/arp_ignore", "1");
    EXPECT_EQ(examined(instance(), facts), Codes{});
    set("net/ipv4/conf/all/arp_ignore", "2");
    EXPECT_EQ(examined(instance(), facts), Codes{}) << "askers are in the network of the address";
    EXPECT_EQ(examined(instance("", "192.0.2.50/32"), facts), Codes{Code::ArpUnanswered});
    set("net/ipv4/conf/all/arp_ignore", "8");
    EXPECT_EQ(examined(instance(), facts), Codes{Code::ArpUnanswered});
}

TEST_F(AFitHost, AnswersNotForAddressesOfOtherInterfaces) {
    facts.interfaces.push_back(ethernet(3, "lan", "198.51.100.1/24"));
    const std::string elsewhere = instance("", "203.0.113.50/24 dev lan");
    EXPECT_EQ(examined(elsewhere, facts), Codes{});
    set("net/ipv4/conf/eth0/arp_ignore", "1");
    EXPECT_EQ(examined(elsewhere, facts), Codes{Code::ArpUnanswered});
}

TEST_F(AFitHost, HasIpv6SwitchedOff) {
    set("net/ipv6/conf/eth0/disable_ipv6", "1");
    EXPECT_EQ(examined(instance(), facts), Codes{});
    EXPECT_EQ(examined(instance("", "2001:db8::50/64"), facts), Codes{Code::Ipv6Disabled});
}

TEST_F(AFitHost, LetsNobodyListenOnAnAddressThatIsElsewhere) {
    const std::string tracked =
        "vrrp_track_process haproxy {\nprocess haproxy\n}\n" + instance("track_process {\nhaproxy\n}");
    EXPECT_EQ(examined(tracked, facts), Codes{Code::NonlocalBindOff});
    set("net/ipv4/ip_nonlocal_bind", "1");
    EXPECT_EQ(examined(tracked, facts), Codes{});
}

TEST_F(AFitHost, HasAKernelWithoutWhatIsNeeded) {
    facts.features["macvlan"] = false;
    EXPECT_EQ(examined(instance(), facts), Codes{});
    EXPECT_EQ(examined(instance("use_vmac"), facts), Codes{Code::KernelFeatureMissing});
    facts.features = {{"ipvlan", false}};
    EXPECT_EQ(examined(instance("use_ipvlan ipv.51 192.0.2.3/24"), facts), Codes{Code::KernelFeatureMissing});
    facts.features = {{"nf_tables", false}};
    EXPECT_EQ(examined(instance("no_accept"), facts), Codes{Code::KernelFeatureMissing});
}

const std::string kSigned = "auth_hmac {\nkey 1 \"0123456789abcdef0123456789abcdef\"\nactive_key 1\n}";

TEST_F(AFitHost, HasAClockThatIsNotKept) {
    facts.clock->synchronised = false;
    EXPECT_EQ(examined(instance(), facts), Codes{});
    EXPECT_EQ(examined(instance(kSigned), facts), Codes{Code::ClockUnsynchronised});
    facts.clock = Clock{true, seconds{-7}};
    EXPECT_EQ(examined(instance(kSigned), facts), Codes{Code::ClockStepped});
}

TEST_F(AFitHost, IsGivenAFileThatIsRefused) {
    const auto found =
        codes(examine(loaded("vrrp_instance VI_1 {\ninterface eth0\npriority many\n}\n"), facts));
    EXPECT_TRUE(std::ranges::count(found, Code::ConfigurationRefused) > 0);
}

TEST_F(AFitHost, IsGivenAScriptThatIsNotThere) {
    const std::string text = instance("notify /etc/absent.sh");
    const auto found = codes(examine(loaded(text, false), facts));
    EXPECT_TRUE(std::ranges::count(found, Code::ScriptProblem) > 0);
}

TEST_F(AFitHost, RunsScriptsAsRoot) {
    const std::string scripted = instance("notify_master /etc/up.sh");
    const std::string checked = "global_defs {\nenable_script_security\n}\n" + scripted;
    EXPECT_EQ(examined(checked, facts), Codes{});
    facts.script_user_exists = false;
    EXPECT_EQ(examined(checked, facts), Codes{Code::ScriptsRunAsRoot});
    EXPECT_EQ(examined("global_defs {\nscript_user nobody\nenable_script_security\n}\n" + scripted, facts),
              Codes{});
}

// Whose service runs as user understudy.
struct RootsHost final : NoHost {
    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string&) const override {
        return config::LinkFacts{};
    }
    [[nodiscard]] std::optional<std::string> excluded_from(const std::string&) const override {
        return "understudy";
    }
};

TEST_F(AFitHost, HidesItsConfigurationFromTheService) {
    config::MemoryReader reader;
    reader.add("ha.conf", instance());
    const auto findings = examine(config::load("ha.conf", reader, RootsHost{}, {}), facts);
    ASSERT_EQ(codes(findings), Codes{Code::HiddenFromService});
    EXPECT_EQ(findings.front().subject, "ha.conf");
    EXPECT_EQ(findings.front().what, "user understudy may not read this file");
    EXPECT_NE(findings.front().remedy.find("chgrp understudy"), std::string::npos);
}

TEST_F(AFitHost, HasAPidFileOfNobodyOrOfAnother) {
    facts.pid_files = {{"/run/understudyd.pid", 7, "understudyd"}};
    EXPECT_EQ(examined(instance(), facts), Codes{});
    facts.pid_files = {{"/run/understudyd.pid", 7, std::nullopt}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::PidFileStale});
    facts.pid_files = {{"/run/understudyd.pid", 7, "sshd"}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::PidFileOfAnother});
}

TEST_F(AFitHost, HasARunDirectoryThatOthersMayWriteTo) {
    for (const Directory& open :
         {Directory{"/run/understudy", 0, 0, 0757}, Directory{"/run/understudy", 0, 9, 0775},
          Directory{"/run/understudy", 9, 0, 0755}}) {
        facts.run_directory = open;
        EXPECT_EQ(examined(instance(), facts), Codes{Code::RunDirectoryOpen});
    }
    facts.run_directory = Directory{"/run/understudy", 995, 995, 0755};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::RunDirectoryOpen});
    facts.service_user = 995;
    EXPECT_EQ(examined(instance(), facts), Codes{});
    facts.run_directory = Directory{"/run/understudy", 0, 0, 0775};
    EXPECT_EQ(examined(instance(), facts), Codes{}) << "the group is root's";
}

TEST_F(AFitHost, IsSharedWithAnotherProgram) {
    facts.others = {{"keepalived", 7, 1}};
    EXPECT_EQ(examined(instance(), facts), Codes{Code::OtherProgram});
    EXPECT_EQ(examined("", facts), Codes{}) << "nothing of ours is to run";
}

TEST_F(AFitHost, TellsTheGravestFirst) {
    facts.pid_files = {{"/run/understudyd.pid", 7, std::nullopt}};
    facts.others = {{"keepalived", 7, 1}};
    eth0.link.multicast = false;
    EXPECT_EQ(examined(instance(), facts),
              (Codes{Code::NoMulticast, Code::OtherProgram, Code::PidFileStale}));
}

}  // namespace
}  // namespace understudy::doctor
