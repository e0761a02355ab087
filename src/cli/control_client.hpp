// Asking a running daemon: one question over its control socket, and its answer.
#pragma once

#include <expected>
#include <string>

#include <nlohmann/json.hpp>

#include "understudy/base/time.hpp"
#include "understudy/ctl/request.hpp"

#include "command.hpp"

namespace understudy::cli {

inline constexpr const char* kDefaultSocket = "/run/understudy/control.sock";

// For every command that asks a daemon.
inline constexpr Option kSocket{.name = "socket",
                                .letter = 's',
                                .argument = "PATH",
                                .meaning = "control socket of the daemon",
                                .completion = Completion::Files};

// The result, or in words why there is none. Waits no longer than `patience` in all.
[[nodiscard]] std::expected<nlohmann::json, std::string> ask(const std::string& path,
                                                             const ctl::Question& question, seconds patience);

// The same for a command: by its --socket, with the complaint written where complaints go.
[[nodiscard]] std::expected<nlohmann::json, int> ask(const Arguments& arguments,
                                                     const ctl::Question& question, Console& console);

}  // namespace understudy::cli
