// Looking at a daemon from a program that serves others meanwhile: through the loop, without ever waiting.
// All who want to know at about the same time share one question, so however many ask, the daemon is asked
// twice a second at most.
#pragma once

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
    static constexpr seconds kPatience{8};      // longer than the daemon waits for its own processes

    using Seen = std::move_only_function<void(const Scene&)>;

    DaemonWatch(os::Loop& loop, std::string path) : loop_(&loop), path_(std::move(path)) {}
    DaemonWatch(const DaemonWatch&) = delete;

    [[nodiscard]] std::expected<void, os::SysError> open();
    // Tells through the loop, in any case: also that the daemon does not answer.
    void look(Seen seen);

private:
    void ask();
    void heard(std::string_view line);
    void fail(std::string problem);
    void finish();

    os::Loop* loop_;
    std::string path_;
    std::optional<os::Timer> timer_;
    std::optional<os::LineStream> stream_;  // while a question is under way
    std::vector<Seen> waiting_;
    Timeline timeline_;
    Observed gathered_;
    Scene scene_;
    std::optional<Instant> seen_at_;
};

}  // namespace understudy::cli
