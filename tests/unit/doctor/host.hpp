// A host that is fit for a configuration written in a test, to be made worse in one thing at a time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/render.hpp"
#include "understudy/doctor/examine.hpp"

namespace understudy::doctor::test {

inline const net::Address kOwn = net::Address::v4(192, 0, 2, 1);
inline const net::Address kPeer = net::Address::v4(192, 0, 2, 2);
inline const net::Address kVirtual = net::Address::v4(192, 0, 2, 50);

// One instance on eth0 with these statements more.
inline std::string instance(std::string_view statements = "", std::string_view addresses = "192.0.2.50/24") {
    return "vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nversion 3\n" +
           std::string{statements} + "\nvirtual_ipaddress {\n" + std::string{addresses} + "\n}\n}\n";
}

class NoHost : public config::Host {
public:
    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string&) const override { return {}; }
    [[nodiscard]] std::vector<net::Prefix> addresses(const std::string&, net::Family) const override {
        return {};
    }
    [[nodiscard]] std::string short_host_name() const override { return "alpha"; }
    [[nodiscard]] std::optional<std::string> environment(const std::string&) const override { return {}; }
    [[nodiscard]] std::optional<config::UserFacts> user(const std::string&) const override { return {}; }
    [[nodiscard]] std::optional<std::uint32_t> group(const std::string&) const override { return {}; }
    [[nodiscard]] config::ScriptFacts script(const std::string&, const std::string&) const override {
        return {};
    }
};

inline config::LoadResult loaded(const std::string& text, bool offline = true) {
    config::MemoryReader reader;
    reader.add("ha.conf", text);
    config::LoadOptions options;
    options.offline = offline;
    return config::load("ha.conf", reader, NoHost{}, options);
}

inline Interface ethernet(std::uint32_t index, const std::string& name, const char* address) {
    Interface interface;
    interface.link.index = {index};
    interface.link.name = name;
    interface.link.admin_up = interface.link.running = interface.link.multicast = true;
    interface.addresses = {net::Prefix::parse(address).value(), net::Prefix::parse("fe80::1/64").value()};
    return interface;
}

inline Facts fit() {
    Facts facts;
    facts.interfaces = {ethernet(2, "eth0", "192.0.2.1/24")};
    for (const char* const name : {"all", "eth0"}) {
        const std::string v4 = "net/ipv4/conf/" + std::string{name} + "/";
        for (const char* const setting : {"rp_filter", "arp_ignore", "arp_filter", "arp_announce"})
            facts.settings[v4 + setting] = "0";
        facts.settings["net/ipv6/conf/" + std::string{name} + "/disable_ipv6"] = "0";
    }
    facts.settings["net/ipv4/ip_nonlocal_bind"] = "0";
    facts.way_to[kPeer] = "eth0";
    facts.features = {{"macvlan", true}, {"ipvlan", true}, {"vrf", true}, {"nf_tables", true}};
    facts.firewall = Ruleset{};
    facts.run_directory = Directory{"/run/understudy", 0, 0, 0755};
    facts.clock = Clock{};
    facts.instances.emplace()["VI_1"] = {};
    return facts;
}

inline std::vector<Code> codes(const std::vector<Finding>& findings) {
    std::vector<Code> all;
    for (const Finding& finding : findings) all.push_back(finding.code);
    return all;
}

// The codes of what is found; the configuration has to be good.
inline std::vector<Code> examined(const std::string& text, const Facts& facts) {
    const config::LoadResult result = loaded(text);
    EXPECT_FALSE(result.diagnostics.has_errors()) << config::render(result.diagnostics.all());
    for (const Finding& finding : examine(result, facts)) {
        EXPECT_FALSE(finding.what.empty() || finding.remedy.empty() || finding.subject.empty());
    }
    return codes(examine(result, facts));
}

using Codes = std::vector<Code>;

}  // namespace understudy::doctor::test
