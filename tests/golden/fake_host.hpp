// The host of the golden files: three links, a few users, and scripts whose path says what is the matter with
// them.
#pragma once

#include <optional>
#include <string>

#include "understudy/config/host.hpp"

namespace understudy::golden {

// Links eth0 (MTU 1500, 198.51.100.1/24), eth1 (MTU 1500), tun0 (MTU 100), lo and the VRF blue. Users root,
// nobody and checks. Programs under /etc/checks: absent.sh does not exist, plain.sh is not executable,
// open.sh is writable by all, every other one is as it should be. Key files under /etc/keys: absent does not
// exist, short and long are just that, world can be read by all, alien belongs to somebody else, hex is in
// hexadecimal. User understudy, as whom the service runs, may not read hidden files.
class FakeHost final : public config::Host {
public:
    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string& name) const override;
    [[nodiscard]] std::vector<net::Prefix> addresses(const std::string& link,
                                                     net::Family family) const override;
    [[nodiscard]] std::string short_host_name() const override { return "alpha"; }
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
    [[nodiscard]] std::optional<config::UserFacts> user(const std::string& name) const override;
    [[nodiscard]] std::optional<std::uint32_t> group(const std::string& name) const override;
    [[nodiscard]] std::expected<config::KeyFile, config::ReadFault> key_file(
        const std::string& path) const override;
    [[nodiscard]] std::optional<std::string> excluded_from(const std::string& path) const override;
    [[nodiscard]] config::ScriptFacts script(const std::string& program,
                                             const std::string& user) const override;
};

}  // namespace understudy::golden
