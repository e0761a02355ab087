#include "thread_parts.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "understudy/os/signals.hpp"

namespace understudy::daemon {

namespace {

// No signal reaches one thread and not the others, so what a part is told comes through a pipe.
class Listening : public std::enable_shared_from_this<Listening> {
public:
    Listening(os::Loop& loop, os::UniqueFd numbers, Place::Told told)
        : numbers_(loop, numbers.release()), told_(std::move(told)) {}

    void listen() {
        numbers_.async_read_some(
            boost::asio::buffer(&number_, 1),
            [weak = weak_from_this()](const boost::system::error_code& error, std::size_t) {
                const auto self = weak.lock();
                if (error || !self) return;
                self->told_(self->number_);
                self->listen();
            });
    }

private:
    boost::asio::posix::stream_descriptor numbers_;
    Place::Told told_;
    unsigned char number_ = 0;
};

class ThreadPlace final : public Place {
public:
    explicit ThreadPlace(os::UniqueFd numbers) : numbers_(std::move(numbers)) {}

    // Whatever it is told comes from the supervisor, which knows what it listens to.
    std::expected<std::shared_ptr<void>, os::SysError> listen(os::Loop& loop, std::span<const int>,
                                                              Told told) override {
        auto listening = std::make_shared<Listening>(loop, std::move(numbers_), std::move(told));
        listening->listen();
        return listening;
    }
    // None of us outlives another, and the rights of one are those of all.
    void outlive_supervisor_by(int) override {}
    bool has_outlived_supervisor() const override { return false; }
    std::optional<os::UniqueFd> give_up_rights(const Options&, const model::Config&, const HostRights&,
                                               os::Log&) override {
        return std::nullopt;
    }
    std::expected<void, os::SysError> become_nobody() override { return {}; }
    // A thread cannot be ended from outside. Whoever has no more patience with it goes on without it.
    void live_at_most(seconds) override {}

private:
    os::UniqueFd numbers_;
};

}  // namespace

// The one thing that threads share. It lives as long as any of them.
class ThreadParts::Ends {
public:
    void add(const os::ProcessEnd& end) {
        {
            const std::lock_guard locked{mutex_};
            waiting_.push_back(end);
        }
        os::send_signal(os::process_id(), SIGCHLD);  // as the kernel does when a process has ended
    }

    // The first, or that of this part.
    std::optional<os::ProcessEnd> take(std::optional<pid_t> part) {
        const std::lock_guard locked{mutex_};
        const auto is_meant = [&](const os::ProcessEnd& end) { return !part || end.process == *part; };
        const auto found = std::ranges::find_if(waiting_, is_meant);
        if (found == waiting_.end()) return std::nullopt;
        const os::ProcessEnd end = *found;
        waiting_.erase(found);
        return end;
    }

private:
    std::mutex mutex_;
    std::vector<os::ProcessEnd> waiting_;
};

// Work in real time that takes too long (os/own_scheduling) is made to stop in its own thread.
ThreadParts::ThreadParts() : ends_(std::make_shared<Ends>()) { os::hold_signals(std::array{SIGXCPU}); }

std::expected<pid_t, os::SysError> ThreadParts::start(Part part) {
    auto numbers = os::open_pipe();
    if (!numbers) return std::unexpected(numbers.error());
    const pid_t id = last_ - 1;
    auto thread = os::Thread::start(
        [ends = ends_, id, part = std::move(part), read_end = std::move(numbers->read_end)]() mutable {
            os::name_process(part.name);
            ThreadPlace place{std::move(read_end)};
            const int status = part.work(place);
            part.work = nullptr;  // and with it what it holds: others may wait for the end of a connection
            ends->add({id, false, status});
        });
    if (!thread) return std::unexpected(thread.error());
    last_ = id;
    running_.emplace(id, Running{*std::move(thread), std::move(numbers->write_end)});
    return id;
}

// Nothing ends a thread but itself. One that is to be killed is left to itself, and goes with the process.
void ThreadParts::signal(pid_t part, int number) {
    const auto running = running_.find(part);
    if (running == running_.end()) return;
    if (number != SIGKILL) return os::send_octet(running->second.numbers, static_cast<std::uint8_t>(number));
    running_.erase(running);
    any_left_ = true;
    ends_->add({part, true, SIGKILL});
}

std::optional<os::ProcessEnd> ThreadParts::next_end() {
    if (const auto end = buried(std::nullopt)) return end;
    return os::reap_process();
}

std::optional<os::ProcessEnd> ThreadParts::end_of(pid_t part) { return buried(part); }

std::optional<os::ProcessEnd> ThreadParts::buried(std::optional<pid_t> part) {
    while (auto end = ends_->take(part)) {
        if (end->signalled) return end;
        const auto running = running_.find(end->process);
        if (running == running_.end()) continue;  // it has been told to have ended before
        running->second.thread.join();
        running_.erase(running);
        return end;
    }
    return std::nullopt;
}

int ThreadParts::conclude(int status) {
    if (any_left_ || !running_.empty()) std::_Exit(status);
    return status;
}

}  // namespace understudy::daemon
