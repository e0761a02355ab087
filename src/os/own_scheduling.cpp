#include "understudy/os/own_scheduling.hpp"

#include <linux/capability.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <utility>

#include "understudy/os/signals.hpp"
#include "understudy/os/unique_fd.hpp"

#include "capability.hpp"
#include "first_scheduling.hpp"
#include "readiness.hpp"

namespace understudy::os {

namespace {

constexpr int kDone = 0;

// Where the signal handler says that it was called.
std::atomic<int> limit_reached_writer{-1};
static_assert(std::atomic<int>::is_always_lock_free);

// Written once, before it is said to be known: whoever starts programs may be another thread.
constinit rlimit limit_before{};
constinit std::atomic<bool> is_limit_changed{false};

int answer(long result) { return result < 0 ? errno : kDone; }

int set_policy(int policy, const sched_param& parameters) {
    return answer(::syscall(SYS_sched_setscheduler, 0, policy, &parameters));
}

// Whatever we were working on goes on after this, with no more right to the processor than anybody else.
void on_limit(int) {
    const int error_before = errno;
    set_policy(SCHED_OTHER, {});
    const std::uint64_t once = 1;
    [[maybe_unused]] const ssize_t written = ::write(limit_reached_writer.load(), &once, sizeof once);
    errno = error_before;
}

int set_nice(const Scheduling& wanted, const FirstScheduling& first) {
    return answer(::setpriority(PRIO_PROCESS, 0, wanted.nice.value_or(first.nice)));
}

int set_processors(const Scheduling& wanted, const FirstScheduling& first) {
    cpu_set_t allowed = first.processors;
    if (!wanted.cpus.empty()) CPU_ZERO(&allowed);
    for (const std::uint32_t cpu : wanted.cpus) CPU_SET(cpu, &allowed);
    return answer(::sched_setaffinity(0, sizeof allowed, &allowed));
}

// Only the soft limit: at the hard one the kernel kills the process.
int set_realtime_limit(const Scheduling& wanted, const FirstScheduling&) {
    if (!is_limit_changed.load()) ::getrlimit(RLIMIT_RTTIME, &limit_before);
    is_limit_changed = true;
    rlimit limit = limit_before;
    if (wanted.realtime)
        limit.rlim_cur = std::min<rlim_t>(static_cast<rlim_t>(wanted.realtime_limit.count()), limit.rlim_max);
    return answer(::setrlimit(RLIMIT_RTTIME, &limit));
}

int set_realtime(const Scheduling& wanted, const FirstScheduling& first) {
    if (!wanted.realtime) return set_policy(first.policy, first.parameters);
    const auto [least, most] =
        std::pair{::sched_get_priority_min(SCHED_RR), ::sched_get_priority_max(SCHED_RR)};
    return set_policy(SCHED_RR,
                      {.sched_priority = std::clamp(static_cast<int>(*wanted.realtime), least, most)});
}

// Locking what we have and will have within a limit would make the kernel refuse memory later, at the worst
// of times.
bool may_lock_all_memory() {
    rlimit limit{};
    return is_capable_of(CAP_IPC_LOCK) ||
           (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

int set_memory(const Scheduling& wanted, const FirstScheduling&) {
    if (!wanted.no_swap) return answer(::munlockall());
    if (!may_lock_all_memory()) return EPERM;
    return answer(::mlockall(MCL_CURRENT | MCL_FUTURE));
}

// What nobody has asked for is not touched: an operator may have set it for this process.
struct Step {
    SchedulingPart part;
    bool (*asked)(const Scheduling&);
    int (*set)(const Scheduling&, const FirstScheduling&);
};
bool wants_nice(const Scheduling& wanted) { return wanted.nice.has_value(); }
bool wants_realtime(const Scheduling& wanted) { return wanted.realtime.has_value(); }
bool wants_processors(const Scheduling& wanted) { return !wanted.cpus.empty(); }
bool wants_memory(const Scheduling& wanted) { return wanted.no_swap; }
// The limit before it counts.
constexpr Step kSteps[] = {{SchedulingPart::Processors, wants_processors, set_processors},
                           {SchedulingPart::Nice, wants_nice, set_nice},
                           {SchedulingPart::RealtimeLimit, wants_realtime, set_realtime_limit},
                           {SchedulingPart::Realtime, wants_realtime, set_realtime},
                           {SchedulingPart::Memory, wants_memory, set_memory}};

}  // namespace

FirstScheduling FirstScheduling::read() {
    FirstScheduling first;
    first.policy = ::sched_getscheduler(0);
    ::sched_getparam(0, &first.parameters);
    first.nice = ::getpriority(PRIO_PROCESS, 0);
    ::sched_getaffinity(0, sizeof first.processors, &first.processors);
    return first;
}

std::optional<FirstScheduling>& first_scheduling() {
    static thread_local constinit std::optional<FirstScheduling> first;
    return first;
}

const rlimit* first_realtime_limit() { return is_limit_changed.load() ? &limit_before : nullptr; }

struct OwnScheduling::State {
    State(Loop& loop, UniqueFd event, std::move_only_function<void()> told)
        : reached(std::move(event)), limit_reached(std::move(told)), readiness(loop, reached.get(), [this] {
              std::uint64_t times = 0;
              if (::read(reached.get(), &times, sizeof times) == sizeof times) limit_reached();
          }) {
        limit_reached_writer = reached.get();
        struct sigaction action{};
        action.sa_handler = on_limit;
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGXCPU, &action, &before);
        release_signals(std::array{SIGXCPU});  // here, where the work is done, if there are other threads
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        ::sigaction(SIGXCPU, &before, nullptr);
        limit_reached_writer = -1;
    }

    Scheduling asked;
    UniqueFd reached;
    std::move_only_function<void()> limit_reached;
    Readiness readiness;
    struct sigaction before{};
};

std::expected<OwnScheduling, SysError> OwnScheduling::open(Loop& loop,
                                                           std::move_only_function<void()> limit_reached) {
    UniqueFd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!event) return std::unexpected(SysError::last("watch the limit of real-time work"));
    return OwnScheduling{std::make_shared<State>(loop, std::move(event), std::move(limit_reached))};
}

OwnScheduling::OwnScheduling(std::shared_ptr<State> state) : state_(std::move(state)) {}
OwnScheduling::OwnScheduling(OwnScheduling&&) noexcept = default;
OwnScheduling& OwnScheduling::operator=(OwnScheduling&&) noexcept = default;
OwnScheduling::~OwnScheduling() = default;

std::vector<SchedulingRefusal> OwnScheduling::apply(const Scheduling& wanted) {
    std::optional<FirstScheduling>& first = first_scheduling();
    if (!first) first = FirstScheduling::read();
    const Scheduling before = std::exchange(state_->asked, wanted);
    std::vector<SchedulingRefusal> refused;
    for (const Step& step : kSteps) {
        if (!step.asked(wanted) && !step.asked(before)) continue;
        if (const int error = step.set(wanted, *first); error != kDone) refused.push_back({step.part, error});
    }
    return refused;
}

}  // namespace understudy::os
