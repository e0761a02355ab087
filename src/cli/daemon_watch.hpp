// Looking at a daemon from a program that serves others meanwhile: through the loop, without ever waiting.
// All who want to know at about the same time share one question, so however many ask, the daemon is asked
// twice a second at most. What has happened it is asked for only when somebody wants it and there may be
// news.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

#include "overview.hpp"
#include "site.hpp"

namespace understudy::cli {

class DaemonWatch {
public:
    static constexpr milliseconds kFresh{500};  // an answer that is so old is good enough
    static constexpr seconds kHistoryFresh{5};  // and of what has happened, while no state changes
    static constexpr seconds kPatience{8};      // longer than the daemon waits for its own processes

    enum class Wish : std::uint8_t { Status, History };
    using Seen = std::move_only_function<void(const Scene&)>;

    DaemonWatch(os::Loop& loop, std::string path) : loop_(&loop), path_(std::move(path)) {}
    DaemonWatch(const DaemonWatch&) = delete;

    [[nodiscard]] std::expected<void, os::SysError> open();
    // Tells through the loop, in any case: also that the daemon does not answer.
    void look(Wish wish, Seen seen);

private:
    void ask();
    void heard(std::string_view line);
    [[nodiscard]] bool wants_history(const nlohmann::json& daemon) const;
    void fail(std::string problem);
    void finish();

    os::Loop* loop_;
    std::string path_;
    std::optional<os::Timer> timer_;
    std::optional<os::LineStream> stream_;  // while a question is under way
    std::vector<Seen> waiting_;
    bool history_wanted_ = false;  // by one of those that wait
    bool history_outdated_ = true;
    std::optional<nlohmann::json> history_;  // as the daemon remembers it
    Instant history_asked_;
    Timeline timeline_;  // for a daemon that remembers nothing
    Observed gathered_;
    Scene scene_;
    std::optional<Instant> seen_at_;
};

}  // namespace understudy::cli
