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
// Of a list in one message: as long as one of its items may be, any one more fits.
constexpr std::size_t kLongestPart = std::size_t{64} << 10;

ctl::FollowedFile translate(const agent::WatchedFile& file) {
    ctl::FollowedFile followed{file.path, {}};
    if (file.init) followed.first = ctl::FirstNumber{file.init->value, file.init->overwrite};
    return followed;
}

ctl::CountedProcess translate(const model::TrackProcess& process) {
    return {process.name, process.command, process.parameters, process.full_command};
}

// What it takes in a message, and a little more.
std::size_t size_of(const ctl::FollowedFile& file) { return file.path.size() + sizeof(std::int64_t) * 2; }

std::size_t size_of(const ctl::CountedProcess& process) {
    std::size_t size = process.name.size() + sizeof(std::int64_t) * 2;
    for (const std::string& word : process.words) size += sizeof(std::uint32_t) + word.size();
    return size;
}

// In as many messages as it takes, each like the first but for its part of the list.
template <typename Part, typename Item>
std::vector<Part> in_parts(const Part& first, std::vector<Item> Part::* list, std::vector<Item> items) {
    std::vector<Part> parts{first};
    std::size_t size = 0;
    for (Item& item : items) {
        if (size > kLongestPart) {
            parts.back().more = true;
            parts.push_back(first);
            size = 0;
        }
        size += size_of(item);
        (parts.back().*list).push_back(std::move(item));
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
    std::vector<ctl::FollowedFile> files;
    for (const agent::WatchedFile& file : wanted.files) files.push_back(translate(file));
    files_ = in_parts(ctl::FollowFiles{}, &ctl::FollowFiles::files, std::move(files));
    for (const ctl::FollowFiles& part : files_) order(part);
}

// No process has a command line as long as one that no message holds; and it must be told of.
void HooksLink::count(const agent::WatchProcesses& wanted, const model::Buffer& buffer) {
    ctl::CountProcesses first;
    first.list = ++list_;
    first.receive_buffer = buffer.size;
    first.beyond_limit = buffer.force;
    std::vector<ctl::CountedProcess> counted;
    for (const model::TrackProcess& process : wanted.processes) {
        ctl::CountedProcess one = translate(process);
        if (size_of(one) > kLongestPart)
            later(agent::ProcessesCounted{one.name, 0});
        else
            counted.push_back(std::move(one));
    }
    processes_ = in_parts(first, &ctl::CountProcesses::processes, std::move(counted));
    for (const ctl::CountProcesses& part : processes_) order(part);
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
                   [&](const ctl::ProcessesCounted& m) {
                       if (m.list == list_) deliver_(agent::ProcessesCounted{m.name, m.count});
                   },
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
    for (const ctl::CountProcesses& part : processes_) order(part);
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
