// The kernel settings that go with a virtual MAC. Two interfaces share one wire, and each must answer for its
// own addresses only, or neighbours would learn the wrong MAC.
#include <algorithm>
#include <charconv>

#include "understudy/desired/virtual_links.hpp"

namespace understudy::desired {

namespace {

constexpr std::string_view kNoteBegin = "understudy:";

int number_in(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// An operator's stricter value stays.
int wanted_of_base(std::string_view name, int now) {
    if (name == "arp_announce") return std::max(now, 2);  // or its own questions would tell its own MAC
    return std::max(now, 1);
}

}  // namespace

std::string note_of(std::span<const net::KernelSetting> before) {
    std::string note{kNoteBegin};
    for (const net::KernelSetting& setting : before) note += " " + setting.path + "=" + setting.value;
    return note;
}

bool is_note(std::string_view alias) { return alias.starts_with(kNoteBegin); }

std::vector<net::KernelSetting> settings_in(std::string_view note) {
    std::vector<net::KernelSetting> settings;
    if (!is_note(note)) return settings;
    note.remove_prefix(kNoteBegin.size());
    while (!note.empty()) {
        const std::size_t end = std::min(note.find(' '), note.size());
        const std::string_view word = note.substr(0, end);
        note.remove_prefix(std::min(end + 1, note.size()));
        const std::size_t equals = word.find('=');
        // It may have been written by anybody: only what we would note ourselves is believed.
        if (equals == std::string_view::npos) continue;
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = word.substr(equals + 1);
        if (std::ranges::find(kBaseSettings, name) == std::end(kBaseSettings)) continue;
        if (value.size() != 1 || value.front() < '0' || value.front() > '9') continue;
        settings.push_back({std::string{name}, std::string{value}});
    }
    return settings;
}

std::vector<net::KernelSetting> settings_of(const net::VirtualLink& link, bool filters_sources) {
    const std::string v4 = "net/ipv4/conf/" + link.name + "/";
    const std::string v6 = "net/ipv6/conf/" + link.name + "/";
    std::vector<net::KernelSetting> settings{{v4 + "arp_ignore", "1"}, {v4 + "arp_announce", "2"}};
    if (link.carries_v4) {
        settings.push_back({v4 + "accept_local", "1"});
        // Adverts come in here, but the route to their senders is by the interface below. The kernel takes
        // the higher of this and the host's value, and 2 asks only that there be a route.
        settings.push_back({v4 + "rp_filter", filters_sources ? "2" : "0"});
        settings.push_back({v4 + "promote_secondaries", "1"});
    }
    settings.push_back({v6 + "disable_ipv6", link.carries_v6 ? "0" : "1"});
    if (!link.carries_v6) return settings;
    settings.push_back({v6 + "autoconf", "0"});
    settings.push_back({v6 + "accept_ra", "0"});
    settings.push_back({v6 + "router_solicitations", "0"});
    return settings;
}

std::vector<net::KernelSetting> base_settings(std::span<const net::KernelSetting> now) {
    std::vector<net::KernelSetting> changed;
    for (const net::KernelSetting& setting : now)
        if (std::string wanted = std::to_string(wanted_of_base(setting.path, number_in(setting.value)));
            wanted != setting.value)
            changed.push_back({setting.path, std::move(wanted)});
    return changed;
}

}  // namespace understudy::desired
