// The table of commands, and the way from a command line to one of them.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace understudy::cli {

// In the order in which help shows them.
[[nodiscard]] std::span<const Command* const> all_commands();
[[nodiscard]] const Command* find_command(std::string_view name);
// "; did you mean 'NAME'?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

// `words`: all that follows the command's name. What is wrong with them, in words, if they don't fit.
// `--help` always fits.
[[nodiscard]] std::expected<Arguments, std::string> parse_arguments(const Command& command,
                                                                    const std::vector<std::string>& words);

// "understudyctl NAME [OPTION...] WORDS"
[[nodiscard]] std::string synopsis(const Command& command);
// "-i, --config-id=ID"
[[nodiscard]] std::string shown(const Option& option);
// What `understudyctl help` prints, and `understudyctl help COMMAND`.
[[nodiscard]] std::string help_text();
[[nodiscard]] std::string help_text(const Command& command);

// The whole program but for its streams; `words` without the program's name. The exit status.
[[nodiscard]] int run(const std::vector<std::string>& words, Console& console);

}  // namespace understudy::cli
