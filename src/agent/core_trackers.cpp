// Tracked files and processes: what is watched, and what the news of it mean for those who track it.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

template <typename Tracked>
void note_used(const std::vector<Tracked>& tracked, std::size_t Tracked::* index,
               std::set<std::size_t>& used) {
    for (const Tracked& entry : tracked) used.insert(entry.*index);
}

std::set<std::size_t> used_files(const model::Config& config) {
    std::set<std::size_t> used;
    for (const auto& instance : config.instances)
        note_used(instance.tracked_files, &model::TrackedFile::file, used);
    for (const auto& group : config.sync_groups)
        note_used(group.tracked_files, &model::TrackedFile::file, used);
    return used;
}

std::set<std::size_t> used_processes(const model::Config& config) {
    std::set<std::size_t> used;
    for (const auto& instance : config.instances)
        note_used(instance.tracked_processes, &model::TrackedProcess::process, used);
    for (const auto& group : config.sync_groups)
        note_used(group.tracked_processes, &model::TrackedProcess::process, used);
    return used;
}

// What was counted for one counts for the other.
bool counts_the_same(const model::TrackProcess& a, const model::TrackProcess& b) {
    return a.name == b.name && a.command == b.command && a.parameters == b.parameters &&
           a.full_command == b.full_command;
}

}  // namespace

// What was known of the same file and the same processes stays known.
void Agent::Core::reload_trackers() {
    const std::vector<FileRun> old_files = std::exchange(files, {});
    for (const model::TrackFile& asked : config->track_files) {
        const auto same = std::ranges::find_if(old_files, [&](const FileRun& old) {
            return old.settings.name == asked.name && old.settings.path == asked.path;
        });
        FileRun& run = files.emplace_back(same == old_files.end() ? FileRun{} : *same);
        run.settings = asked;
    }
    const std::vector<track::ProcessTracker> old = std::exchange(processes, {});
    std::erase_if(processes_counted, [&](const auto& counted) {
        return std::ranges::count(config->track_processes, counted.first, &model::TrackProcess::name) == 0;
    });
    for (std::size_t i = 0; i < old.size(); ++i) deadlines.set({AlarmKind::Processes, i}, std::nullopt);
    for (const model::TrackProcess& asked : config->track_processes) {
        const auto same = std::ranges::find_if(old, [&](const track::ProcessTracker& candidate) {
            return counts_the_same(candidate.settings(), asked);
        });
        processes.push_back(same == old.end() ? track::ProcessTracker{asked} : *same);
        if (processes.back().adopt_settings(asked, now)) process_changed(processes.back());
        arm_process(processes.size() - 1);
    }
}

// A file is made when it begins to be tracked, not at every reload.
void Agent::Core::watch_trackers() {
    WatchFiles watched;
    for (const std::size_t index : used_files(*config)) {
        const FileRun& run = files[index];
        watched.files.push_back({run.settings.path, run.number ? std::nullopt : run.settings.init});
    }
    std::ranges::sort(watched.files, {}, &WatchedFile::path);
    if (!watched.files.empty() || std::exchange(watching_files, false)) {
        watching_files = !watched.files.empty();
        actions.push_back(std::move(watched));
    }
    WatchProcesses counted;
    for (const std::size_t index : used_processes(*config))
        counted.processes.push_back(config->track_processes[index]);
    if (!counted.processes.empty() || std::exchange(watching_processes, false)) {
        watching_processes = !counted.processes.empty();
        actions.push_back(std::move(counted));
    }
}

// Without a file there is no complaint: 0. What cannot be read or understood changes nothing, or is 0 from
// the start.
void Agent::Core::on(const FileRead& event) {
    const bool missing = event.error == ENOENT;
    const track::FileReading reading = missing ? track::FileReading{} : track::read_number(event.content);
    const bool keeps = (event.error != 0 && !missing) || reading.content == track::FileContent::OutOfRange;
    for (FileRun& run : files) {
        if (run.settings.path != event.path) continue;
        const std::optional<std::int64_t> before = run.number;
        run.last_at = now;
        run.number = keeps ? before.value_or(0) : reading.number;
        const int error_before = std::exchange(run.error, event.error);
        const auto content_before = std::exchange(run.content, reading.content);
        const bool clear = event.error == 0 && reading.content == track::FileContent::Number;
        const bool news = !before || error_before != run.error || content_before != run.content;
        if (!clear && news)
            tell(words::file_unclear(run.settings, run.content, run.error, *run.number));
        else if (clear && before != run.number)
            tell(words::file_changed(run.settings, *run.number));
    }
    evaluate_all();
}

void Agent::Core::on(const ProcessesCounted& event) {
    processes_counted[event.name] = now;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        if (processes[i].settings().name != event.name) continue;
        if (processes[i].counted(event.count, now)) process_changed(processes[i]);
        arm_process(i);
    }
    evaluate_all();
}

void Agent::Core::process_due(std::size_t index) {
    if (index >= processes.size()) return;
    if (processes[index].due(now)) {
        process_changed(processes[index]);
        evaluate_all();
    }
    arm_process(index);
}

void Agent::Core::process_changed(const track::ProcessTracker& tracker) {
    if (tracker.count())
        tell(words::process_changed(tracker.settings(), *tracker.count(),
                                    tracker.health() == track::Health::Good));
}

void Agent::Core::arm_process(std::size_t index) {
    deadlines.set({AlarmKind::Processes, index}, processes[index].deadline());
}

void Agent::Core::assess_files(std::span<const model::TrackedFile> tracked, Assessment& assessment,
                               int& sum) const {
    for (const model::TrackedFile& entry : tracked) {
        const FileRun& file = files[entry.file];
        const track::Effect effect = track::file_effect(entry.weight, file.number);
        sum += effect.priority_change;
        assessment.undecided |= effect.undecided;
        if (effect.fault)
            assessment.faults.push_back(
                {fmt::format("tracked file {} {}", file.settings.name,
                             words::file_result(file.number, file.content, file.error))});
    }
}

// The first count takes a moment, with or without a weight: the instance waits for it.
void Agent::Core::assess_processes(std::span<const model::TrackedProcess> tracked, Assessment& assessment,
                                   int& sum) const {
    for (const model::TrackedProcess& entry : tracked) {
        const track::ProcessTracker& process = processes[entry.process];
        const track::Effect effect = track::effect(entry.weight, process.health());
        sum += effect.priority_change;
        assessment.undecided |= process.health() == track::Health::Unknown;
        if (effect.fault)
            assessment.faults.push_back({fmt::format("tracked process {} has {}", process.settings().name,
                                                     entry.weight.reverse ? "its quorum" : "no quorum")});
    }
}

}  // namespace understudy::agent
