// The facts about this host that decide whether a configuration can be used here. The configuration reader
// asks through this interface and decides itself, so that the same file can be judged for another host or
// without one.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "understudy/config/source.hpp"
#include "understudy/net/address.hpp"

namespace understudy::config {

struct LinkFacts {
    std::uint32_t mtu = 1500;
    bool loopback = false;
    std::optional<std::uint32_t> vrf_table = std::nullopt;  // of a VRF device
};

struct UserFacts {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

// A file or a directory on the way to it.
struct PathPart {
    std::string path;
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::uint32_t mode = 0;  // permission bits, set-user-id and sticky bit included
};

struct ScriptFacts {
    bool exists = false;
    bool regular = false;
    bool executable = false;      // by the user asked for
    std::vector<PathPart> parts;  // from the root directory to the file, symbolic links resolved
    // There may be one, for that user to see: we may not look into the last of the parts.
    bool hidden = false;
};

// A file that holds a secret.
struct KeyFile {
    std::string content;
    std::uint32_t owner = 0;
    std::uint32_t mode = 0;  // permission bits
    bool ours = false;       // the owner is who we run as, or who the daemon does as a service
};

// Which of the lists of names that a host keeps for its routes.
enum class NameKind : std::uint8_t {
    Table,
    Protocol,
    Scope,
    Realm,
    LinkGroup,
    TypeOfService,
    IpProtocol,
};

// Where iproute2 has those lists; empty: where it usually does.
struct NameFolders {
    std::string local;    // the host's own, which count first (iproute_etc_dir)
    std::string shipped;  // those that came with it (iproute_usr_dir)
    friend auto operator<=>(const NameFolders&, const NameFolders&) = default;
};

class Host {
public:
    virtual ~Host() = default;
    // None when there is no such interface.
    [[nodiscard]] virtual std::optional<LinkFacts> link(const std::string& name) const = 0;
    // Those of an interface, virtual ones that this router holds at the moment included.
    [[nodiscard]] virtual std::vector<net::Prefix> addresses(const std::string& link,
                                                             net::Family family) const = 0;
    // Up to the first dot.
    [[nodiscard]] virtual std::string short_host_name() const = 0;
    [[nodiscard]] virtual std::optional<std::string> environment(const std::string& name) const = 0;
    [[nodiscard]] virtual std::optional<UserFacts> user(const std::string& name) const = 0;
    [[nodiscard]] virtual std::optional<std::uint32_t> group(const std::string& name) const = 0;
    // A program without a slash is looked for in PATH.
    [[nodiscard]] virtual ScriptFacts script(const std::string& program, const std::string& user) const = 0;
    // A regular file of no great size, with what was true of it when it was read.
    [[nodiscard]] virtual std::expected<KeyFile, ReadFault> key_file(const std::string&) const {
        return std::unexpected(ReadFault::Missing);
    }
    // As whom the service of this host runs the daemon, if that user may not read this file though we may.
    [[nodiscard]] virtual std::optional<std::string> excluded_from(const std::string&) const {
        return std::nullopt;
    }
    // What a name stands for in the lists of this host; none when they don't have it.
    [[nodiscard]] virtual std::optional<std::uint32_t> number_of(NameKind, const std::string&,
                                                                 const NameFolders&) const {
        return std::nullopt;
    }
};

}  // namespace understudy::config
