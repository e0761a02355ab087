// The vrrp process's end of the connection to its supervisor. A report of many instances is written one
// instance a turn of the loop, so that adverts are never late because somebody asked.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/ctl/reply.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::daemon {

class WorkerDesk {
public:
    // What keeps the new configuration from taking effect, in words.
    using Reload = std::move_only_function<std::expected<void, std::string>()>;

    // Hands the agent what the operator orders.
    using Order = std::move_only_function<void(const agent::Event&)>;

    // The agent must outlive this.
    WorkerDesk(os::Loop& loop, os::UniqueFd socket, const agent::Agent& agent, Reload reload, Order order);
    WorkerDesk(const WorkerDesk&) = delete;

private:
    struct Report {
        std::uint64_t id = 0;
        std::vector<std::string> names;
        std::size_t next = 0;
        std::string text;  // of a JSON array, so far
    };

    void heard(std::string_view line);
    // The names that a question is about: one, if there is such an instance, or all. None: it was refused.
    [[nodiscard]] std::optional<std::vector<std::string>> names_for(
        std::uint64_t id, const std::optional<std::string>& instance);
    // One event for each of these, then a report of them.
    template <typename Event>
    void order(std::uint64_t id, const std::optional<std::string>& instance, Event event);
    void begin_report(std::uint64_t id, std::vector<std::string> names);
    void go_on_later();
    void go_on();

    os::Loop* loop_;
    const agent::Agent* agent_;
    Reload reload_;
    Order order_;
    std::deque<Report> reports_;
    os::LineStream stream_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace understudy::daemon
