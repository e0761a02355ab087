// Virtual servers: what a setting means for what stands further in, and that nothing is lost on the way back
// to keepalived's syntax.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "understudy/config/load.hpp"
#include "understudy/config/outline.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

constexpr std::string_view kService =
    "virtual_server 192.0.2.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\n";

model::Config load_servers(std::string text) {
    MemoryReader reader;
    reader.add("ha.conf", std::move(text));
    return load("ha.conf", reader, golden::FakeHost{}, {}).config;
}

// A virtual server with these settings, and one real server with those.
model::VirtualServer service(const std::string& settings, const std::string& server) {
    const model::Config config = load_servers(std::string{kService} + settings +
                                              "\nreal_server 198.51.100.1 8080 {\n" + server + "\n}\n}\n");
    return config.virtual_servers.empty() ? model::VirtualServer{} : config.virtual_servers.front();
}

template <typename Check>
Check only_check(const model::VirtualServer& server) {
    if (server.real_servers.empty() || server.real_servers[0].checkers.size() != 1) {
        ADD_FAILURE() << "not one checker";
        return {};
    }
    return std::get<Check>(server.real_servers[0].checkers[0]);
}

TEST(VirtualServer, GoesToItsServersByTheirPorts) {
    const model::VirtualServer server = service("", "");
    EXPECT_EQ(server.service, model::Service{(model::Endpoint{net::Address::v4(192, 0, 2, 1), 80})});
    EXPECT_EQ(server.real_servers[0].endpoint, (model::Endpoint{net::Address::v4(198, 51, 100, 1), 8080}));
}

TEST(VirtualServer, GivesItsPortToAServerWithoutOne) {
    const model::Config config = load_servers(std::string{kService} + "real_server 198.51.100.1 {\n}\n}\n");
    EXPECT_EQ(config.virtual_servers.at(0).real_servers[0].endpoint.port, 80);
}

TEST(VirtualServer, ChangesNoPortWithoutNat) {
    EXPECT_EQ(service("lb_kind DR", "").real_servers[0].endpoint.port, 80);
    EXPECT_EQ(service("", "lvs_method DR").real_servers[0].endpoint.port, 80);
}

TEST(VirtualServer, GivesItsSettingsToItsServers) {
    const model::RealServer server =
        service("weight 7\ninhibit_on_failure\nalpha\nlb_kind DR", "").real_servers[0];
    EXPECT_EQ(server.weight, 7u);
    EXPECT_TRUE(server.inhibit_on_failure);
    EXPECT_TRUE(server.alpha);
    EXPECT_EQ(server.method.forwarding, model::Forwarding::DirectRouting);
}

TEST(VirtualServer, LetsAServerSayOtherwise) {
    const model::RealServer server =
        service("weight 7\ninhibit_on_failure\nalpha", "weight 0\ninhibit_on_failure off\nalpha off")
            .real_servers[0];
    EXPECT_EQ(server.weight, 0u);
    EXPECT_FALSE(server.inhibit_on_failure);
    EXPECT_FALSE(server.alpha);
}

TEST(VirtualServer, ReadsTheTwoHalvesOfAGranularity) {
    EXPECT_EQ(service("persistence_granularity 255.255.255.0", "").persistence->netmask,
              net::Address::v4(255, 255, 255, 0));
    const model::Config config = load_servers(
        "virtual_server 2001:db8::1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\npersistence_granularity 48\n"
        "real_server 2001:db8::2 80 {\n}\n}\n");
    EXPECT_EQ(config.virtual_servers.at(0).persistence->prefix_length, 48);
}

TEST(VirtualServer, IsPersistentWhenItServesEveryPort) {
    const model::Config config = load_servers(
        "virtual_server 192.0.2.1 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 198.51.100.1 "
        "{\n}\n}\n");
    EXPECT_EQ(config.virtual_servers.at(0).persistence->timeout, seconds{360});
}

TEST(VirtualServer, LowersAQuorumToWhatThereIs) {
    EXPECT_EQ(service("quorum 5", "weight 3").quorum, 3u);
    EXPECT_EQ(service("quorum 3\nhysteresis 3", "weight 9").hysteresis, 2u);
}

TEST(VirtualServer, TakesTheFamilyOfItsServersForMarks) {
    const model::Config config =
        load_servers("virtual_server fwmark 3 {\nlb_algo rr\nlb_kind DR\nreal_server 2001:db8::2 {\n}\n}\n");
    EXPECT_EQ(config.virtual_servers.at(0).family, net::Family::Ipv6);
    EXPECT_EQ(config.virtual_servers.at(0).transport, model::Transport::Any);
}

struct Entry {
    const char* text;
    const char* first;
    const char* last;
};

TEST(VirtualServerGroup, ReadsEveryFormOfARange) {
    for (const Entry& entry : {Entry{"192.0.2.1", "192.0.2.1", "192.0.2.1"},
                               {"192.0.2.1-9", "192.0.2.1", "192.0.2.9"},
                               {"192.0.2.250-192.0.3.5", "192.0.2.250", "192.0.3.5"},
                               {"192.0.2.8/29", "192.0.2.8", "192.0.2.15"},
                               {"2001:db8::9-1ff", "2001:db8::9", "2001:db8::1ff"},
                               {"2001:db8::/126", "2001:db8::", "2001:db8::3"}}) {
        const model::Config config =
            load_servers("virtual_server_group g {\n" + std::string{entry.text} + " 80\n}\n");
        ASSERT_EQ(config.virtual_server_groups.size(), 1u) << entry.text;
        const model::AddressRange expected{*net::Address::parse(entry.first),
                                           *net::Address::parse(entry.last), 80};
        EXPECT_EQ(config.virtual_server_groups[0].ranges, std::vector{expected}) << entry.text;
    }
}

TEST(Checker, AsksTheServerAtItsPort) {
    const auto check = only_check<model::TcpCheck>(service("", "TCP_CHECK {\n}"));
    EXPECT_EQ(check.connection.address, net::Address::v4(198, 51, 100, 1));
    EXPECT_EQ(check.connection.port, 8080);
}

TEST(Checker, TakesWhatTheServerSaysThenWhatTheServiceSays) {
    const auto check = only_check<model::TcpCheck>(
        service("delay_loop 10\nretry 5\nconnect_timeout 2", "retry 4\nTCP_CHECK {\n}"));
    EXPECT_EQ(check.schedule.delay_loop, seconds{10});
    EXPECT_EQ(check.schedule.retry, 4u);
    EXPECT_EQ(check.schedule.warmup, seconds{10});
    EXPECT_EQ(check.connection.timeout, seconds{2});
}

TEST(Checker, HasTheDefaultsOfItsKind) {
    const auto http = only_check<model::HttpCheck>(service("", "HTTP_GET {\nurl {\npath /\n}\n}"));
    EXPECT_EQ(http.schedule.retry, 1u);
    EXPECT_EQ(http.schedule.delay_before_retry, seconds{3});
    EXPECT_EQ(http.urls[0].status_codes, std::vector{model::StatusRange{}});
    const auto dns = only_check<model::DnsCheck>(service("delay_loop 7", "DNS_CHECK {\n}"));
    EXPECT_EQ(dns.schedule.retry, 3u);
    EXPECT_EQ(dns.schedule.delay_before_retry, seconds{7});
    const auto misc = only_check<model::MiscCheck>(
        service("delay_loop 2.5", "delay_loop 9\nMISC_CHECK {\nmisc_path \"/bin/check.sh\"\n}"));
    EXPECT_EQ(misc.schedule.retry, 0u);
    EXPECT_EQ(misc.timeout, seconds{3});
}

TEST(Checker, FindsTheNearestVirtualHost) {
    const std::string check = "HTTP_GET {\nurl {\npath /\n}\nurl {\npath /\nvirtualhost url\n}\n}";
    const auto outer = only_check<model::HttpCheck>(service("virtualhost service", check));
    EXPECT_EQ(outer.urls[0].virtual_host, "service");
    EXPECT_EQ(outer.urls[1].virtual_host, "url");
    const auto inner =
        only_check<model::HttpCheck>(service("virtualhost service", "virtualhost server\n" + check));
    EXPECT_EQ(inner.urls[0].virtual_host, "server");
}

TEST(Checker, ReadsHexadecimalWithAndWithoutBlanks) {
    const auto check = only_check<model::UdpCheck>(
        service("", "UDP_CHECK {\npayload Ab12f 3 456\nrequire_reply 1x X7 F\n}"));
    const auto octets = [](std::initializer_list<int> values) {
        std::vector<std::byte> made;
        for (const int value : values) made.push_back(static_cast<std::byte>(value));
        return made;
    };
    EXPECT_EQ(check.payload, octets({0xab, 0x12, 0x0f, 0x03, 0x45, 0x06}));
    const std::vector<model::ReplyOctet> reply{{std::byte{0x10}, std::byte{0xf0}},
                                               {std::byte{0x07}, std::byte{0x0f}},
                                               {std::byte{0x0f}, std::byte{0xff}}};
    EXPECT_EQ(check.reply, reply);
}

TEST(Checker, IsOneForEachHostOfSmtp) {
    const model::VirtualServer server = service(
        "",
        "SMTP_CHECK {\nconnect_port 26\nhost {\nconnect_ip 198.51.100.8\n}\nhost {\nconnect_port 27\n}\n}");
    ASSERT_EQ(server.real_servers[0].checkers.size(), 2u);
    const auto& first = std::get<model::SmtpCheck>(server.real_servers[0].checkers[0]);
    const auto& second = std::get<model::SmtpCheck>(server.real_servers[0].checkers[1]);
    EXPECT_EQ(first.connection.address, net::Address::v4(198, 51, 100, 8));
    EXPECT_EQ(first.connection.port, 26);
    EXPECT_EQ(second.connection.address, net::Address::v4(198, 51, 100, 1));
    EXPECT_EQ(second.connection.port, 27);
}

TEST(Checker, WeighsAFileAsItsBlockSaysUnlessItSaysOtherwise) {
    const std::string file = "track_file load {\nfile /run/load\nweight 3 reverse\n}\n";
    const auto weight = [&](const std::string& setting) {
        const model::Config config = load_servers(
            file + std::string{kService} + "real_server 198.51.100.1 80 {\nFILE_CHECK {\ntrack_file load\n" +
            setting + "\n}\n}\n}\n");
        return std::get<model::FileCheck>(config.virtual_servers.at(0).real_servers.at(0).checkers.at(0))
            .weight;
    };
    EXPECT_EQ(weight(""), (model::FileWeight{3, true}));
    EXPECT_EQ(weight("weight -70000"), (model::FileWeight{-70000, false}));
}

// Whatever a file says, its outline says the same in the long form.
void expect_same_from_outline(const std::string& name) {
    std::ifstream file{std::string{UNDERSTUDY_GOLDEN_FOLDER} + "/config/" + name + ".conf"};
    std::ostringstream contents;
    contents << file.rdbuf();
    const model::Config config = load_servers(contents.str());
    ASSERT_FALSE(config.virtual_servers.empty()) << name;
    const std::string text = render_text(outline(config));
    EXPECT_EQ(load_servers(text), config) << name << "\n" << text;
}

TEST(VirtualServer, ComesBackFromItsOutline) {
    for (const char* const name : {"virtual-servers", "virtual-server-services", "virtual-server-settings",
                                   "virtual-server-checks", "virtual-server-scripts", "load-balancing"})
        expect_same_from_outline(name);
}

TEST(VirtualServer, KeepsThePasswordOfTheKeyOutOfARedactedOutline) {
    const model::Config config = load_servers("SSL {\npassword hunter2\nca /etc/ca.pem\n}\n");
    EXPECT_TRUE(render_text(outline(config)).contains("hunter2"));
    EXPECT_FALSE(render_text(redact(outline(config))).contains("hunter2"));
}

}  // namespace
}  // namespace understudy::config
