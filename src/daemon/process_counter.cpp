#include "process_counter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "understudy/track/process.hpp"

namespace understudy::daemon {

struct ProcessCounter::State {
    explicit State(Handlers the_handlers) : handlers(std::move(the_handlers)) {}

    void tell() {
        if (!complete) return;
        // By value: whoever is told may ask for other processes.
        const std::vector<std::size_t> counts = table.counts();
        const std::vector<model::TrackProcess> wanted = table.wanted();
        const std::vector<std::optional<std::size_t>> before =
            std::exchange(told, {counts.begin(), counts.end()});
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (i >= before.size() || before[i] != counts[i]) handlers.counted(wanted[i].name, counts[i]);
    }

    Handlers handlers;
    track::ProcessTable table;
    std::vector<std::optional<std::size_t>> told;
    bool complete = false;
};

std::expected<ProcessCounter, os::SysError> ProcessCounter::open(os::Loop& loop,
                                                                 std::optional<os::ReceiveBuffer> buffer,
                                                                 Handlers handlers) {
    auto state = std::make_shared<State>(std::move(handlers));
    os::ProcessWatch::Handlers told;
    told.runs = [state](const os::RunningProcess& process) {
        state->table.runs(process.pid, {process.name, process.words});
    };
    told.ended = [state](std::uint32_t pid) { state->table.ended(pid); };
    told.looked_through = [state](const std::vector<std::uint32_t>& pids) {
        state->table.keep_only(pids);
        state->complete = true;
    };
    told.settled = [state] { state->tell(); };
    told.polling = state->handlers.polling;
    auto watch = os::ProcessWatch::open(loop, std::move(told), buffer);
    if (!watch) return std::unexpected(watch.error());
    return ProcessCounter{std::move(state), *std::move(watch)};
}

ProcessCounter::ProcessCounter(std::shared_ptr<State> state, os::ProcessWatch watch)
    : state_(std::move(state)), watch_(std::move(watch)) {}

void ProcessCounter::want(std::vector<model::TrackProcess> processes) {
    const bool with_words = std::ranges::any_of(processes, track::needs_words);
    state_->table.want(std::move(processes));
    state_->told.clear();
    state_->complete = false;
    watch_.look_again(with_words);
}

}  // namespace understudy::daemon
