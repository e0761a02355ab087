// Notify pipes: what is written into them and when, and the programs that read them. A line follows the
// scripts of the same transition, and so comes when the kernel holds what the role asks for.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr std::uint32_t kPipeMode = 0644;  // less the configured umask

bool is_same_pipe(const model::NotifyPipe& a, const model::NotifyPipe& b) {
    return a.path == b.path && a.user == b.user && a.group == b.group;
}

std::string group_line(const Group& group, std::string_view state) {
    return fmt::format("GROUP \"{}\" {} 0", group.settings.name, state);
}

}  // namespace

// A pipe that a reload does not change stays open with the reader it has, so that no line is lost.
void Agent::Core::open_pipes() {
    std::vector<PipeRun> old = std::exchange(pipes, {});
    OpenPipes order;
    for (const model::NotifyPipe* const wanted : {&config->globals.pipes.all, &config->globals.pipes.vrrp}) {
        const auto same = [&](const PipeRun& run) { return run.settings.path == wanted->path; };
        if (wanted->path.empty() || std::ranges::any_of(pipes, same)) continue;
        PipeRun run{*wanted, false, std::nullopt};
        for (PipeRun& before : old) {
            if (!is_same_pipe(before.settings, *wanted)) continue;
            run.open = before.open;
            if (before.settings.reader == wanted->reader) run.reader = std::exchange(before.reader, {});
        }
        pipes.push_back(std::move(run));
        order.pipes.push_back(
            {wanted->path, wanted->user, wanted->group, kPipeMode & ~config->globals.umask});
    }
    for (const PipeRun& gone : old)
        if (gone.reader) actions.push_back(EndProgram{*gone.reader, false});
    if (!old.empty() || !pipes.empty()) actions.push_back(std::move(order));
    for (PipeRun& pipe : pipes)
        if (pipe.open && !pipe.reader) start_reader(pipe);
}

void Agent::Core::on(const PipeAnswered& event) {
    for (PipeRun& pipe : pipes) {
        if (pipe.settings.path != event.path) continue;
        pipe.open = event.error == 0;
        if (pipe.open && !pipe.reader && !stopping) start_reader(pipe);
    }
}

void Agent::Core::start_reader(PipeRun& pipe) {
    if (!pipe.settings.reader) return;
    model::Command command = *pipe.settings.reader;
    command.words.push_back(pipe.settings.path);
    pipe.reader = next_run++;
    run_program(*pipe.reader, std::move(command));
}

void Agent::Core::end_readers() {
    for (const PipeRun& pipe : pipes)
        if (pipe.reader) actions.push_back(EndProgram{*pipe.reader, false});
}

// A reader that ends by itself is not started again before the next reload: it would only end again.
bool Agent::Core::reader_gone(std::uint64_t run) {
    const auto pipe = std::ranges::find(pipes, std::optional{run}, &PipeRun::reader);
    if (pipe == pipes.end()) return false;
    pipe->reader.reset();
    return true;
}

void Agent::Core::queue_line(VirtualRouter& router, std::string_view state) {
    if (pipes.empty()) return;
    router.lines_to_come.push_back(
        fmt::format("INSTANCE \"{}\" {} {}", router.settings.name, state, router.me.priority.value()));
    unsettle(router);
}

// What a group tells first comes before what its members tell, and later after it: see report_group.
void Agent::Core::queue_group_line(Group& group, std::string_view state) {
    if (pipes.empty()) return;
    group.lines_to_come.push_back(group_line(group, state));
}

// fifo_write_vrrp_states_on_reload: the groups first, then the instances.
void Agent::Core::queue_all_states() {
    if (pipes.empty()) return;
    for (const Group& group : groups)
        if (group.reported != vrrp::Role::Idle)
            due_lines.push_back(group_line(group, vrrp::name(group.reported)));
    for (const auto& router : routers)
        if (!router->leaving && router->role() != vrrp::Role::Idle && router->lines_to_come.empty())
            queue_line(*router, vrrp::name(router->role()));
}

void Agent::Core::flush_lines(VirtualRouter& router) {
    std::ranges::move(std::exchange(router.lines_to_come, {}), std::back_inserter(due_lines));
}

void Agent::Core::settle_lines() {
    for (Group& group : groups) {
        const bool members_first = std::ranges::any_of(
            group.members, [](const VirtualRouter* member) { return !member->lines_to_come.empty(); });
        if (group.lines_to_come.empty() || members_first) continue;
        std::ranges::move(std::exchange(group.lines_to_come, {}), std::back_inserter(due_lines));
    }
    for (std::string& line : std::exchange(due_lines, {}))
        actions.push_back(WriteNotifyLine{std::move(line)});
}

}  // namespace understudy::agent
