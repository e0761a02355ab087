// Each part is a process of its own, forked from the supervisor: it gives up the rights that it does not
// need, and may die without the others.
#pragma once

#include "parts.hpp"

namespace understudy::daemon {

class ProcessParts final : public Parts {
public:
    void belong_to(os::Loop& supervisor, std::function<void()> let_go) override;
    [[nodiscard]] std::expected<pid_t, os::SysError> start(Part part) override;
    void signal(pid_t part, int number) override;
    [[nodiscard]] std::optional<os::ProcessEnd> next_end() override;
    [[nodiscard]] std::optional<os::ProcessEnd> end_of(pid_t part) override;
    [[nodiscard]] pid_t process_of(pid_t part) const override { return part; }
    [[nodiscard]] bool are_replaceable() const override { return true; }
    [[nodiscard]] int conclude(int status) override { return status; }

private:
    os::Loop* loop_ = nullptr;
    std::function<void()> let_go_;
};

}  // namespace understudy::daemon
