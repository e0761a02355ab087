// Tells which processes run on this host, as they start, become another program, change their name and end.
// Where the kernel's process connector answers (the first network and pid namespace, CAP_NET_ADMIN), every
// change is told as it happens. Elsewhere, and until it has answered, /proc is read over and over, once a
// second and a part of it in each turn of the loop. A process that has ended and waits for its parent counts
// as ended.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/os/loop.hpp"
#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct RunningProcess {
    std::uint32_t pid = 0;
    std::string name;                // the kernel's, at most 15 characters
    std::vector<std::string> words;  // of its command line, if these were asked for
};

class ProcessWatch {
public:
    struct Handlers {
        std::move_only_function<void(const RunningProcess&)>
            runs;  // new, or perhaps something else than before
        std::move_only_function<void(std::uint32_t pid)> ended;
        // All that run have been told; the ascending pids are those that do.
        std::move_only_function<void(const std::vector<std::uint32_t>&)> looked_through;
        std::move_only_function<void()> settled;  // after each of the above: a good time to count
        std::move_only_function<void(const std::string& why)> polling;  // once: there is no connector
    };

    // Begins to look through /proc from the loop. `buffer`: of the connector, unless its own default will do.
    [[nodiscard]] static std::expected<ProcessWatch, SysError> open(
        Loop& loop, Handlers handlers, std::optional<ReceiveBuffer> buffer = std::nullopt);
    ProcessWatch(ProcessWatch&&) noexcept;
    ProcessWatch& operator=(ProcessWatch&&) noexcept;
    ~ProcessWatch();

    // Tells all that run again. Command lines cost more than names.
    void look_again(bool with_command_lines);

private:
    struct State;
    explicit ProcessWatch(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
