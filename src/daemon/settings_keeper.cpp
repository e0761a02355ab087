#include "settings_keeper.hpp"

#include <algorithm>
#include <optional>

#include "understudy/os/links.hpp"
#include "understudy/os/sysctl.hpp"

namespace understudy::daemon {

namespace {

// None: the interface has gone, and its settings with it.
std::optional<std::string> path_of(const agent::HeldSetting& setting) {
    if (setting.link.value == 0) return setting.name;
    const auto link = os::link_name(setting.link);
    if (!link) return std::nullopt;
    return "net/ipv4/conf/" + *link + "/" + setting.name;
}

}  // namespace

void SettingsKeeper::hold(const std::vector<agent::HeldSetting>& wanted) {
    const auto is_wanted = [&](const Held& held) {
        return std::ranges::find(wanted, held.setting) != wanted.end();
    };
    for (const Held& held : held_)
        if (!is_wanted(held)) restore(held);
    std::erase_if(held_, [&](const Held& held) { return !is_wanted(held); });
    for (const agent::HeldSetting& setting : wanted)
        if (std::ranges::find(held_, setting, &Held::setting) == held_.end()) set(setting);
}

void SettingsKeeper::set(const agent::HeldSetting& setting) {
    const auto path = path_of(setting);
    if (!path) return;
    const auto before = os::read_sysctl(*path);
    if (!before) return complain(before.error().to_string());
    held_.push_back({setting, *before});
    if (*before == setting.value) return;
    if (const auto written = os::write_sysctl(*path, setting.value); !written)
        complain(written.error().to_string());
}

// What somebody else has set meanwhile is theirs.
void SettingsKeeper::restore(const Held& held) {
    const auto path = path_of(held.setting);
    if (!path || held.before == held.setting.value) return;
    if (os::read_sysctl(*path).value_or("") != held.setting.value) return;
    if (const auto written = os::write_sysctl(*path, held.before); !written)
        complain(written.error().to_string());
}

void SettingsKeeper::complain(const std::string& what) {
    log_->write(os::LogLevel::Warning, what + ": going on without it");
}

}  // namespace understudy::daemon
