#include "hooks_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/base/overloaded.hpp"

#include "hooks.hpp"
#include "logging.hpp"

namespace understudy::daemon {

namespace {

constexpr milliseconds kPatienceToFlush{1000};
// Of paths in one message: as long as a path may be, any one more fits.
constexpr std::size_t kMostPaths = std::size_t{64} << 10;

ctl::FollowedFile translate(const agent::WatchedFile& file) {
    ctl::FollowedFile followed{file.path, {}};
    if (file.init) followed.first = ctl::FirstNumber{file.init->value, file.init->overwrite};
    return followed;
}

// In as many messages as it takes.
std::vector<ctl::FollowFiles> in_parts(const std::vector<agent::WatchedFile>& files) {
    std::vector<ctl::FollowFiles> parts(1);
    std::size_t size = 0;
    for (const agent::WatchedFile& file : files) {
        if (size > kMostPaths) {
            parts.back().more = true;
            parts.emplace_back();
            size = 0;
        }
        size += file.path.size() + sizeof(std::int64_t) * 2;
        parts.back().files.push_back(translate(file));
    }
    return parts;
}

}  // namespace

HooksLink::HooksLink(os::Loop& loop, os::Log& log, os::UniqueFd socket, std::uint32_t process,
                     Deliver deliver)
    : loop_(&loop),
      log_(&log),
      process_(process),
      deliver_(std::move(deliver)),
      socket_(loop, std::move(socket), {ctl::kLongestHookMessage, kMostUnsentToHooks},
              {[this](Bytes message) { heard(message); },
               // The supervisor, who would start another hooks process, is gone; a signal tells of that.
               [] {}}) {}

void HooksLink::later(agent::Event event) {
    boost::asio::post(*loop_, [this, event = std::move(event)] { deliver_(event); });
}

// 0, or why it will not arrive.
int HooksLink::send(const ctl::HookOrder& order) {
    const auto sent = socket_.send(ctl::encode(process_, order));
    const bool is_news = !sent && !refused_;
    refused_ = !sent;
    if (is_news)
        log_->write("hooks-order-refused", os::LogLevel::Error,
                    sent.error().to_string() + ": the hooks process hears nothing of it");
    return sent ? 0 : sent.error().code;
}

void HooksLink::order(const ctl::HookOrder& order) { static_cast<void>(send(order)); }

void HooksLink::run(const agent::RunProgram& order) {
    const int error = send(ctl::StartProgram{order.run, order.command.words, order.command.user,
                                             order.command.group, order.supplementary_groups});
    if (error != 0) return later(agent::ProgramNotStarted{order.run, error});
    ordered_[order.run] = marks_;
}

void HooksLink::end(const agent::EndProgram& order) {
    this->order(ctl::SignalProgram{order.run, order.kill});
}

void HooksLink::open(const agent::OpenPipes& wanted) {
    pipes_.pipes.clear();
    for (const agent::Pipe& pipe : wanted.pipes)
        pipes_.pipes.push_back({pipe.path, pipe.user, pipe.group, pipe.mode});
    order(pipes_);
}

void HooksLink::write(const agent::WriteNotifyLine& order) { this->order(ctl::WriteLine{order.line}); }

void HooksLink::watch(const agent::WatchFiles& wanted) {
    files_ = in_parts(wanted.files);
    for (const ctl::FollowFiles& part : files_) order(part);
}

void HooksLink::finish() { socket_.flush(kPatienceToFlush); }

void HooksLink::heard(Bytes message) {
    const auto told = ctl::decode_answer(message);
    if (!told) return;
    if (std::holds_alternative<ctl::HooksReady>(told->answer)) return successor_ready();
    if (told->process != process_) return;  // for one that is no more
    std::visit(overloaded{
                   [](const ctl::HooksReady&) {},
                   [&](const ctl::ProgramBegun& m) { begun(m.run); },
                   [&](const ctl::ProgramOver& m) {
                       answered(m.run);
                       deliver_(agent::ProgramEnded{m.run, m.status == 0, m.status});
                   },
                   [&](const ctl::ProgramRefused& m) {
                       answered(m.run);
                       deliver_(agent::ProgramNotStarted{m.run, m.error});
                   },
                   [&](const ctl::PipeOpened& m) { deliver_(agent::PipeAnswered{m.path, m.error}); },
                   [&](const ctl::FileHeld& m) { deliver_(agent::FileRead{m.path, m.content, m.error}); },
                   [&](const ctl::HookRemark& m) { put_down(m); },
                   [&](const ctl::MarkReached& m) { mark_reached(m.number); },
               },
               told->answer);
}

void HooksLink::put_down(const ctl::HookRemark& remark) {
    const os::LogField about{remark.field, remark.value};
    log_->write({remark.id, os_level(remark.level), remark.text,
                 std::span{&about, remark.field.empty() ? std::size_t{0} : std::size_t{1}}});
}

void HooksLink::begun(std::uint64_t run) {
    if (ordered_.erase(run) > 0) running_.insert(run);
}

void HooksLink::answered(std::uint64_t run) {
    ordered_.erase(run);
    running_.erase(run);
}

// The first one finds nothing running, whatever has been ordered meanwhile. A successor does not know what
// should be open and watched, and who is still to hear of the programs that its predecessor had begun.
void HooksLink::successor_ready() {
    const std::set<std::uint64_t> unknown = std::exchange(running_, {});
    if (!unknown.empty())
        log_->write("programs-orphaned", os::LogLevel::Error,
                    fmt::format("the hooks process has died: how {} that it ran will end is unknown",
                                unknown.size() == 1 ? "the program" : "the programs"));
    if (!pipes_.pipes.empty()) order(pipes_);
    for (ctl::FollowFiles& part : files_) {
        for (ctl::FollowedFile& file : part.files) file.first.reset();  // made they are, and may hold another
        order(part);
    }
    order(ctl::SetMark{++marks_});
    for (const std::uint64_t run : unknown) deliver_(agent::ProgramNotStarted{run, EOWNERDEAD});
}

// Whatever was ordered before the mark and has not been begun has died with the process that had read it.
void HooksLink::mark_reached(std::uint32_t number) {
    std::vector<std::uint64_t> lost;
    for (const auto& [run, marks] : ordered_)
        if (marks < number) lost.push_back(run);
    for (const std::uint64_t run : lost) {
        ordered_.erase(run);
        deliver_(agent::ProgramNotStarted{run, EOWNERDEAD});
    }
}

}  // namespace understudy::daemon
