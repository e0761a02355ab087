// A daemon's answers as an operator reads them. The answers are those of another program, perhaps of another
// version: what is missing is left out, nothing is taken for granted.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace understudy::cli {

[[nodiscard]] std::string status_text(const nlohmann::json& result);
// The same, or with --json the answer as it is.
void show_instances(const Arguments& arguments, const nlohmann::json& result, Console& console);
// What changes, thing by thing; one line for all that does not.
[[nodiscard]] std::string changes_text(const nlohmann::json& changes);
// "3 min 4 s"
[[nodiscard]] std::string seconds_in_words(double in_seconds);

}  // namespace understudy::cli
