#include "script_run.hpp"

#include <fmt/format.h>

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon {

namespace {

constexpr seconds kBetweenTermAndKill{1};

}  // namespace

void ScriptRun::start(std::string_view what, const model::DaemonScript& script, os::OtherGroups others,
                      Done done) {
    if (!script.command) return done();
    what_ = what;
    limit_ = script.timeout;
    done_ = std::move(done);
    late_ = false;
    log_->write("daemon-script-started", os::LogLevel::Info,
                fmt::format("running the {} {}", what_, script.command->words.front()));
    if (const auto launched = launch(script, others); !launched) {
        log_->write("daemon-script-not-started", os::LogLevel::Error,
                    fmt::format("the {} could not be run: {}", what_, launched.error().to_string()));
        boost::asio::post(*loop_, [this] { finish(); });
    }
}

std::expected<void, os::SysError> ScriptRun::launch(const model::DaemonScript& script,
                                                    os::OtherGroups others) {
    auto as_whom = os::lookup_identity(script.command->user, script.command->group, others);
    if (!as_whom) return std::unexpected(as_whom.error());
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    auto children = os::Children::open(*loop_);
    if (!children) return std::unexpected(children.error());
    const auto id = children->spawn({script.command->words, {}, *std::move(as_whom)},
                                    [this](os::ChildId, os::ChildEnd end) { ended(end); });
    if (!id) return std::unexpected(id.error());
    id_ = *id;
    children_ = *std::move(children);
    timer_ = *std::move(timer);
    timer_->arm(os::now() + limit_);
    return {};
}

void ScriptRun::ended(const os::ChildEnd& end) {
    using How = os::ChildEnd::How;
    if (!end.succeeded() && !late_)
        log_->write(
            "daemon-script-ended", os::LogLevel::Warning,
            fmt::format("the {} {} {}: going on without it", what_,
                        end.how == How::Exited ? "ended with status" : "was killed by signal", end.number));
    boost::asio::post(*loop_, [this] { finish(); });  // not from within what is about to be destroyed
}

void ScriptRun::on_timer() {
    if (std::exchange(late_, true)) return children_->kill(*id_);
    log_->write("daemon-script-overdue", os::LogLevel::Warning,
                fmt::format("the {} has not ended after {} s: killing it", what_, limit_.count()));
    children_->terminate(*id_);
    timer_->arm(os::now() + kBetweenTermAndKill);
}

void ScriptRun::finish() {
    id_.reset();
    timer_.reset();
    children_.reset();
    std::exchange(done_, nullptr)();
}

}  // namespace understudy::daemon
