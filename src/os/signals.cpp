#include "understudy/os/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <optional>
#include <utility>

#include "understudy/os/unique_fd.hpp"

#include "readiness.hpp"

namespace understudy::os {

struct Signals::State : std::enable_shared_from_this<Signals::State> {
    State(UniqueFd signals, const sigset_t& mask, std::move_only_function<void(int)> callback)
        : fd(std::move(signals)), previous_mask(mask), received(std::move(callback)) {}

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

    void stop() {
        if (!readiness) return;
        readiness.reset();
        while (next()) {
            // Unblocked while pending, it would act as if we had never handled it: most would end the
            // process.
        }
        ::pthread_sigmask(SIG_SETMASK, &previous_mask, nullptr);
    }

    UniqueFd fd;
    sigset_t previous_mask;
    std::move_only_function<void(int)> received;
    std::optional<Readiness> readiness;
};

std::expected<Signals, SysError> Signals::open(Loop& loop, std::span<const int> numbers,
                                               std::move_only_function<void(int)> received) {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    for (const int number : numbers) ::sigaddset(&wanted, number);
    UniqueFd fd{::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd) return std::unexpected(SysError::last("receive signals"));
    sigset_t previous;
    ::pthread_sigmask(SIG_BLOCK, &wanted, &previous);
    auto state = std::make_shared<State>(std::move(fd), previous, std::move(received));
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

void ignore_broken_pipes() { ::signal(SIGPIPE, SIG_IGN); }

}  // namespace understudy::os
