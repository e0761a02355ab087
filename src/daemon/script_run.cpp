#include "script_run.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "hooks_delegate.hpp"

namespace understudy::daemon {

namespace {

constexpr seconds kBetweenTermAndKill{1};
constexpr std::uint32_t kThisDaemon = 1;
constexpr std::uint64_t kTheRun = 1;
constexpr const char* kNameOfHooks = "understudy-hook";

}  // namespace

void ScriptRun::start(std::string_view what, const model::DaemonScript& script, os::OtherGroups others,
                      Done done) {
    if (!script.command) return done();
    what_ = what;
    limit_ = script.timeout;
    done_ = std::move(done);
    late_ = over_ = false;
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
    return options_->hooks_socket ? launch_elsewhere(script, others) : launch_here(script, others);
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
    auto sockets = os::open_message_sockets();
    if (!sockets) return std::unexpected(sockets.error());
    auto connection = ask_for_hooks(*options_->hooks_socket, kNameOfHooks, sockets->one);
    if (!connection) return std::unexpected(connection.error());
    connection_ = *std::move(connection);
    elsewhere_.emplace(*loop_, std::move(sockets->other),
                       os::MessageLimits{ctl::kLongestHookMessage, ctl::kLongestHookMessage},
                       os::MessageSocket::Handlers{
                           [this](Bytes message) {
                               if (const auto answer = ctl::decode_answer(message)) told(answer->answer);
                           },
                           [this] { not_started({"wait for who runs it, which has ended", EOWNERDEAD}); }});
    return elsewhere_->send(ctl::encode(
        kThisDaemon, ctl::StartProgram{kTheRun, script.command->words, script.command->user,
                                       script.command->group, others == os::OtherGroups::OfTheUser}));
}

void ScriptRun::told(const ctl::HookAnswer& answer) {
    using How = os::ChildEnd::How;
    if (const auto* refused = std::get_if<ctl::ProgramRefused>(&answer))
        return not_started({"start " + std::string{what_}, refused->error});
    if (const auto* over = std::get_if<ctl::ProgramOver>(&answer))
        ended(over->status < 0 ? os::ChildEnd{How::Signalled, -over->status, late_}
                               : os::ChildEnd{How::Exited, over->status, late_});
}

void ScriptRun::ended(const os::ChildEnd& end) {
    using How = os::ChildEnd::How;
    over_ = true;
    if (!end.succeeded() && !late_)
        log_->write(
            "daemon-script-ended", os::LogLevel::Warning,
            fmt::format("the {} {} {}: going on without it", what_,
                        end.how == How::Exited ? "ended with status" : "was killed by signal", end.number));
    boost::asio::post(*loop_, [this] { finish(); });  // not from within what is about to be destroyed
}

void ScriptRun::on_timer() {
    if (std::exchange(late_, true)) return end_it(true);
    log_->write("daemon-script-overdue", os::LogLevel::Warning,
                fmt::format("the {} has not ended after {} s: killing it", what_, limit_.count()));
    end_it(false);
    timer_->arm(os::now() + kBetweenTermAndKill);
}

void ScriptRun::end_it(bool kill) {
    if (elsewhere_)
        static_cast<void>(elsewhere_->send(ctl::encode(kThisDaemon, ctl::SignalProgram{kTheRun, kill})));
    else if (kill)
        children_->kill(*id_);
    else
        children_->terminate(*id_);
}

void ScriptRun::finish() {
    id_.reset();
    timer_.reset();
    children_.reset();
    elsewhere_.reset();
    connection_ = {};
    std::exchange(done_, nullptr)();
}

}  // namespace understudy::daemon
