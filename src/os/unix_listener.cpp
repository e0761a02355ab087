#include "unix_listener.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "unix_address.hpp"

namespace understudy::os {

namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kClosed = 0600;
constexpr mode_t kSocketMode = 0660;
constexpr mode_t kModeForAll = 0666;
constexpr int kBacklog = 64;
constexpr std::size_t kMostGroupsOfPeer = 65536;  // the kernel's own limit

std::expected<UniqueFd, SysError> open_socket() {
    UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a local socket"));
    return fd;
}

// What stands in the way goes if it is a socket at which nobody listens any more.
std::expected<void, SysError> clear(const std::string& path, const sockaddr_un& address) {
    struct stat there{};
    if (::lstat(path.c_str(), &there) < 0) {
        if (errno == ENOENT) return {};
        return std::unexpected(SysError::last("look at " + path));
    }
    if (!S_ISSOCK(there.st_mode))
        return std::unexpected(SysError{"replace " + path + ", which is no socket", EEXIST});
    const auto probe = open_socket();
    if (!probe) return std::unexpected(probe.error());
    if (::connect(probe->get(), generic(address), sizeof address) == 0 || errno == EAGAIN)
        return std::unexpected(SysError{"listen at " + path + ", where another process does", EADDRINUSE});
    if (errno == ENOENT) return {};  // its owner has just left
    if (errno != ECONNREFUSED) return std::unexpected(SysError::last("ask who listens at " + path));
    if (::unlink(path.c_str()) < 0 && errno != ENOENT)
        return std::unexpected(SysError::last("remove the socket of a dead process at " + path));
    return {};
}

std::expected<void, SysError> open_as_wanted(const ControlSocketOptions& options) {
    const std::string& path = options.path;
    if (options.group && ::lchown(path.c_str(), static_cast<uid_t>(-1), *options.group) < 0)
        return std::unexpected(SysError::last("give " + path + " to its group"));
    if (::chmod(path.c_str(), options.mode.value_or(options.open_to_all ? kModeForAll : kSocketMode)) < 0)
        return std::unexpected(SysError::last("set the mode of " + path));
    return {};
}

}  // namespace

std::expected<UniqueFd, SysError> listen_at(const ControlSocketOptions& options) {
    const std::string& path = options.path;
    const auto address = unix_address(path, "listen at");
    if (!address) return std::unexpected(address.error());
    if (const std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0)
        ::mkdir(path.substr(0, slash).c_str(), kDirectoryMode);  // if that fails, bind() says why
    if (const auto cleared = clear(path, *address); !cleared) return std::unexpected(cleared.error());
    auto fd = open_socket();
    if (!fd) return fd;
    // The file is made with the mode of the descriptor: nobody connects before its owners are set.
    if (::fchmod(fd->get(), kClosed) < 0) return std::unexpected(SysError::last("close the socket " + path));
    if (::bind(fd->get(), generic(*address), sizeof *address) < 0)
        return std::unexpected(SysError::last("make the socket " + path));
    // At once: whoever finds the file is heard.
    const bool listens = ::listen(fd->get(), kBacklog) == 0;
    const std::expected<void, SysError> opened =
        listens ? open_as_wanted(options) : std::unexpected(SysError::last("listen at " + path));
    if (opened) return fd;
    ::unlink(path.c_str());
    return std::unexpected(opened.error());
}

std::optional<ino_t> inode_at(const std::string& path) {
    struct stat there{};
    if (::lstat(path.c_str(), &there) < 0) return std::nullopt;
    return there.st_ino;
}

bool stands_at(const std::string& path, ino_t inode) { return inode_at(path) == inode; }

std::expected<Peer, SysError> peer_of(int connection) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return std::unexpected(SysError::last("ask who connected"));
    Peer peer{credentials.pid, credentials.uid, {credentials.gid}};
    std::vector<gid_t> groups(64);
    size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    int result = ::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (result < 0 && errno == ERANGE && size <= kMostGroupsOfPeer * sizeof(gid_t)) {
        groups.resize(size / sizeof(gid_t));
        result = ::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    }
    // Without the kernel's word a client has no further groups, and so no further rights.
    if (result < 0) return peer;
    groups.resize(size / sizeof(gid_t));
    peer.groups.insert(peer.groups.end(), groups.begin(), groups.end());
    return peer;
}

}  // namespace understudy::os
