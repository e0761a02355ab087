#include "understudy/doctor/managers.hpp"

#include <algorithm>

namespace understudy::doctor {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// The last value of a key, in any section or in one.
std::optional<std::string> value_in(std::string_view text, std::string_view key,
                                    std::string_view section = {}) {
    std::optional<std::string> value;
    bool counts = section.empty();
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('[') && !section.empty()) counts = line == section;
        const std::size_t equals = line.find('=');
        if (counts && equals != std::string_view::npos && trimmed(line.substr(0, equals)) == key)
            value = trimmed(line.substr(equals + 1));
    }
    return value;
}

}  // namespace

std::optional<Manager> network_manager(std::string_view device) {
    const auto managed = value_in(device, "managed");
    if (managed != "true" && managed != "1") return std::nullopt;
    return Manager{"NetworkManager", false, {}};
}

NetworkdLink networkd_link(std::string_view link) {
    const std::string state = value_in(link, "ADMIN_STATE").value_or("");
    return {state == "configured" || state == "configuring" || state == "pending",
            value_in(link, "NETWORK_FILE").value_or("")};
}

bool networkd_keeps_addresses(std::string_view network) {
    const std::string kept = value_in(network, "KeepConfiguration", "[Network]").value_or("no");
    return kept == "yes" || kept == "static" || kept == "true" || kept == "1" || kept == "on";
}

}  // namespace understudy::doctor
