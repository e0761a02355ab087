#include "held_settings_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "understudy/base/text.hpp"

namespace understudy::daemon {

namespace {

bool is_value(std::string_view text) {
    return !text.empty() && text.size() <= 3 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A setting of IPv4: a whole path, or a name of one folder's.
bool is_setting(std::string_view name, bool whole) {
    const auto may_stand = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (whole && !name.starts_with("net/ipv4/")) return false;
    if (whole) name.remove_prefix(std::string_view{"net/ipv4/"}.size());
    return !name.empty() && std::ranges::all_of(name, may_stand);
}

std::optional<HeldBefore> parse_line(std::string_view line) {
    std::array<std::string_view, 4> words;
    for (std::string_view& word : words) {
        const std::size_t end = std::min(line.find(' '), line.size());
        word = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    const auto& [link, name, before, value] = words;
    const auto index = parse_number<std::uint32_t>(link);
    if (!line.empty() || !index || !is_setting(name, *index == 0)) return std::nullopt;
    if (!is_value(before) || !is_value(value)) return std::nullopt;
    return HeldBefore{{{*index}, std::string{name}, std::string{value}}, std::string{before}};
}

}  // namespace

std::string held_settings_text(const std::vector<HeldBefore>& held) {
    std::string text;
    for (const auto& [setting, before] : held)
        text += fmt::format("{} {} {} {}\n", setting.link.value, setting.name, before, setting.value);
    return text;
}

std::vector<HeldBefore> parse_held_settings(std::string_view text) {
    std::vector<HeldBefore> held;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto line = parse_line(text.substr(0, end))) held.push_back(*std::move(line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return held;
}

}  // namespace understudy::daemon
