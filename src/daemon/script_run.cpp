#include "script_run.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon {

namespace {

constexpr seconds kBetweenTermAndKill{1};
constexpr std::uint64_t kTheRun = std::numeric_limits<std::uint64_t>::max();  // none of a vrrp process

}  // namespace

void ScriptRun::start(std::string_view what, const model::DaemonScript& script, os::OtherGroups others,
                      Done done) {
    if (!script.command) return done();
    what_ = what;
    limit_ = script.timeout;
    done_ = std::move(done);
    late_ = Late::No;
    over_ = false;
    log_->write("daemon-script-started", os::LogLevel::Info,
                fmt::format("running the {} {}", what_, script.command->words.front()));
    if (const auto launched = launch(script, others); !launched) not_started(launched.error());
}

void ScriptRun::not_started(const os::SysError& error) {
    if (std::exchange(over_, true)) return;
    log_->write("daemon-script-not-started", os::LogLevel::Error,
                fmt::format("the {} could not be run: {}", what_, error.to_string()));
    boost::asio::post(*loop_, [this] { finish(); });
}

std::expected<void, os::SysError> ScriptRun::launch(const model::DaemonScript& script,
                                                    os::OtherGroups others) {
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_ = *std::move(timer);
    timer_->arm(os::now() + limit_);
    return elsewhere_ ? launch_elsewhere(script, others) : launch_here(script, others);
}

std::expected<void, os::SysError> ScriptRun::launch_here(const model::DaemonScript& script,
                                                         os::OtherGroups others) {
    auto as_whom = os::lookup_identity(script.command->user, script.command->group, others);
    if (!as_whom) return std::unexpected(as_whom.error());
    auto children = os::Children::open(*loop_);
    if (!children) return std::unexpected(children.error());
    const auto id = children->spawn({script.command->words, {}, *std::move(as_whom)},
                                    [this](os::ChildId, os::ChildEnd end) { ended(end); });
    if (!id) return std::unexpected(id.error());
    id_ = *id;
    children_ = *std::move(children);
    return {};
}

std::expected<void, os::SysError> ScriptRun::launch_elsewhere(const model::DaemonScript& script,
                                                              os::OtherGroups others) {
    auto orders = elsewhere_();
    if (!orders) return std::unexpected(orders.error());
    process_ = orders->process;
    orders_.emplace(
        *loop_, std::move(orders->socket),
        os::MessageLimits{ctl::kLongestHookMessage, ctl::kLongestHookMessage},
        os::MessageSocket::Handlers{[this](Bytes message) {
                                        if (const auto answer = ctl::decode_answer(message)) told(*answer);
                                    },
                                    [this] { not_started({"wait for who runs it", EOWNERDEAD}); }});
    return orders_->send(ctl::encode(
        process_, ctl::StartProgram{kTheRun, script.command->words, script.command->user,
                                    script.command->group, others == os::OtherGroups::OfTheUser}));
}

void ScriptRun::told(const ctl::NumberedAnswer& told) {
    using How = os::ChildEnd::How;
    if (told.process != process_) return;
    const bool late = late_ != Late::No;
    if (const auto* refused = std::get_if<ctl::ProgramRefused>(&told.answer);
        refused && refused->run == kTheRun)
        not_started({"start it", refused->error});
    if (const auto* over = std::get_if<ctl::ProgramOver>(&told.answer); over && over->run == kTheRun)
        ended(over->status < 0 ? os::ChildEnd{How::Signalled, -over->status, late}
                               : os::ChildEnd{How::Exited, over->status, late});
}

void ScriptRun::ended(const os::ChildEnd& end) {
    using How = os::ChildEnd::How;
    over_ = true;
    if (!end.succeeded() && late_ == Late::No)
        log_->write(
            "daemon-script-ended", os::LogLevel::Warning,
            fmt::format("the {} {} {}: going on without it", what_,
                        end.how == How::Exited ? "ended with status" : "was killed by signal", end.number));
    boost::asio::post(*loop_, [this] { finish(); });  // not from within what is about to be destroyed
}

void ScriptRun::on_timer() {
    if (late_ == Late::Killed) return not_started({"hear of its end", ETIMEDOUT});  // nobody may be there
    if (late_ == Late::No)
        log_->write("daemon-script-overdue", os::LogLevel::Warning,
                    fmt::format("the {} has not ended after {} s: killing it", what_, limit_.count()));
    signal(late_ == Late::Terminated);
    late_ = late_ == Late::No ? Late::Terminated : Late::Killed;
    if (orders_ || late_ == Late::Terminated) timer_->arm(os::now() + kBetweenTermAndKill);
}

void ScriptRun::signal(bool kill) {
    if (orders_)
        static_cast<void>(orders_->send(ctl::encode(process_, ctl::SignalProgram{kTheRun, kill})));
    else if (kill)
        children_->kill(*id_);
    else
        children_->terminate(*id_);
}

void ScriptRun::finish() {
    id_.reset();
    timer_.reset();
    children_.reset();
    orders_.reset();
    std::exchange(done_, nullptr)();
}

}  // namespace understudy::daemon
