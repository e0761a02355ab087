// The vrrp process's end of the connection to its supervisor. A report or dump of many instances is written
// one instance a turn of the loop, so that adverts are never late because somebody asked; and a file is
// written by the supervisor, so that they are not late because a disk is.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/ctl/news.hpp"
#include "understudy/ctl/reply.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::daemon {

class WorkerDesk {
public:
    struct Handlers {
        // What keeps the new configuration from taking effect, in words.
        std::move_only_function<std::expected<void, std::string>()> reload;
        // Hands the agent what the operator orders.
        std::move_only_function<void(const agent::Event&)> order;
        std::move_only_function<void(ctl::LogLevel)> log_level;
    };

    // The agent must outlive this.
    WorkerDesk(os::Loop& loop, os::UniqueFd socket, const agent::Agent& agent, Handlers handlers);
    WorkerDesk(const WorkerDesk&) = delete;

    void tell(const ctl::News& news) { stream_.send(ctl::to_line(news)); }

private:
    using Asked = std::variant<ctl::Status, ctl::Why, ctl::Dump, ctl::ResetStatistics>;
    struct Report {
        std::uint64_t id = 0;
        Asked asked;
        std::vector<std::string> names;
        std::size_t next = 0;
        std::vector<std::string> parts = {};  // one for each instance so far
    };

    void heard(std::string_view line);
    // The names that a question is about: one, if there is such an instance, or all. None: it was refused.
    [[nodiscard]] std::optional<std::vector<std::string>> names_for(
        std::uint64_t id, const std::optional<std::string>& instance);
    // Hands the event over, then reports what it is about.
    void order(std::uint64_t id, const std::optional<std::string>& instance, const agent::Event& event);
    void fail_over(std::uint64_t id, const std::string& instance);
    void answer_check(std::uint64_t id, const std::string& name, bool run);
    void begin(Report report);
    void go_on_later();
    void go_on();
    [[nodiscard]] std::optional<std::string> part(const Asked& asked, const std::string& instance);
    [[nodiscard]] std::optional<std::string> part(const ctl::Status& asked, const std::string& instance);
    [[nodiscard]] std::optional<std::string> part(const ctl::Why& asked, const std::string& instance);
    [[nodiscard]] std::optional<std::string> part(const ctl::ResetStatistics& asked,
                                                  const std::string& instance);
    [[nodiscard]] std::optional<std::string> part(const ctl::Dump& asked, const std::string& instance);
    [[nodiscard]] std::string whole(const Report& report) const;
    [[nodiscard]] std::string whole(const ctl::Dump& asked, const std::vector<std::string>& parts) const;

    os::Loop* loop_;
    const agent::Agent* agent_;
    Handlers handlers_;
    std::deque<Report> reports_;
    os::LineStream stream_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace understudy::daemon
