#include "route_names.hpp"

#include <charconv>
#include <string>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

struct BuiltIn {
    NameKind kind;
    std::string_view name;
    std::uint32_t number;
};

constexpr BuiltIn kBuiltIn[] = {
    {NameKind::Table, "unspec", 0},          {NameKind::Table, "default", 253},
    {NameKind::Table, "main", 254},          {NameKind::Table, "local", 255},
    {NameKind::Protocol, "unspec", 0},       {NameKind::Protocol, "redirect", 1},
    {NameKind::Protocol, "kernel", 2},       {NameKind::Protocol, "boot", 3},
    {NameKind::Protocol, "static", 4},       {NameKind::Protocol, "gated", 8},
    {NameKind::Protocol, "ra", 9},           {NameKind::Protocol, "mrt", 10},
    {NameKind::Protocol, "zebra", 11},       {NameKind::Protocol, "bird", 12},
    {NameKind::Protocol, "dnrouted", 13},    {NameKind::Protocol, "xorp", 14},
    {NameKind::Protocol, "ntk", 15},         {NameKind::Protocol, "dhcp", 16},
    {NameKind::Protocol, "keepalived", 18},  {NameKind::Protocol, "babel", 42},
    {NameKind::Protocol, "bgp", 186},        {NameKind::Protocol, "isis", 187},
    {NameKind::Protocol, "ospf", 188},       {NameKind::Protocol, "rip", 189},
    {NameKind::Protocol, "eigrp", 192},      {NameKind::Scope, "global", 0},
    {NameKind::Scope, "universe", 0},        {NameKind::Scope, "site", 200},
    {NameKind::Scope, "link", 253},          {NameKind::Scope, "host", 254},
    {NameKind::Scope, "nowhere", 255},       {NameKind::Realm, "cosmos", 0},
    {NameKind::LinkGroup, "default", 0},     {NameKind::TypeOfService, "default", 0x00},
    {NameKind::TypeOfService, "CS1", 0x20},  {NameKind::TypeOfService, "CS2", 0x40},
    {NameKind::TypeOfService, "CS3", 0x60},  {NameKind::TypeOfService, "CS4", 0x80},
    {NameKind::TypeOfService, "CS5", 0xa0},  {NameKind::TypeOfService, "CS6", 0xc0},
    {NameKind::TypeOfService, "CS7", 0xe0},  {NameKind::TypeOfService, "AF11", 0x28},
    {NameKind::TypeOfService, "AF12", 0x30}, {NameKind::TypeOfService, "AF13", 0x38},
    {NameKind::TypeOfService, "AF21", 0x48}, {NameKind::TypeOfService, "AF22", 0x50},
    {NameKind::TypeOfService, "AF23", 0x58}, {NameKind::TypeOfService, "AF31", 0x68},
    {NameKind::TypeOfService, "AF32", 0x70}, {NameKind::TypeOfService, "AF33", 0x78},
    {NameKind::TypeOfService, "AF41", 0x88}, {NameKind::TypeOfService, "AF42", 0x90},
    {NameKind::TypeOfService, "AF43", 0x98}, {NameKind::TypeOfService, "EF", 0xb8},
    {NameKind::IpProtocol, "icmp", 1},       {NameKind::IpProtocol, "tcp", 6},
    {NameKind::IpProtocol, "udp", 17},       {NameKind::IpProtocol, "gre", 47},
    {NameKind::IpProtocol, "esp", 50},       {NameKind::IpProtocol, "ah", 51},
    {NameKind::IpProtocol, "ipv6-icmp", 58}, {NameKind::IpProtocol, "ospf", 89},
    {NameKind::IpProtocol, "vrrp", 112},     {NameKind::IpProtocol, "sctp", 132},
};

}  // namespace

std::optional<std::uint32_t> parse_id(std::string_view text) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) return parse_number<std::uint32_t>(text);
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + 2, end, number, 16);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

std::optional<std::uint32_t> number_of(NameKind kind, std::string_view text, const Host* host,
                                       const NameFolders& folders) {
    if (const auto number = parse_id(text)) return number;
    if (host != nullptr)
        if (const auto number = host->number_of(kind, std::string{text}, folders)) return number;
    for (const BuiltIn& known : kBuiltIn)
        if (known.kind == kind && known.name == text) return known.number;
    return std::nullopt;
}

std::string_view noun_of(NameKind kind) {
    switch (kind) {
        case NameKind::Table:
            return "routing table";
        case NameKind::Protocol:
            return "routing protocol";
        case NameKind::Scope:
            return "scope";
        case NameKind::Realm:
            return "realm";
        case NameKind::LinkGroup:
            return "group of interfaces";
        case NameKind::TypeOfService:
            return "type of service";
        case NameKind::IpProtocol:
            return "IP protocol";
    }
    return "";
}

}  // namespace understudy::config
