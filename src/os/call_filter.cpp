#include "understudy/os/call_filter.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/socket.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include "readiness.hpp"

namespace understudy::os {

namespace {

// Names, because not every architecture and no older header has all of them.
constexpr std::array kAllowedCalls{
    // Memory.
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "mlock", "mlock2", "munlock",
    "mlockall", "munlockall", "msync", "mincore", "membarrier", "memfd_create",
    // What is open, and reading what is not; openat is below.
    "close", "close_range", "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64",
    "pwritev", "pwritev2", "lseek", "_llseek", "stat", "stat64", "lstat", "lstat64", "fstat", "fstat64",
    "newfstatat", "fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fchdir", "dup",
    "dup2", "dup3", "fcntl", "fcntl64", "flock", "fsync", "fdatasync", "ftruncate", "ftruncate64",
    "fallocate", "fadvise64", "fadvise64_64", "readahead", "ioctl", "pipe", "pipe2", "umask", "inotify_init",
    "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "sendfile", "sendfile64", "splice", "tee",
    // Waiting.
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "epoll_create",
    "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_wait", "epoll_wait_old", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime",
    "timerfd_settime64", "timerfd_gettime", "timerfd_gettime64", "pause", "wait4", "waitid", "waitpid",
    // Sockets; socket is below.
    "socketpair", "bind", "connect", "listen", "accept", "accept4", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "shutdown", "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom",
    "recvmsg", "recvmmsg", "recvmmsg_time64",
    // Time.
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "clock_nanosleep",
    "clock_nanosleep_time64", "nanosleep", "gettimeofday", "time", "times", "getitimer", "setitimer", "alarm",
    "timer_create", "timer_settime", "timer_settime64", "timer_gettime", "timer_gettime64", "timer_delete",
    "timer_getoverrun",
    // Signals. Whom they reach is a matter of rights.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "sigaltstack", "sigreturn", "sigaction",
    "sigprocmask", "kill", "tkill", "tgkill", "pidfd_open", "pidfd_send_signal", "restart_syscall",
    // Itself: who it is, and how it runs.
    "getpid", "gettid", "getppid", "getpgid", "getpgrp", "getsid", "getuid", "getuid32", "geteuid",
    "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getresuid", "getresuid32", "getresgid",
    "getresgid32", "getgroups", "getgroups32", "capget", "prctl", "arch_prctl", "getrusage", "getrlimit",
    "ugetrlimit", "setrlimit", "prlimit64", "getpriority", "setpriority", "ioprio_get", "ioprio_set",
    "sched_setscheduler", "sched_getscheduler", "sched_setparam", "sched_getparam", "sched_setattr",
    "sched_getattr", "sched_setaffinity", "sched_getaffinity", "sched_get_priority_min",
    "sched_get_priority_max", "sched_rr_get_interval", "sched_rr_get_interval_time64", "sched_yield",
    "sysinfo", "uname", "getcpu", "getrandom", "set_tid_address", "set_robust_list", "get_robust_list",
    "rseq", "futex", "futex_time64", "futex_waitv", "set_thread_area", "get_thread_area", "exit",
    "exit_group"};

constexpr std::array kFamilies{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

constexpr scmp_datum_t kMakesAFile = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
constexpr const char* kNewestOfTheList = "futex_waitv";

// For the handler of SIGSYS.
std::atomic<int> refusal_writer{-1};
std::atomic<int> newest_call{0};

#if defined(__x86_64__) || defined(__aarch64__)
constexpr std::uint32_t kOtherwise = SCMP_ACT_TRAP;
#else
// The result of a call lies elsewhere on each architecture; here the kernel fails it, and only its own log
// tells.
constexpr std::uint32_t kOtherwise = SCMP_ACT_ERRNO(EPERM);
#endif

void fail_call(ucontext_t& context, int error) {
#if defined(__x86_64__)
    context.uc_mcontext.gregs[REG_RAX] = -error;
#elif defined(__aarch64__)
    context.uc_mcontext.regs[0] = static_cast<std::uint64_t>(-error);
#else
    static_cast<void>(context);
    static_cast<void>(error);
#endif
}

// It was called in place of the system call, and the process goes on behind that.
void on_refused_call(int, siginfo_t* info, void* context) {
    const int number = info->si_syscall;
    fail_call(*static_cast<ucontext_t*>(context), number > newest_call.load() ? ENOSYS : EPERM);
    [[maybe_unused]] const ssize_t written = ::write(refusal_writer.load(), &number, sizeof number);
}

struct FreeFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FreeFilter>;

// 0, or an errno with its sign.
int allow_listed(const Filter& filter) {
    for (const char* const name : kAllowedCalls) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number < 0) continue;
        if (const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0); error != 0)
            return error;
    }
    return 0;
}

// Those whose arguments count.
int allow_in_part(const Filter& filter) {
    for (const auto& [name, flags_at] : {std::pair{"open", 1u}, std::pair{"openat", 2u}}) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number < 0) continue;
        const scmp_arg_cmp makes_none{flags_at, SCMP_CMP_MASKED_EQ, kMakesAFile, 0};
        if (const int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, number, 1, &makes_none);
            error != 0)
            return error;
    }
    for (const int family : kFamilies) {
        const scmp_arg_cmp of_family{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0};
        if (const int error =
                seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &of_family);
            error != 0)
            return error;
    }
    return 0;
}

std::unexpected<SysError> filter_refused(int error) {
    return std::unexpected(SysError{"filter the system calls of this process", std::abs(error)});
}

}  // namespace

std::expected<UniqueFd, SysError> filter_calls() {
    const Filter filter{seccomp_init(kOtherwise)};
    if (!filter) return filter_refused(ENOMEM);
    seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, kOtherwise);
    seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a search tree: some calls are made often
    if (kOtherwise != SCMP_ACT_TRAP) seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_LOG, 1);
    if (const int error = allow_listed(filter); error != 0) return filter_refused(error);
    if (const int error = allow_in_part(filter); error != 0) return filter_refused(error);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0)
        return std::unexpected(SysError::last("open a pipe"));
    UniqueFd reader{ends[0]};
    refusal_writer = ends[1];  // as long as the filter, which is for ever
    newest_call = seccomp_syscall_resolve_name(kNewestOfTheList);
    struct sigaction action{};
    action.sa_sigaction = on_refused_call;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigaction(SIGSYS, &action, nullptr);
    if (const int error = seccomp_load(filter.get()); error != 0) return filter_refused(error);
    return reader;
}

struct RefusedCalls::State {
    State(Loop& loop, UniqueFd reader, std::function<void(const std::string&)> told)
        : refused(std::move(reader)),
          tell(std::move(told)),
          readiness(loop, refused.get(), [this] { read(); }) {}

    void read() {
        int number = 0;
        while (::read(refused.get(), &number, sizeof number) == sizeof number)
            if (known.insert(number).second) tell(name_of(number));
    }

    static std::string name_of(int number) {
        const std::unique_ptr<char, decltype(&std::free)> name{
            seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number), &std::free};
        return name ? std::string{name.get()} : "number " + std::to_string(number);
    }

    UniqueFd refused;
    std::function<void(const std::string&)> tell;
    std::set<int> known;
    Readiness readiness;
};

RefusedCalls::RefusedCalls(Loop& loop, UniqueFd refused, std::function<void(const std::string& call)> told)
    : state_(std::make_unique<State>(loop, std::move(refused), std::move(told))) {}
RefusedCalls::RefusedCalls(RefusedCalls&&) noexcept = default;
RefusedCalls& RefusedCalls::operator=(RefusedCalls&&) noexcept = default;
RefusedCalls::~RefusedCalls() = default;

}  // namespace understudy::os
