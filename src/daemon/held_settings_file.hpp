// The file in which the vrrp process keeps what kernel settings were before it changed them: a line for each,
// with the interface's number, the setting, the value before and the value it was given. It stands beside the
// pid file, and is empty unless anything is held. Pure: a line that we would not write ourselves is passed
// over, for what stands there is written into the kernel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/action.hpp"

namespace understudy::daemon {

struct HeldBefore {
    agent::HeldSetting setting;
    std::string before;
    friend bool operator==(const HeldBefore&, const HeldBefore&) = default;
};

[[nodiscard]] std::string held_settings_text(const std::vector<HeldBefore>& held);
[[nodiscard]] std::vector<HeldBefore> parse_held_settings(std::string_view text);

}  // namespace understudy::daemon
