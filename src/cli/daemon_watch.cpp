#include "daemon_watch.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/base/date.hpp"
#include "understudy/ctl/request.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

std::string line_of(const ctl::Question& question) { return ctl::to_line(ctl::Request{1, question}); }

}  // namespace

std::expected<void, os::SysError> DaemonWatch::open() {
    auto timer = os::Timer::open(*loop_, [this] { fail("the daemon does not answer"); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    return {};
}

void DaemonWatch::look(Wish wish, Seen seen) {
    waiting_.push_back(std::move(seen));
    history_wanted_ |= wish == Wish::History;
    if (waiting_.size() > 1) return;  // a question is under way, or its answer
    boost::asio::post(*loop_, [this] { ask(); });
}

void DaemonWatch::ask() {
    const bool fresh = seen_at_ && os::now() < *seen_at_ + kFresh;
    if (fresh && !wants_history(scene_.observed.daemon)) return finish();
    gathered_ = {};
    seen_at_.reset();
    auto connection = connect_to(path_, os::now());
    if (!connection) return fail(connection.error());
    stream_.emplace(*loop_, *std::move(connection), os::LineLimits{kLongestAnswer, ctl::kLongestRequest},
                    os::LineStream::Handlers{
                        [this](std::string_view line) { heard(line); },
                        {},
                        [this](os::LineStream::End) { fail("the daemon hung up without an answer"); }});
    stream_->send(line_of(ctl::Ping{}));
    timer_->arm(os::now() + kPatience);
}

// First who answers, then how the instances are, then what has happened.
void DaemonWatch::heard(std::string_view line) {
    auto result = result_in(line);
    if (gathered_.is_up()) {
        if (result) history_ = latest_entries(*result);
        return finish();
    }
    if (!result) return fail(result.error());
    if (gathered_.daemon.is_null()) {
        gathered_.daemon = *std::move(result);
        return stream_->send(line_of(ctl::Status{}));
    }
    gathered_.status = *std::move(result);
    history_outdated_ |= timeline_.note(gathered_.status);
    if (!gathered_.is_up() || !wants_history(gathered_.daemon)) return finish();
    history_asked_ = os::now();
    history_outdated_ = false;
    stream_->send(line_of(ctl::History{}));
}

bool DaemonWatch::wants_history(const nlohmann::json& daemon) const {
    if (!history_wanted_ || !knows_command(daemon, "history")) return false;
    return history_outdated_ || os::now() >= history_asked_ + kHistoryFresh;
}

void DaemonWatch::fail(std::string problem) {
    gathered_.problem = std::move(problem);
    finish();
}

void DaemonWatch::finish() {
    stream_.reset();
    timer_->disarm();
    if (!seen_at_) {
        seen_at_ = os::now();
        scene_ = {std::move(gathered_), history_ ? *history_ : timeline_.told(), ""};
    }
    scene_.date = date_text(os::wall_time());
    history_wanted_ = false;
    for (Seen& seen : std::exchange(waiting_, {})) seen(scene_);
}

}  // namespace understudy::cli
