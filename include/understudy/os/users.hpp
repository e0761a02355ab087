// Users and groups by name, from the system's data base.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// As whom a process runs.
struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> supplementary;

    friend bool operator==(const Identity&, const Identity&) = default;
};

// The user and its own group, without supplementary groups. ENOENT: there is no such user.
[[nodiscard]] std::expected<Identity, SysError> lookup_user(const std::string& name);
// ENOENT: there is no such group.
[[nodiscard]] std::expected<gid_t, SysError> lookup_group(const std::string& name);
enum class OtherGroups : std::uint8_t { None, OfTheUser };
// As whom a command of this user and group runs, either of which may be empty: an empty group is the user's
// own. None: neither is given, and it runs as ourselves.
[[nodiscard]] std::expected<std::optional<Identity>, SysError> lookup_identity(
    const std::string& user, const std::string& group, OtherGroups others = OtherGroups::None);

// The effective user and group of this process.
[[nodiscard]] Identity current_identity();
// The name of that user; its number, if it has none.
[[nodiscard]] std::string current_user();
// For a process of root that deals with strangers: from now on it may do no more than anybody. A process of
// another user stays what it is.
[[nodiscard]] std::expected<void, SysError> become_nobody();

}  // namespace understudy::os
