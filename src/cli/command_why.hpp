// understudyctl why: the reasons of an instance in plain sentences.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace understudy::cli {

extern const Command kWhy;

// The daemon's answer as an operator reads it; what is missing in it is left out.
[[nodiscard]] std::string why_text(const nlohmann::json& result);

}  // namespace understudy::cli
