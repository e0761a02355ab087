#include "understudy/os/notify_pipe.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

// Reading too: then opening does not wait for a reader, and writing without one is no error.
UniqueFd open_pipe(const std::string& path) {
    return UniqueFd{
        uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); })};
}

bool give_to(int fd, const PipeOwner& owner) {
    return ::fchown(fd, owner.uid, owner.gid) == 0 && ::fchmod(fd, owner.mode) == 0;
}

}  // namespace

std::expected<NotifyPipe, SysError> NotifyPipe::open(const std::string& path, const PipeOwner& owner) {
    const bool made = ::mkfifo(path.c_str(), S_IRUSR | S_IWUSR) == 0;
    if (!made && errno != EEXIST) return std::unexpected(SysError::last("make the notify pipe " + path));
    // Asked before it is opened, because opening a device may do something.
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) return std::unexpected(SysError::last("look at " + path));
    if (!S_ISFIFO(facts.st_mode))
        return std::unexpected(SysError{"use " + path + " as a notify pipe, which it is not", EEXIST});
    NotifyPipe pipe{path, open_pipe(path), made};
    if (!pipe.fd_) return std::unexpected(SysError::last("open the notify pipe " + path));
    if (made && !give_to(pipe.fd_.get(), owner))
        return std::unexpected(SysError::last("set owner and mode of the notify pipe " + path));
    return pipe;
}

NotifyPipe::NotifyPipe(std::string path, UniqueFd fd, bool made)
    : path_(std::move(path)), fd_(std::move(fd)), made_(made) {}

NotifyPipe::NotifyPipe(NotifyPipe&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::move(other.fd_)), made_(std::exchange(other.made_, false)) {}

NotifyPipe& NotifyPipe::operator=(NotifyPipe&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    std::swap(made_, other.made_);
    return *this;
}

// Somebody may have put another file in its place, which is then not ours to remove.
NotifyPipe::~NotifyPipe() {
    if (made_ && is_still_ours()) ::unlink(path_.c_str());
}

bool NotifyPipe::is_still_ours() const {
    struct stat opened{};
    struct stat named{};
    if (!fd_ || ::fstat(fd_.get(), &opened) != 0 || ::lstat(path_.c_str(), &named) != 0) return false;
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

std::expected<void, SysError> NotifyPipe::write_line(std::string_view line) {
    const std::string text = std::string{line} + '\n';
    const std::string attempted = "write a line into the notify pipe " + path_;
    if (text.size() > PIPE_BUF) return std::unexpected(SysError{attempted, EMSGSIZE});
    // Up to PIPE_BUF the kernel takes all or nothing.
    if (uninterrupted([&] { return ::write(fd_.get(), text.data(), text.size()); }) < 0)
        return std::unexpected(SysError::last(attempted));
    return {};
}

}  // namespace understudy::os
