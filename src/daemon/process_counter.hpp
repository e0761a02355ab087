// Joins the processes that the kernel tells of with those that are tracked: hands over a number when it is
// first known and whenever it changes, never one from halfway through a look at what runs.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/model/tracker.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process_watch.hpp"
#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::daemon {

class ProcessCounter {
public:
    struct Handlers {
        std::function<void(const std::string& name, std::size_t count)> counted;  // from the loop
        std::function<void(const std::string& why)> polling;
    };

    [[nodiscard]] static std::expected<ProcessCounter, os::SysError> open(
        os::Loop& loop, std::optional<os::ReceiveBuffer> buffer, Handlers handlers);

    void want(std::vector<model::TrackProcess> processes);

private:
    struct State;
    ProcessCounter(std::shared_ptr<State> state, os::ProcessWatch watch);

    std::shared_ptr<State> state_;
    os::ProcessWatch watch_;
};

}  // namespace understudy::daemon
