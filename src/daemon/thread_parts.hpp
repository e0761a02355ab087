// All parts are threads of the supervisor's process (--single-process): for containers, debuggers and tests.
// They keep all rights that the process has, and an end that is not orderly is the end of all.
#pragma once

#include <map>
#include <memory>

#include "understudy/os/thread.hpp"

#include "parts.hpp"

namespace understudy::daemon {

class ThreadParts final : public Parts {
public:
    ThreadParts();

    void belong_to(os::Loop&, std::function<void()>) override {}
    [[nodiscard]] std::expected<pid_t, os::SysError> start(Part part) override;
    void signal(pid_t part, int number) override;
    [[nodiscard]] std::optional<os::ProcessEnd> next_end() override;
    [[nodiscard]] std::optional<os::ProcessEnd> end_of(pid_t part) override;
    [[nodiscard]] pid_t process_of(pid_t) const override { return os::process_id(); }
    [[nodiscard]] bool are_replaceable() const override { return false; }
    [[nodiscard]] int conclude(int status) override;

private:
    struct Running {
        os::Thread thread;
        os::UniqueFd numbers;  // what it is told, an octet each
    };
    class Ends;

    std::optional<os::ProcessEnd> buried(std::optional<pid_t> part);

    std::shared_ptr<Ends> ends_;
    std::map<pid_t, Running> running_;
    pid_t last_ = 0;         // counted downwards: no process has a number like that
    bool any_left_ = false;  // that still runs though it counts as ended
};

}  // namespace understudy::daemon
