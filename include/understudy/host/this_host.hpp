// This machine as the configuration reader asks about it: its disk and its facts behind config's interfaces.
// The daemon and the tool read the same files with the same eyes. Nothing is decided here, and what cannot be
// found out is reported as absent. A ThisHost remembers what it has found out: make one for each load.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "understudy/config/host.hpp"
#include "understudy/config/source.hpp"
#include "understudy/host/service.hpp"

namespace understudy::host {

// Where keepalived has its configuration, which is where ours is unless somebody says otherwise.
inline constexpr const char* kDefaultConfigFile = "/etc/keepalived/keepalived.conf";

// Whom the unit has run all of the daemon, and a daemon of root its vrrp process.
inline constexpr const char* kServiceUser = "understudy";

class DiskReader final : public config::SourceReader {
public:
    [[nodiscard]] std::expected<std::string, config::ReadFault> read(const std::string& path) const override;
    [[nodiscard]] std::expected<std::vector<std::string>, config::ReadFault> glob(
        const std::string& pattern) const override;
};

class ThisHost final : public config::Host {
public:
    ThisHost() = default;
    // Asks in the name of this service, too.
    explicit ThisHost(std::optional<Service> service) : service_(std::move(service)) {}

    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string& name) const override;
    [[nodiscard]] std::vector<net::Prefix> addresses(const std::string& link,
                                                     net::Family family) const override;
    [[nodiscard]] std::string short_host_name() const override;
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
    [[nodiscard]] std::optional<config::UserFacts> user(const std::string& name) const override;
    [[nodiscard]] std::optional<std::uint32_t> group(const std::string& name) const override;
    [[nodiscard]] config::ScriptFacts script(const std::string& program,
                                             const std::string& user) const override;
    [[nodiscard]] std::expected<config::KeyFile, config::ReadFault> key_file(
        const std::string& path) const override;
    [[nodiscard]] std::optional<std::string> excluded_from(const std::string& path) const override;
    [[nodiscard]] std::optional<std::uint32_t> number_of(config::NameKind kind, const std::string& name,
                                                         const config::NameFolders& folders) const override;

private:
    // Each fact is asked for once: a file may name a thousand scripts and interfaces, and one load sees one
    // state of the host.
    template <typename Fact>
    using Known = std::unordered_map<std::string, Fact>;
    struct Knowledge {
        Known<std::optional<config::LinkFacts>> links;
        std::map<net::Family, Known<std::vector<net::Prefix>>> addresses;  // by interface
        Known<std::optional<config::UserFacts>> users;
        Known<std::optional<std::uint32_t>> groups;
        Known<Known<config::ScriptFacts>> scripts;  // by user, then by program
    };
    std::optional<Service> service_;
    mutable Knowledge known_;
    // Read when the first name of its kind is asked for.
    mutable std::map<std::pair<config::NameKind, config::NameFolders>,
                     std::map<std::string, std::uint32_t, std::less<>>>
        names_;
};

}  // namespace understudy::host
