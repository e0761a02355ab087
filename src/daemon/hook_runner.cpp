#include "hook_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/base/overloaded.hpp"

#include "receive_buffer.hpp"

namespace understudy::daemon {

namespace {

// What of it says which processes are meant.
model::TrackProcess translate(const ctl::CountedProcess& counted) {
    model::TrackProcess process;
    process.name = counted.name;
    process.command = counted.words;
    process.parameters = counted.parameters;
    process.full_command = counted.full_command;
    return process;
}

}  // namespace

HookRunner::HookRunner(os::Loop& loop, os::Children children, Tell tell)
    : loop_(&loop), children_(std::move(children)), tell_(std::move(tell)) {}

void HookRunner::carry_out(const ctl::NumberedOrder& ordered) {
    if (ordered.process != process_) serve(ordered.process);
    std::visit(overloaded{
                   [&](const ctl::StartProgram& order) { start(order); },
                   [&](const ctl::SignalProgram& order) { signal(order); },
                   [&](const ctl::KeepPipes& order) { keep(order); },
                   [&](const ctl::WriteLine& order) { write(order); },
                   [&](const ctl::FollowFiles& order) { follow(order); },
                   [&](const ctl::ForgetUsers&) { identities_.clear(); },
                   [&](const ctl::SetMark& order) { tell(ctl::MarkReached{order.number}); },
                   [&](const ctl::LeavePipes&) { leave_pipes(); },
                   [&](const ctl::CountProcesses& order) { count(order); },
               },
               ordered.order);
}

// The pipes stay in the file system for the successor, and whoever reads them sees their end.
void HookRunner::serve(std::uint32_t process) {
    process_ = process;
    programs_.clear();
    leave_pipes();
    pipes_.clear();
    followed_.clear();
    files_.reset();
    counted_.clear();
    processes_.reset();
    identities_.clear();
}

void HookRunner::leave_pipes() {
    for (OpenPipe& open : pipes_) open.pipe.leave_behind();
}

void HookRunner::later(ctl::HookAnswer answer) {
    boost::asio::post(*loop_,
                      [this, told = ctl::NumberedAnswer{process_, std::move(answer)}] { tell_(told); });
}

std::expected<std::optional<os::Identity>, os::SysError> HookRunner::identity(const std::string& user,
                                                                              const std::string& group,
                                                                              os::OtherGroups others) {
    if (user.empty() && group.empty()) return std::nullopt;
    const std::tuple key{user, group, others};
    if (const auto known = identities_.find(key); known != identities_.end()) return known->second;
    auto found = os::lookup_identity(user, group, others);
    if (found) identities_[key] = **found;
    return found;
}

void HookRunner::start(const ctl::StartProgram& order) {
    if (order.words.empty()) return tell(ctl::ProgramRefused{order.run, EINVAL});
    const auto others = order.supplementary_groups ? os::OtherGroups::OfTheUser : os::OtherGroups::None;
    auto as_whom = identity(order.user, order.group, others);
    if (!as_whom) return tell(ctl::ProgramRefused{order.run, as_whom.error().code});
    const auto ended = [this, run = order.run, process = process_](os::ChildId, os::ChildEnd end) {
        if (process != process_) return;
        programs_.erase(run);
        const int status = end.how == os::ChildEnd::How::Exited ? end.number : -end.number;
        tell(ctl::ProgramOver{run, status});
    };
    const auto child = children_.spawn({order.words, {}, *std::move(as_whom)}, ended);
    if (!child) return tell(ctl::ProgramRefused{order.run, child.error().code});
    programs_[order.run] = *child;
    tell(ctl::ProgramBegun{order.run});
}

void HookRunner::signal(const ctl::SignalProgram& order) {
    const auto running = programs_.find(order.run);
    if (running == programs_.end()) return;
    if (order.kill) {
        children_.kill(running->second);
    } else {
        children_.terminate(running->second);
    }
}

void HookRunner::keep(const ctl::KeepPipes& wanted) {
    std::erase_if(pipes_, [&](const OpenPipe& open) {
        return std::ranges::find(wanted.pipes, open.wanted) == wanted.pipes.end();
    });
    for (const ctl::WantedPipe& pipe : wanted.pipes) {
        if (std::ranges::find(pipes_, pipe, &OpenPipe::wanted) != pipes_.end()) continue;
        auto opened = open_pipe(pipe);
        tell(ctl::PipeOpened{pipe.path, opened ? 0 : opened.error().code});
        if (opened) {
            pipes_.push_back({pipe, *std::move(opened)});
        } else {
            tell(ctl::HookRemark{"notify-pipe-failed", ctl::LogLevel::Error,
                                 opened.error().to_string() + ": no line is written into it", "pipe",
                                 pipe.path});
        }
    }
}

std::expected<os::NotifyPipe, os::SysError> HookRunner::open_pipe(const ctl::WantedPipe& wanted) {
    const auto owner = identity(wanted.user, wanted.group, os::OtherGroups::None);
    if (!owner) return std::unexpected(owner.error());
    const os::Identity who = owner->value_or(os::current_identity());
    return os::NotifyPipe::open(wanted.path, {who.uid, who.gid, static_cast<mode_t>(wanted.mode)});
}

// Losses are told when they begin and, counted, when they end: a reader that is gone may miss thousands.
void HookRunner::write(const ctl::WriteLine& order) {
    for (OpenPipe& open : pipes_) {
        const auto written = open.pipe.write_line(order.line);
        if (!written && open.lost++ == 0)
            tell(ctl::HookRemark{
                "notify-pipe-full", ctl::LogLevel::Warning,
                fmt::format("{}: lines are lost until somebody reads them", written.error().to_string()),
                "pipe", open.wanted.path});
        if (written && open.lost > 0)
            tell(ctl::HookRemark{"notify-pipe-open", ctl::LogLevel::Notice,
                                 fmt::format("notify pipe {} takes lines again; {} were lost",
                                             open.wanted.path, std::exchange(open.lost, 0)),
                                 "pipe", open.wanted.path});
    }
}

void HookRunner::follow(const ctl::FollowFiles& order) {
    followed_.insert(followed_.end(), order.files.begin(), order.files.end());
    if (!order.more) follow_all(std::exchange(followed_, {}));
}

// Where files cannot be watched, each must still be told of: instances wait for it.
void HookRunner::follow_all(const std::vector<ctl::FollowedFile>& files) {
    std::vector<std::string> paths;
    for (const ctl::FollowedFile& file : files) {
        paths.push_back(file.path);
        if (!file.first) continue;
        const auto made = os::make_number_file(file.path, file.first->value, file.first->overwrite);
        if (!made)
            tell(ctl::HookRemark{"tracked-file-not-made", ctl::LogLevel::Error, made.error().to_string(),
                                 "file", file.path});
    }
    if (open_files()) return files_->watch(paths);
    for (const std::string& path : paths) later(ctl::FileHeld{path, "", EMFILE});
}

bool HookRunner::open_files() {
    if (files_) return true;
    auto opened = os::FileWatch::open(*loop_, [this](const os::FileNews& news) {
        tell(ctl::FileHeld{news.path, news.content, news.error});
    });
    if (!opened) {
        tell(ctl::HookRemark{"file-watch-failed", ctl::LogLevel::Error,
                             opened.error().to_string() + ": no tracked file is read", "", ""});
        return false;
    }
    files_.emplace(*std::move(opened));
    return true;
}

void HookRunner::count(const ctl::CountProcesses& order) {
    for (const ctl::CountedProcess& process : order.processes)
        if (!process.words.empty()) counted_.push_back(translate(process));
    if (order.more) return;
    list_ = order.list;
    count_all(std::exchange(counted_, {}), receive_buffer({order.receive_buffer, order.beyond_limit}));
}

// Where processes cannot be watched, each must still be told of: instances wait for it.
void HookRunner::count_all(std::vector<model::TrackProcess> processes,
                           std::optional<os::ReceiveBuffer> buffer) {
    if (processes.empty()) return processes_.reset();  // then no news of the kernel wakes us
    if (open_processes(buffer)) return processes_->want(std::move(processes));
    for (const model::TrackProcess& process : processes) later(ctl::ProcessesCounted{list_, process.name, 0});
}

bool HookRunner::open_processes(std::optional<os::ReceiveBuffer> buffer) {
    if (processes_) return true;
    auto opened = ProcessCounter::open(
        *loop_, buffer,
        {.counted = [this](const std::string& name,
                           std::size_t count) { tell(ctl::ProcessesCounted{list_, name, count}); },
         .polling =
             [this](const std::string& why) {
                 tell(ctl::HookRemark{"process-events-missing", ctl::LogLevel::Notice,
                                      why + ": tracked processes are counted once a second", "", ""});
             }});
    if (!opened) {
        tell(ctl::HookRemark{"process-watch-failed", ctl::LogLevel::Error,
                             opened.error().to_string() + ": no tracked process is counted", "", ""});
        return false;
    }
    processes_.emplace(*std::move(opened));
    return true;
}

}  // namespace understudy::daemon
