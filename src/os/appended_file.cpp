#include "understudy/os/appended_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

constexpr mode_t kStateDirectoryMode = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;
// Without O_NONBLOCK opening a FIFO would wait for its reader.
constexpr int kHow = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

UniqueFd open_there(const std::string& path, mode_t mode) {
    UniqueFd fd{uninterrupted([&] { return ::open(path.c_str(), kHow, mode); })};
    const std::size_t slash = path.rfind('/');
    if (fd || errno != ENOENT || slash == std::string::npos || slash == 0) return fd;
    if (::mkdir(path.substr(0, slash).c_str(), kStateDirectoryMode) < 0) return fd;
    return UniqueFd{uninterrupted([&] { return ::open(path.c_str(), kHow, mode); })};
}

}  // namespace

std::expected<AppendedFile, SysError> AppendedFile::open(const std::string& path, mode_t mode,
                                                         std::optional<gid_t> group) {
    UniqueFd fd = open_there(path, mode);
    if (!fd) return std::unexpected(SysError::last("open " + path));
    struct stat status{};
    if (::fstat(fd.get(), &status) < 0) return std::unexpected(SysError::last("examine " + path));
    if (!S_ISREG(status.st_mode))
        return std::unexpected(SysError{"append to " + path + ", which is no file", EINVAL});
    constexpr auto kSameOwner = static_cast<uid_t>(-1);
    if (group && status.st_size == 0 && ::fchown(fd.get(), kSameOwner, *group) < 0)
        return std::unexpected(SysError::last("give " + path + " to its group"));
    return AppendedFile{path, std::move(fd)};
}

std::expected<void, SysError> AppendedFile::append(std::string_view text) {
    struct stat before{};
    if (::fstat(fd_.get(), &before) < 0) return std::unexpected(SysError::last("examine " + path_));
    while (!text.empty()) {
        const ssize_t written = ::write(fd_.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            auto failed = std::unexpected(SysError::last("write " + path_));
            if (uninterrupted([&] { return ::ftruncate(fd_.get(), before.st_size); }) < 0)
                failed.error().attempted += " and take back a part";
            return failed;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::expected<void, SysError> AppendedFile::clear() {
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), 0); }) < 0)
        return std::unexpected(SysError::last("empty " + path_));
    return {};
}

std::uint64_t AppendedFile::size() const {
    struct stat status{};
    return ::fstat(fd_.get(), &status) < 0 ? 0 : static_cast<std::uint64_t>(status.st_size);
}

bool AppendedFile::is_in_place() const {
    struct stat here{};
    struct stat there{};
    if (::fstat(fd_.get(), &here) < 0 || ::lstat(path_.c_str(), &there) < 0) return false;
    return here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

std::expected<void, SysError> rename_file(const std::string& path, const std::string& name) {
    if (::rename(path.c_str(), name.c_str()) < 0)
        return std::unexpected(SysError::last("rename " + path + " to " + name));
    return {};
}

}  // namespace understudy::os
