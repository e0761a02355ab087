// The file in which the vrrp process keeps what kernel settings were before it changed them: a line for each,
// with the interface's number, the setting, the value before and the value it was given. It stands beside the
// pid file, and lives as long as anything is held. Reading is pure but for the file: a line that we would not
// write ourselves is passed over, for what stands there is written into the kernel by root.
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

// None that anybody but us could have written.
[[nodiscard]] std::vector<HeldBefore> read_held_settings(const std::string& path);

}  // namespace understudy::daemon
