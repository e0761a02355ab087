#include "fake_host.hpp"

namespace understudy::golden {

std::optional<config::LinkFacts> FakeHost::link(const std::string& name) const {
    if (name == "eth0" || name == "eth1") return config::LinkFacts{};
    if (name == "tun0") return config::LinkFacts{100, false};
    if (name == "blue") return config::LinkFacts{.vrf_table = 100};
    if (name == "lo") return config::LinkFacts{65536, true};
    return std::nullopt;
}

std::vector<net::Prefix> FakeHost::addresses(const std::string& link, net::Family family) const {
    if (link != "eth0" || family != net::Family::Ipv4) return {};
    return {{net::Address::v4(198, 51, 100, 1), 24}};
}

std::optional<std::string> FakeHost::environment(const std::string& name) const {
    return name == "SITE" ? std::optional<std::string>{"north"} : std::nullopt;
}

std::optional<config::UserFacts> FakeHost::user(const std::string& name) const {
    if (name == "root") return config::UserFacts{0, 0};
    if (name == "nobody") return config::UserFacts{65534, 65534};
    if (name == "checks") return config::UserFacts{990, 990};
    return std::nullopt;
}

std::optional<std::uint32_t> FakeHost::group(const std::string& name) const {
    if (name == "root") return 0;
    return name == "checks" ? std::optional<std::uint32_t>{990} : std::nullopt;
}

std::expected<config::KeyFile, config::ReadFault> FakeHost::key_file(const std::string& path) const {
    if (path.ends_with("absent")) return std::unexpected(config::ReadFault::Missing);
    if (path.ends_with("closed")) return std::unexpected(config::ReadFault::Forbidden);
    config::KeyFile file{
        .content = "a_key_of_thirty_two_octets_in_it\n", .owner = 0, .mode = 0600, .ours = false};
    if (path.ends_with("short")) file.content = "a_key_of_thirty_one_octets_only\n";
    if (path.ends_with("long")) file.content = std::string(200, 'k');
    if (path.ends_with("hex")) file.content = "hex:" + std::string(128, '7') + "\r\n";
    if (path.ends_with("world")) file.mode = 0644;
    if (path.ends_with("alien")) file.owner = 1000;
    return file;
}

std::optional<std::string> FakeHost::excluded_from(const std::string& path) const {
    const bool hidden = path.ends_with("service-hidden.conf") || path.ends_with("hidden");
    return hidden ? std::optional<std::string>{"understudy"} : std::nullopt;
}

config::ScriptFacts FakeHost::script(const std::string& program, const std::string&) const {
    config::ScriptFacts facts;
    if (program.ends_with("hidden.sh")) {
        facts.hidden = true;
        facts.parts = {{"/", 0, 0, 0755}, {"/root", 0, 0, 0700}};
        if (program.starts_with("/home")) facts.parts.back() = {"/home/who", 1000, 1000, 0700};
        if (program.starts_with("/masked")) facts.parts.back() = {"/masked", 0, 0, 0};
        return facts;
    }
    facts.exists = !program.ends_with("absent.sh");
    facts.regular = facts.exists;
    facts.executable = facts.exists && !program.ends_with("plain.sh");
    const std::uint32_t mode = program.ends_with("open.sh") ? 0777 : 0755;
    facts.parts = {{"/", 0, 0, 0755}, {"/etc", 0, 0, 0755}, {program, 0, 0, mode}};
    return facts;
}

}  // namespace understudy::golden
