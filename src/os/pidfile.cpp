#include "understudy/os/pidfile.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr mode_t kFileMode = 0644;

std::unexpected<PidFileError> file_failed(SysError error) {
    return std::unexpected(PidFileError{false, std::nullopt, std::move(error)});
}

// Of the open file description, so that it survives the fork that makes us a daemon and is not lost when some
// library opens and closes the same file.
bool lock(int fd) {
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

std::optional<pid_t> read_pid(int fd) {
    std::array<char, 32> text{};
    const ssize_t size = uninterrupted([&] { return ::pread(fd, text.data(), text.size(), 0); });
    if (size <= 0) return std::nullopt;
    const std::string_view line{text.data(), static_cast<std::size_t>(size)};
    return parse_number<pid_t>(line.substr(0, line.find('\n')));
}

// A daemon that ends may remove the file between our open and our lock; then we hold a lock nobody will ever
// see. If that cannot be found out, errno says why.
bool is_still_at(const std::string& path, int fd) {
    struct stat ours{};
    struct stat there{};
    errno = 0;  // if it is another one
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

std::expected<UniqueFd, PidFileError> open_locked(const std::string& path) {
    for (;;) {
        UniqueFd fd{uninterrupted(
            [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kFileMode); })};
        if (!fd) return file_failed(SysError::last("open the pid file " + path));
        if (!lock(fd.get())) {
            const SysError error = SysError::last("lock the pid file " + path);
            const bool held = error.code == EAGAIN || error.code == EACCES;
            return std::unexpected(PidFileError{held, held ? read_pid(fd.get()) : std::nullopt, error});
        }
        if (is_still_at(path, fd.get())) return fd;
        if (errno != 0 && errno != ENOENT) return file_failed(SysError::last("look at the pid file " + path));
    }
}

}  // namespace

std::expected<PidFile, PidFileError> PidFile::create(const std::string& path, pid_t pid) {
    make_runtime_folders_of(path);
    auto fd = open_locked(path);
    if (!fd) return std::unexpected(fd.error());
    PidFile file{path, *std::move(fd)};
    file.left_behind_ = read_pid(file.fd_.get()).has_value();
    if (auto written = file.write(pid); !written) return file_failed(written.error());
    return file;
}

PidFile PidFile::taken_over(std::string path, UniqueFd fd) { return {std::move(path), std::move(fd)}; }

PidFile::PidFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

PidFile& PidFile::operator=(PidFile&& other) noexcept {
    if (this == &other) return *this;
    remove();
    path_ = std::move(other.path_);
    fd_ = std::move(other.fd_);
    left_behind_ = other.left_behind_;
    return *this;
}

PidFile::~PidFile() { remove(); }

void PidFile::remove() noexcept {
    // Removed while the lock is still held: whoever comes next finds either our lock or no file.
    if (fd_ && is_still_at(path_, fd_.get())) ::unlink(path_.c_str());
    fd_ = UniqueFd{};
}

std::expected<void, SysError> PidFile::write(pid_t pid) {
    const std::string line = std::to_string(pid) + "\n";
    // The umask must not make it unreadable for monitoring.
    if (::fchmod(fd_.get(), kFileMode) < 0)
        return std::unexpected(SysError::last("set the mode of " + path_));
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), 0); }) < 0)
        return std::unexpected(SysError::last("empty " + path_));
    if (uninterrupted([&] { return ::pwrite(fd_.get(), line.data(), line.size(), 0); }) !=
        static_cast<ssize_t>(line.size()))
        return std::unexpected(SysError::last("write " + path_));
    return {};
}

void PidFile::abandon() { fd_ = UniqueFd{}; }

}  // namespace understudy::os
