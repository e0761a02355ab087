#include "understudy/os/users.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace understudy::os {
namespace {

constexpr std::size_t kFirstGroups = 64;
constexpr std::size_t kMostGroups = 65536;  // NGROUPS_MAX: nobody can have more
constexpr std::size_t kFirstRoom = 1024;
constexpr std::size_t kMostRoom = 1u << 20;  // a group with tens of thousands of members fits

// getpwnam_r and getgrnam_r are alike: both want room for strings and say ERANGE when it is too small.
template <typename Entry, typename Lookup>
std::expected<Entry, SysError> look_up(const std::string& name, Lookup lookup, std::string_view kind) {
    for (std::size_t room = kFirstRoom;; room *= 2) {
        std::vector<char> strings(room);
        Entry entry{};
        Entry* found = nullptr;
        const int error = lookup(name.c_str(), &entry, strings.data(), strings.size(), &found);
        if (found != nullptr) return entry;
        if (error == ERANGE && room < kMostRoom) continue;
        // Some data bases report an unknown name as an error of their own (getpwnam(3)); most as no error at
        // all.
        const bool unknown = error == 0 || error == ESRCH || error == EBADF || error == EPERM;
        return std::unexpected(
            SysError{"find the " + std::string{kind} + " '" + name + "'", unknown ? ENOENT : error});
    }
}

std::vector<gid_t> groups_of(const std::string& user, gid_t own) {
    std::vector<gid_t> groups(kFirstGroups);
    for (;;) {
        int count = static_cast<int>(groups.size());
        const bool all = ::getgrouplist(user.c_str(), own, groups.data(), &count) >= 0;
        groups.resize(all ? static_cast<std::size_t>(count) : groups.size() * 2);
        if (all || groups.size() > kMostGroups) return groups;
    }
}

}  // namespace

std::expected<Identity, SysError> lookup_user(const std::string& name) {
    const auto entry = look_up<passwd>(name, ::getpwnam_r, "user");
    if (!entry) return std::unexpected(entry.error());
    return Identity{entry->pw_uid, entry->pw_gid, {}};
}

std::expected<gid_t, SysError> lookup_group(const std::string& name) {
    const auto entry = look_up<group>(name, ::getgrnam_r, "group");
    if (!entry) return std::unexpected(entry.error());
    return entry->gr_gid;
}

std::expected<std::optional<Identity>, SysError> lookup_identity(const std::string& user,
                                                                 const std::string& group,
                                                                 OtherGroups others) {
    if (user.empty() && group.empty()) return std::nullopt;
    Identity found = current_identity();
    if (!user.empty()) {
        auto known = lookup_user(user);
        if (!known) return std::unexpected(known.error());
        found = *std::move(known);
    }
    if (!group.empty()) {
        const auto gid = lookup_group(group);
        if (!gid) return std::unexpected(gid.error());
        found.gid = *gid;
    }
    if (!user.empty() && others == OtherGroups::OfTheUser) found.supplementary = groups_of(user, found.gid);
    return found;
}

Identity current_identity() { return {::geteuid(), ::getegid(), {}}; }

std::string current_user() {
    std::vector<char> strings(kMostRoom);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::geteuid(), &entry, strings.data(), strings.size(), &found);
    return found != nullptr ? entry.pw_name : std::to_string(::geteuid());
}

std::expected<void, SysError> become_nobody() {
    if (::geteuid() != 0) return {};
    const auto nobody = lookup_user("nobody");
    if (!nobody) return std::unexpected(nobody.error());
    if (::setgroups(0, nullptr) < 0 || ::setgid(nobody->gid) < 0 || ::setuid(nobody->uid) < 0)
        return std::unexpected(SysError::last("give up the rights of root"));
    return {};
}

}  // namespace understudy::os
