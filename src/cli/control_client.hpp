// Asking a running daemon: one question over its control socket, and its answer.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "understudy/base/time.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/os/unique_fd.hpp"

#include "command.hpp"

namespace understudy::cli {

inline constexpr const char* kDefaultSocket = "/run/understudy/control.sock";

// For every command that asks a daemon.
inline constexpr Option kSocket{.name = "socket",
                                .letter = 's',
                                .argument = "PATH",
                                .meaning = "control socket of the daemon",
                                .completion = Completion::Files};

inline constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
inline constexpr seconds kPatience{15};  // longer than the daemon waits for its own processes

// A daemon whose queue is full is tried again until then; the socket itself never waits.
[[nodiscard]] std::expected<os::UniqueFd, std::string> connect_to(const std::string& path, Instant until);
// Whether it can be read or written (POLLIN, POLLOUT) by then.
[[nodiscard]] bool wait_for(const os::UniqueFd& fd, short what, Instant until);
[[nodiscard]] std::expected<void, std::string> send_line(const os::UniqueFd& fd, std::string line,
                                                         Instant until);
// What the daemon's line gives, or in words why it gives nothing.
[[nodiscard]] std::expected<nlohmann::json, std::string> result_in(std::string_view line);

// Why there is no result.
struct Unanswered {
    std::string text;
    bool by_daemon = false;  // it says so itself
    bool unheard = false;    // the question may be put again: nobody has acted on it
};
// A daemon with too many clients hangs up on some of them: then it is asked again until `patience` is over.
[[nodiscard]] std::expected<nlohmann::json, Unanswered> ask_or_say_why(const std::string& path,
                                                                       const ctl::Question& question,
                                                                       seconds patience);

// The result, or in words why there is none. Waits no longer than `patience` in all.
[[nodiscard]] std::expected<nlohmann::json, std::string> ask(const std::string& path,
                                                             const ctl::Question& question, seconds patience);

// The same for a command: by its --socket, with the complaint written where complaints go.
[[nodiscard]] std::expected<nlohmann::json, int> ask(const Arguments& arguments,
                                                     const ctl::Question& question, Console& console);

// Asks, and shows the instances that the answer tells of, as text or with --json as it is. The exit status.
[[nodiscard]] int ask_and_show(const Arguments& arguments, const ctl::Question& question, Console& console);

void pause_for(milliseconds duration);
// Between two questions of one that waits for what becomes of its order.
void wait_a_moment();

}  // namespace understudy::cli
