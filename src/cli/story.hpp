// What happened in a recording, in sentences: `understudyctl replay`.
#pragma once

#include <string>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"

namespace understudy::cli {

// "heard an advert of 192.0.2.2 to 224.0.0.18: VRID 51, priority 100"
[[nodiscard]] std::string text_of(const agent::Event& event);
// "send an advert of 192.0.2.1 to 224.0.0.18: VRID 51, priority 100"
[[nodiscard]] std::string text_of(const agent::Action& action);

}  // namespace understudy::cli
