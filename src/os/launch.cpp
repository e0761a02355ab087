#include "launch.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/os/files.hpp"

#include "first_scheduling.hpp"
#include "raw_identity.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kStackSize = 64u << 10;
constexpr mode_t kScriptMask = 0177;
constexpr int kCannotExecute = 127;
constexpr int kLastSignal = 64;

enum class Stage : std::uint8_t { Prepare, BecomeUser, Execute };

// All the child needs, laid out before it is born: sharing our memory, it may neither allocate nor lock.
struct Plan {
    std::vector<std::string> programs;  // to try in this order
    std::vector<char*> arguments;
    std::vector<char*> environment;
    const Identity* identity = nullptr;
    const LaunchScheduling* scheduling = nullptr;
    int null = -1;
    Stage stage = Stage::Prepare;  // where it failed
    int error = 0;
};

void reset_signals() {
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number <= kLastSignal; ++number) ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool prepare(const Plan& plan) {
    if (::setpgid(0, 0) < 0) return false;
    ::umask(kScriptMask);
    plan.scheduling->in_child();
    for (int standard = 0; standard <= 2; ++standard)
        if (::dup2(plan.null, standard) < 0) return false;
    // Ours are all close-on-exec; this is for what we inherited ourselves. Before Linux 5.11 there is no such
    // flag.
    ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    return true;
}

// As execvp(3): a program that we may not execute is remembered, but one further on in PATH is preferred.
int execute(const Plan& plan) {
    int error = ENOENT;
    for (const std::string& program : plan.programs) {
        ::execve(program.c_str(), plan.arguments.data(), plan.environment.data());
        if (errno != ENOENT && errno != ENOTDIR) error = errno;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
    }
    return error;
}

int child_main(void* argument) {
    Plan& plan = *static_cast<Plan*>(argument);
    reset_signals();
    plan.stage = Stage::Prepare;
    if (!prepare(plan)) {
        plan.error = errno;
        ::_exit(kCannotExecute);
    }
    plan.stage = Stage::BecomeUser;
    if (plan.identity != nullptr && !become(*plan.identity)) {
        plan.error = errno;
        ::_exit(kCannotExecute);
    }
    plan.stage = Stage::Execute;
    plan.error = execute(plan);
    ::_exit(kCannotExecute);
}

// What could make a script's interpreter, running as another user, do something else than the script says.
bool is_passed_on(std::string_view assignment) {
    for (const std::string_view name : {"IFS=", "LD_PRELOAD=", "LD_LIBRARY_PATH="})
        if (assignment.starts_with(name)) return false;
    return true;
}

// The kernel takes char*, and changes nothing behind it.
char* as_argument(const std::string& word) { return const_cast<char*>(word.c_str()); }

Plan make_plan(const SpawnRequest& request, int null) {
    Plan plan;
    plan.programs = program_candidates(request.words.front());
    for (const std::string& word : request.words) plan.arguments.push_back(as_argument(word));
    for (const std::string& word : request.extra_words) plan.arguments.push_back(as_argument(word));
    plan.arguments.push_back(nullptr);
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        if (is_passed_on(*variable)) plan.environment.push_back(*variable);
    plan.environment.push_back(nullptr);
    // Without privileges we can only be ourselves, and need not ask.
    const Identity ours = current_identity();
    const bool already = ours.uid != 0 && request.identity && request.identity->uid == ours.uid &&
                         request.identity->gid == ours.gid;
    if (request.identity && !already) plan.identity = &*request.identity;
    plan.null = null;
    return plan;
}

SysError failure(const Plan& plan, const SpawnRequest& request) {
    const std::string& program = request.words.front();
    switch (plan.stage) {
        case Stage::Prepare:
            return {"prepare to run " + program, plan.error};
        case Stage::BecomeUser:
            return {"become user " + std::to_string(plan.identity->uid) + " to run " + program, plan.error};
        case Stage::Execute:
            return {"run " + program, plan.error};
    }
    return {"run " + program, plan.error};
}

// While the child shares our memory a handler of ours must not run in it.
class AllSignalsBlocked {
public:
    AllSignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

std::expected<Launcher, SysError> Launcher::open() {
    const UniqueFd any{uninterrupted([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); })};
    if (!any) return std::unexpected(SysError::last("open /dev/null"));
    UniqueFd null{::fcntl(any.get(), F_DUPFD_CLOEXEC, 3)};
    if (!null) return std::unexpected(SysError::last("open /dev/null"));
    void* const room =
        ::mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (room == MAP_FAILED) return std::unexpected(SysError::last("make a stack for children"));
    return Launcher{std::move(null), Stack{static_cast<std::byte*>(room)}};
}

Launcher::Launcher(UniqueFd null, Stack stack) : null_(std::move(null)), stack_(std::move(stack)) {}

void Launcher::Unmap::operator()(std::byte* stack) const noexcept { ::munmap(stack, kStackSize); }

std::expected<Launched, SysError> Launcher::launch(const SpawnRequest& request) {
    UNDERSTUDY_ASSERT(!request.words.empty());
    Plan plan = make_plan(request, null_.get());
    int pidfd = -1;
    pid_t pid = -1;
    {
        const AllSignalsBlocked blocked;
        const LaunchScheduling scheduling;
        plan.scheduling = &scheduling;
        // As vfork(2), so that nothing of us is copied, but with a stack of its own: we sleep until it has
        // become the program or ended, and then read from the shared plan which of the two.
        pid = ::clone(child_main, stack_.get() + kStackSize, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
                      &plan, &pidfd);
        if (pid > 0) scheduling.lower(pid);
    }
    if (pid < 0) return std::unexpected(SysError::last("start a process for " + request.words.front()));
    Launched launched{pid, UniqueFd{pidfd}};
    if (plan.error == 0) return launched;
    siginfo_t info{};
    uninterrupted([&] { return ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED); });
    return std::unexpected(failure(plan, request));
}

}  // namespace understudy::os
