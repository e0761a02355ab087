#include "understudy/os/kept_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

constexpr mode_t kOwnerAlone = S_IRUSR | S_IWUSR;
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
constexpr int kHowKept = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

UniqueFd open_kept(const std::string& path, int more = 0) {
    return UniqueFd{uninterrupted([&] { return ::open(path.c_str(), kHowKept | more, kOwnerAlone); })};
}

bool is_only_ours(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid() &&
           facts.st_nlink == 1 && (facts.st_mode & kOthersMayWrite) == 0;
}

}  // namespace

std::expected<KeptFile, SysError> KeptFile::open(const std::string& path) {
    UniqueFd fd = open_kept(path);
    const SysError refused = SysError::last("keep a file " + path);  // if it was
    if (fd && is_only_ours(fd.get())) return KeptFile{path, std::move(fd)};
    struct stat there{};
    const bool is_file =
        ::lstat(path.c_str(), &there) == 0 && (S_ISREG(there.st_mode) || S_ISLNK(there.st_mode));
    if (!fd && !is_file) return std::unexpected(refused);
    if (is_file && ::unlink(path.c_str()) == 0) fd = open_kept(path, O_EXCL);
    if (!fd) return std::unexpected(SysError::last("keep a file " + path));
    if (!is_only_ours(fd.get()))
        return std::unexpected(SysError{"keep anything in " + path + ", which is not ours alone", EEXIST});
    return KeptFile{path, std::move(fd)};
}

std::string KeptFile::content() const {
    std::string text(kMost, '\0');
    const ssize_t size = uninterrupted([&] { return ::pread(fd_.get(), text.data(), text.size(), 0); });
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

// What was longer is covered with empty lines in the same write, and cut off afterwards.
std::expected<void, SysError> KeptFile::replace(std::string_view content) {
    struct stat before{};
    if (::fstat(fd_.get(), &before) < 0) return std::unexpected(SysError::last("examine " + path_));
    std::string text{content};
    if (text.size() > kMost) return std::unexpected(SysError{"keep that much in " + path_, EFBIG});
    if (static_cast<std::size_t>(before.st_size) > text.size())
        text.resize(static_cast<std::size_t>(before.st_size), '\n');
    const ssize_t written = uninterrupted([&] { return ::pwrite(fd_.get(), text.data(), text.size(), 0); });
    if (written != static_cast<ssize_t>(text.size()))
        return std::unexpected(written < 0 ? SysError::last("write " + path_)
                                           : SysError{"write all of " + path_, ENOSPC});
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(content.size())); }) < 0)
        return std::unexpected(SysError::last("cut " + path_));
    return {};
}

void remove_empty_file(const std::string& path) {
    struct stat there{};
    if (::lstat(path.c_str(), &there) == 0 && S_ISREG(there.st_mode) && there.st_size == 0)
        ::unlink(path.c_str());
}

}  // namespace understudy::os
