#include "settings_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

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

SettingsKeeper::SettingsKeeper(os::Log& log, std::expected<os::KeptFile, os::SysError> file)
    : log_(&log), file_(std::move(file)) {
    if (file_) held_ = parse_held_settings(file_->content());
}

void SettingsKeeper::hold(const std::vector<agent::HeldSetting>& wanted) {
    asked_ = true;
    const auto is_wanted = [&](const HeldBefore& held) {
        return std::ranges::find(wanted, held.setting) != wanted.end();
    };
    for (const HeldBefore& held : held_)
        if (is_wanted(held))
            look_after(held);
        else
            restore(held);
    if (std::erase_if(held_, [&](const HeldBefore& held) { return !is_wanted(held); }) > 0) store();
    for (const agent::HeldSetting& setting : wanted)
        if (!holds(setting)) set(setting);
}

void SettingsKeeper::give_back_leftovers() {
    if (!asked_) hold({});
}

bool SettingsKeeper::holds(const agent::HeldSetting& setting) const {
    return std::ranges::find(held_, setting, &HeldBefore::setting) != held_.end();
}

void SettingsKeeper::set(const agent::HeldSetting& setting) {
    const auto path = path_of(setting);
    if (!path) return;
    const auto before = os::read_sysctl(*path);
    if (!before) return complain(before.error().to_string());
    held_.push_back({setting, *before});
    if (*before == setting.value) return;
    store();  // first: whoever follows us must know
    if (const auto written = os::write_sysctl(*path, setting.value); !written)
        complain(written.error().to_string());
}

void SettingsKeeper::look_after(const HeldBefore& held) {
    const auto path = path_of(held.setting);
    if (!path) return;
    const auto now = os::read_sysctl(*path);
    if (!now || *now == held.setting.value) return;
    if (!os::write_sysctl(*path, held.setting.value)) return;  // which was told when it was first refused
    log_->write("setting-set-again", os::LogLevel::Notice,
                fmt::format("somebody has set {} to {}: it is {} again", *path, *now, held.setting.value),
                {{"setting", *path}});
}

// What somebody else has set meanwhile is theirs.
void SettingsKeeper::restore(const HeldBefore& held) {
    const auto path = path_of(held.setting);
    if (!path || held.before == held.setting.value) return;
    if (os::read_sysctl(*path).value_or("") != held.setting.value) return;
    if (const auto written = os::write_sysctl(*path, held.before); !written)
        complain(written.error().to_string());
}

void SettingsKeeper::store() {
    const auto done = file_ ? file_->replace(held_settings_text(held_)) : std::unexpected(file_.error());
    if (std::exchange(stored_, done.has_value()) && !done)
        complain(done.error().to_string() + "; if this process dies, changed kernel settings stay");
}

void SettingsKeeper::complain(const std::string& what) {
    log_->write("setting-refused", os::LogLevel::Warning, what + ": going on without it");
}

}  // namespace understudy::daemon
