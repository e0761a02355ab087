#include "hooks_keeper.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <utility>

#include "understudy/os/message_socket.hpp"

namespace understudy::daemon {

namespace {

constexpr seconds kBetweenStarts{1};
constexpr seconds kPatienceAtTheEnd{2};

}  // namespace

HooksKeeper::HooksKeeper(os::Loop& loop, os::Log& log, Parts& parts, Start start)
    : loop_(&loop), log_(&log), parts_(&parts), start_(std::move(start)) {}

std::expected<void, os::SysError> HooksKeeper::open() {
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    return {};
}

std::expected<void, os::SysError> HooksKeeper::start() {
    if (process_ != 0) return {};
    if (!sockets_.one) {
        auto opened = os::open_message_sockets();
        if (!opened) return std::unexpected(opened.error());
        sockets_ = *std::move(opened);
    }
    const auto child = start_();
    if (!child) return std::unexpected(child.error());
    process_ = *child;
    started_ = os::now();
    timer_->disarm();
    return {};
}

void HooksKeeper::take_over(pid_t process, os::SocketPair sockets) {
    process_ = process;
    sockets_ = std::move(sockets);
    started_ = os::now();
}

std::expected<void, os::SysError> HooksKeeper::replace() {
    auto opened = os::open_message_sockets();
    if (!opened) return std::unexpected(opened.error());
    sockets_ = *std::move(opened);
    if (process_ == 0) return start();
    replaced_ = true;
    timer_->arm(os::now() + kPatienceAtTheEnd);
    return {};
}

void HooksKeeper::abandon() {
    sockets_ = {};
    timer_.reset();
    done_ = nullptr;
}

bool HooksKeeper::ended(const os::ProcessEnd& end) {
    if (end.process != process_ || process_ == 0) return false;
    process_ = 0;
    if (done_) {
        timer_->disarm();
        std::exchange(done_, nullptr)();
        return true;
    }
    if (std::exchange(replaced_, false)) {
        start_again();
        return true;
    }
    log_->write("hooks-ended", os::LogLevel::Critical,
                fmt::format("the hooks process {} {}: starting another",
                            end.signalled ? "was killed by signal" : "ended with status", end.number));
    // One that cannot live must not keep us busy.
    if (os::now() - started_ < kBetweenStarts)
        timer_->arm(started_ + kBetweenStarts);
    else
        start_again();
    return true;
}

void HooksKeeper::start_again() {
    const auto started = start();
    if (started) return;
    log_->write("hooks-not-started", os::LogLevel::Critical, started.error().to_string());
    timer_->arm(os::now() + kBetweenStarts);
}

void HooksKeeper::finish(std::move_only_function<void()> done) {
    sockets_ = {};
    if (process_ == 0) {
        timer_->disarm();
        return done();
    }
    done_ = std::move(done);
    timer_->arm(os::now() + kPatienceAtTheEnd);
}

void HooksKeeper::on_timer() {
    if (!done_ && !replaced_) return start_again();
    log_->write("hooks-overdue", os::LogLevel::Error, "the hooks process does not end: killing it");
    parts_->signal(process_, SIGKILL);
}

}  // namespace understudy::daemon
