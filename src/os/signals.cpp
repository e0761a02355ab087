#include "understudy/os/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <optional>
#include <utility>

#include "understudy/os/unique_fd.hpp"

#include "readiness.hpp"

namespace understudy::os {

namespace {

sigset_t set_of(std::span<const int> numbers) {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : numbers) ::sigaddset(&set, number);
    return set;
}

}  // namespace

struct Signals::State : std::enable_shared_from_this<Signals::State> {
    State(UniqueFd signals, const sigset_t& numbers, const sigset_t& mask,
          std::move_only_function<void(int)> callback)
        : fd(std::move(signals)), wanted(numbers), previous_mask(mask), received(std::move(callback)) {}

    void watch(Loop& loop) {
        readiness.emplace(loop, fd.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_ready();
        });
    }

    void on_ready() {
        while (readiness) {
            const std::optional<int> number = next();
            if (!number) return;
            received(*number);
        }
    }

    std::optional<int> next() {
        signalfd_siginfo info{};
        if (::read(fd.get(), &info, sizeof info) != sizeof info) return std::nullopt;
        return static_cast<int>(info.ssi_signo);
    }

    // Those that were held before this are for whoever comes next. Not by the descriptor: a process that was
    // forked shares it with its parent, who goes on reading from it.
    void drop_pending() {
        sigset_t ours = wanted;
        for (int number = 1; number < NSIG; ++number)
            if (::sigismember(&previous_mask, number) == 1) ::sigdelset(&ours, number);
        const timespec at_once{};
        while (::sigtimedwait(&ours, nullptr, &at_once) > 0) {
            // Unblocked while pending, it would act as if we had never handled it: most would end the
            // process.
        }
    }

    void stop() {
        if (!readiness) return;
        readiness.reset();
        drop_pending();
        ::pthread_sigmask(SIG_SETMASK, &previous_mask, nullptr);
    }

    UniqueFd fd;
    sigset_t wanted;
    sigset_t previous_mask;
    std::move_only_function<void(int)> received;
    std::optional<Readiness> readiness;
};

std::expected<Signals, SysError> Signals::open(Loop& loop, std::span<const int> numbers,
                                               std::move_only_function<void(int)> received) {
    const sigset_t wanted = set_of(numbers);
    UniqueFd fd{::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd) return std::unexpected(SysError::last("receive signals"));
    sigset_t previous;
    ::pthread_sigmask(SIG_BLOCK, &wanted, &previous);
    auto state = std::make_shared<State>(std::move(fd), wanted, previous, std::move(received));
    state->watch(loop);
    return Signals{std::move(state)};
}

Signals::Signals(std::shared_ptr<State> state) : state_(std::move(state)) {}
Signals::Signals(Signals&&) noexcept = default;

Signals& Signals::operator=(Signals&& other) noexcept {
    Signals old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

Signals::~Signals() {
    if (state_) state_->stop();
}

void hold_signals(std::span<const int> numbers) {
    const sigset_t held = set_of(numbers);
    ::pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

void release_signals(std::span<const int> numbers) {
    const sigset_t held = set_of(numbers);
    ::pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
}

void pass_held_signals(std::span<const int> numbers, pid_t process) {
    sigset_t waiting;
    ::sigpending(&waiting);
    for (const int number : numbers)
        if (::sigismember(&waiting, number) == 1) ::kill(process, number);
}

void ignore_broken_pipes() { ::signal(SIGPIPE, SIG_IGN); }

}  // namespace understudy::os
