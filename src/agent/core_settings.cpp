// Kernel settings that go with what is configured: they hold as long as somebody needs them.
#include <algorithm>
#include <utility>

#include "core.hpp"

namespace understudy::agent {

namespace {

// Whoever manages the host may load all settings again.
constexpr seconds kHoldAgain{60};
constexpr const char* kIgmpReportsOfLocalGroups = "net/ipv4/igmp_link_local_mcast_reports";

}  // namespace

// Without promote_secondaries an interface that loses its first address of a network loses all others of it,
// the virtual ones included. One that a reload removes still needs it while its addresses go.
void Agent::Core::settle_settings() {
    if (!std::exchange(settings_due, false)) return;
    std::vector<HeldSetting> wanted;
    for (const auto& router : routers)
        if (router->settings.promote_secondaries && router->base && !router->settings.interface.empty())
            wanted.push_back({*router->base, "promote_secondaries", "1"});
    if (config->globals.disable_local_igmp) wanted.push_back({{}, kIgmpReportsOfLocalGroups, "0"});
    if (finished) wanted.clear();
    std::ranges::sort(wanted);
    const auto same = std::ranges::unique(wanted);
    wanted.erase(same.begin(), same.end());
    if (wanted == held_settings) return;
    held_settings = std::move(wanted);
    hold_settings_again();
}

void Agent::Core::hold_settings_again() {
    actions.push_back(HoldSettings{held_settings});
    const bool any = !held_settings.empty();
    deadlines.set({AlarmKind::Settings, 0}, any ? std::optional{now + kHoldAgain} : std::nullopt);
}

}  // namespace understudy::agent
