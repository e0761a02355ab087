#include "worker_link.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon {

namespace {

// A thousand instances with all their addresses.
constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
constexpr std::size_t kMostUnsentRequests = std::size_t{1} << 20;

}  // namespace

std::expected<void, os::SysError> WorkerLink::open() {
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    return {};
}

void WorkerLink::connect(os::UniqueFd socket) {
    // How it ended is told by whoever reaps the process.
    stream_.emplace(*loop_, std::move(socket), os::LineLimits{kLongestAnswer, kMostUnsentRequests},
                    os::LineStream::Handlers{[this](std::string_view line) { heard(line); },
                                             {},
                                             [this](os::LineStream::End) { disconnect(); }});
}

void WorkerLink::take_over(os::UniqueFd socket, std::string_view begun) {
    connect(std::move(socket));
    stream_->begin_with(begun);
}

std::optional<WorkerLink::Connection> WorkerLink::connection() {
    if (!stream_ || stream_->unsent() > 0) return std::nullopt;
    stream_->hear_waiting();
    return Connection{stream_->descriptor(), std::string{stream_->begun()}};
}

void WorkerLink::disconnect() {
    // What it has said last may lead to a new process and connection.
    auto last = std::exchange(stream_, std::nullopt);
    if (last) last->hear_waiting();
    for (auto& [id, waiting] : std::exchange(waiting_, {}))
        fail_later(std::move(waiting.answered), "the vrrp process has ended");
}

void WorkerLink::abandon() {
    stream_.reset();
    timer_.reset();
    waiting_.clear();
}

void WorkerLink::ask(const ctl::Question& question, Answered answered) {
    if (!stream_) return fail_later(std::move(answered), "no vrrp process is running");
    const std::uint64_t id = ++last_id_;
    waiting_.emplace(id, Waiting{std::move(answered), os::now() + kPatience});
    stream_->send(ctl::to_line(ctl::Request{id, question}));
    arm();
}

void WorkerLink::heard(std::string_view line) {
    auto reply = ctl::parse_reply(line);
    if (!reply) {
        if (auto news = ctl::parse_news(line)) heard_(*std::move(news));
        return;
    }
    const auto found = waiting_.find(reply->id);
    if (found == waiting_.end()) return;  // it took too long
    Answered answered = std::move(found->second.answered);
    waiting_.erase(found);
    answered(std::move(reply->outcome));
}

void WorkerLink::on_timer() {
    while (!waiting_.empty() && waiting_.begin()->second.until <= os::now()) {
        Answered answered = std::move(waiting_.begin()->second.answered);
        waiting_.erase(waiting_.begin());
        fail_later(std::move(answered),
                   "the vrrp process has not answered for " + std::to_string(kPatience.count()) + " s");
    }
    arm();
}

void WorkerLink::arm() {
    if (waiting_.empty()) return timer_->disarm();
    timer_->arm(waiting_.begin()->second.until);
}

void WorkerLink::fail_later(Answered answered, std::string message) {
    boost::asio::post(*loop_, [answered = std::move(answered), message = std::move(message)]() mutable {
        answered(std::unexpected(ctl::Problem{std::string{ctl::kUnavailable}, std::move(message), {}}));
    });
}

}  // namespace understudy::daemon
