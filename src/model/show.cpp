#include "show.hpp"

#include <array>

namespace understudy::model {

namespace {

std::string scope_name(std::uint8_t scope) {
    constexpr std::uint8_t kLink = 253;
    constexpr std::uint8_t kHost = 254;
    if (scope == kLink) return "link";
    if (scope == kHost) return "host";
    return std::to_string(scope);
}

}  // namespace

std::string shown(const Command& command, const Config&) {
    std::string text;
    for (const std::string& word : command.words) {
        const bool plain = word.find_first_of(" \t\"") == std::string::npos && !word.empty();
        text += (text.empty() ? "" : " ") + (plain ? word : quote(word));
    }
    if (!command.user.empty()) text += " user " + command.user;
    if (!command.group.empty()) text += " " + command.group;
    return text;
}

std::string shown(const VirtualAddress& address, const Config& config) {
    std::string text = address.prefix.to_string();
    if (!address.dev.empty()) text += " dev " + address.dev;
    if (address.broadcast) text += " brd " + address.broadcast->to_string();
    if (address.scope != 0) text += " scope " + scope_name(address.scope);
    if (!address.label.empty()) text += " label " + address.label;
    if (address.preferred_lifetime) text += " preferred_lft " + shown(*address.preferred_lifetime, config);
    struct Flag {
        bool set;
        const char* name;
    };
    for (const Flag& flag : std::array<Flag, 5>{{{address.no_prefix_route, " noprefixroute"},
                                                 {address.home, " home"},
                                                 {address.manage_temporary, " mngtmpaddr"},
                                                 {address.duplicate_address_detection, " -nodad"},
                                                 {address.no_track, " no_track"}}})
        if (flag.set) text += flag.name;
    return text;
}

std::string shown(const Weight& weight, const Config&) {
    return "weight " + std::to_string(weight.value) + (weight.reverse ? " reverse" : "");
}

std::string shown(const TrackedLink& tracked, const Config& config) {
    return tracked.name + " " + shown(tracked.weight, config);
}

std::string shown(const TrackedScript& tracked, const Config& config) {
    return config.scripts.at(tracked.script).name + " " + shown(tracked.weight, config);
}

std::string shown(const NotifyPipe& pipe, const Config& config) {
    std::string text = pipe.path.empty() ? "none" : pipe.path;
    if (!pipe.user.empty()) text += " " + pipe.user;
    if (!pipe.group.empty()) text += " " + pipe.group;
    if (pipe.reader) text += " read by " + shown(*pipe.reader, config);
    return text;
}

std::string shown(const UnicastPeer& peer, const Config&) {
    std::string text = peer.address.to_string();
    if (peer.min_ttl) text += " min_ttl " + std::to_string(*peer.min_ttl);
    if (peer.max_ttl) text += " max_ttl " + std::to_string(*peer.max_ttl);
    return text;
}

std::string shown(AuthType type, const Config&) {
    switch (type) {
        case AuthType::None:
            return "none";
        case AuthType::Pass:
            return "PASS";
        case AuthType::Ah:
            return "AH";
    }
    return "";
}

std::string shown(net::Family family, const Config&) { return std::string{net::name(family)}; }

std::string shown(net::VrrpVersion version, const Config&) {
    return std::to_string(static_cast<int>(version));
}

}  // namespace understudy::model
