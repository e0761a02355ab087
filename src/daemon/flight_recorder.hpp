// The flight recorder of the vrrp process: agent/recording over a file of the run directory; where no file
// can or may hold it, over memory that the supervisor keeps for the next vrrp process. Whatever goes wrong
// with it is told once, and everything else goes on without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "understudy/agent/recording.hpp"
#include "understudy/model/config.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/mapped_file.hpp"
#include "understudy/os/unique_fd.hpp"

#include "options.hpp"

namespace understudy::daemon {

// The file of --recording, else beside the control socket, or where that would be; none: it is switched off.
[[nodiscard]] std::optional<std::string> recording_path(const Options& options,
                                                        const model::Globals& globals);

// The number of a run that begins then. It stays what it is when somebody sets the clock.
[[nodiscard]] std::uint64_t recording_run(WallTime begin);

class FlightRecorder {
public:
    explicit FlightRecorder(os::Log& log) : log_(&log) {}

    // With room for the recording of an agent of this configuration. `memory`: none, if no other process
    // could go on with it.
    void reserve(const Options& options, const model::Config& config, const os::UniqueFd& memory);
    // Goes on behind what a predecessor has left in the file.
    void begin(const agent::Agent& agent);

    // Before and after each turn of the agent.
    void told(const agent::Event& event, Instant now) {
        if (recorder_) recorder_->told(event, now);
    }
    void ordered(const agent::Agent& agent, std::span<const agent::Action> actions, Instant now,
                 WallTime wall) {
        if (recorder_ && !recorder_->ordered(agent, actions, now, wall)) give_up();
    }

private:
    // False: and that was told.
    [[nodiscard]] bool reserve_file(std::size_t size);
    void give_up();

    os::Log* log_;
    std::string path_;
    std::optional<os::MappedFile> file_;
    std::optional<agent::Recorder> recorder_;
};

}  // namespace understudy::daemon
