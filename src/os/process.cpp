#include "understudy/os/process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "understudy/os/sysctl.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

std::optional<ProcessEnd> wait_child(pid_t process, int options) {
    int status = 0;
    pid_t ended = 0;
    do {
        ended = ::waitpid(process, &status, options);
    } while (ended < 0 && errno == EINTR);
    if (ended <= 0) return std::nullopt;
    if (WIFSIGNALED(status)) return ProcessEnd{ended, true, WTERMSIG(status)};
    return ProcessEnd{ended, false, WEXITSTATUS(status)};
}

}  // namespace

std::expected<pid_t, SysError> fork_process() {
    const pid_t child = ::fork();
    if (child < 0) return std::unexpected(SysError::last("start another process"));
    return child;
}

pid_t process_id() { return ::getpid(); }
pid_t parent_process_id() { return ::getppid(); }

std::expected<void, SysError> detach_from_terminal() {
    if (::setsid() < 0) return std::unexpected(SysError::last("start a session"));
    if (::chdir("/") < 0) return std::unexpected(SysError::last("change to the root directory"));
    const UniqueFd null{uninterrupted([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); })};
    if (!null) return std::unexpected(SysError::last("open /dev/null"));
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::dup2(null.get(), stream) < 0)
            return std::unexpected(SysError::last("redirect the standard streams"));
    return {};
}

std::expected<void, SysError> enter_network_namespace(const std::string& name) {
    const std::string path = "/run/netns/" + name;
    const UniqueFd space{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); })};
    if (!space) return std::unexpected(SysError::last("open network namespace " + path));
    if (::setns(space.get(), CLONE_NEWNET) < 0)
        return std::unexpected(SysError::last("enter network namespace " + name));
    return {};
}

void name_process(std::string_view name) {
    std::array<char, 16> cut{};
    name.copy(cut.data(), cut.size() - 1);
    ::prctl(PR_SET_NAME, cut.data());
}

std::string process_name() {
    std::array<char, 16> name{};
    ::prctl(PR_GET_NAME, name.data());
    return name.data();
}

void receive_at_parents_death(int signal) { ::prctl(PR_SET_PDEATHSIG, signal); }

void live_at_most(seconds time) { ::alarm(static_cast<unsigned>(time.count())); }

void set_file_creation_mask(mode_t mask) { ::umask(mask); }

std::expected<void, SysError> allow_core_dumps() {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_CORE, &unlimited) < 0)
        return std::unexpected(SysError::last("raise the core file limit"));
    return {};
}

std::expected<void, SysError> set_core_pattern(const std::string& pattern) {
    return write_sysctl("kernel/core_pattern", pattern);
}

bool send_signal(pid_t process, int signal) { return process > 0 && ::kill(process, signal) == 0; }

// Those of other threads are their business (child.hpp).
std::optional<ProcessEnd> reap_process() { return wait_child(-1, WNOHANG | __WNOTHREAD); }

std::optional<ProcessEnd> reap_process(pid_t process) {
    if (process <= 0) return std::nullopt;
    return wait_child(process, WNOHANG);
}

std::optional<ProcessEnd> wait_for_process(pid_t process) { return wait_child(process, 0); }

std::expected<UniqueFd, SysError> memory_file(const std::string& name) {
    UniqueFd file{::memfd_create(name.c_str(), MFD_CLOEXEC)};
    if (!file) return std::unexpected(SysError::last("create a file in memory"));
    return file;
}

std::expected<void, SysError> store(const UniqueFd& file, std::string_view content) {
    if (uninterrupted([&] { return ::ftruncate(file.get(), 0); }) < 0)
        return std::unexpected(SysError::last("empty a file in memory"));
    off_t at = 0;
    while (!content.empty()) {
        const ssize_t written = ::pwrite(file.get(), content.data(), content.size(), at);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return std::unexpected(SysError::last("write to a file in memory"));
        content.remove_prefix(static_cast<std::size_t>(written));
        at += written;
    }
    return {};
}

std::expected<std::string, SysError> stored(const UniqueFd& file) {
    struct stat facts{};
    if (::fstat(file.get(), &facts) < 0)
        return std::unexpected(SysError::last("ask for the size of a file in memory"));
    std::string content(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t at = 0;
    while (at < content.size()) {
        const ssize_t got =
            ::pread(file.get(), content.data() + at, content.size() - at, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(SysError::last("read a file in memory"));
        if (got == 0) break;
        at += static_cast<std::size_t>(got);
    }
    content.resize(at);
    return content;
}

std::expected<Pipe, SysError> open_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0)
        return std::unexpected(SysError::last("open a pipe"));
    return Pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

std::expected<SocketPair, SysError> open_socket_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) < 0)
        return std::unexpected(SysError::last("open a pair of sockets"));
    return SocketPair{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

void signal_through(const UniqueFd& write_end) { send_octet(write_end, '!'); }

void send_octet(const UniqueFd& write_end, std::uint8_t octet) {
    // Full means that the reader has not yet looked at what is there already: nothing is lost.
    [[maybe_unused]] const ssize_t written = ::write(write_end.get(), &octet, 1);
}

std::expected<UniqueFd, SysError> copy_of(const UniqueFd& descriptor) {
    UniqueFd copy{::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0)};
    if (!copy) return std::unexpected(SysError::last("share a descriptor"));
    return copy;
}

}  // namespace understudy::os
