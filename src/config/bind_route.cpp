#include "bind_route.hpp"

#include <array>
#include <span>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/value.hpp"

namespace understudy::config {

namespace {

constexpr std::uint32_t kShortestTime = 200;  // ms; what iproute2 and keepalived take as the least
constexpr std::uint8_t kScopeLink = 253;
constexpr std::uint8_t kScopeHost = 254;

struct TypeName {
    std::string_view name;
    net::RouteType type;
};
constexpr TypeName kTypes[] = {
    {"unicast", net::RouteType::Unicast},
    {"local", net::RouteType::Local},
    {"broadcast", net::RouteType::Broadcast},
    {"anycast", net::RouteType::Anycast},
    {"multicast", net::RouteType::Multicast},
    {"blackhole", net::RouteType::Blackhole},
    {"unreachable", net::RouteType::Unreachable},
    {"prohibit", net::RouteType::Prohibit},
    {"throw", net::RouteType::Throw},
    {"nat", net::RouteType::Nat},
};

// The kernel refuses these types with a wider scope.
std::uint8_t scope_of(net::RouteType type) {
    switch (type) {
        case net::RouteType::Local:
        case net::RouteType::Nat:
            return kScopeHost;
        case net::RouteType::Broadcast:
        case net::RouteType::Anycast:
        case net::RouteType::Multicast:
            return kScopeLink;
        case net::RouteType::Unicast:
        case net::RouteType::Blackhole:
        case net::RouteType::Unreachable:
        case net::RouteType::Prohibit:
        case net::RouteType::Throw:
            break;
    }
    return 0;
}

net::Address unspecified(net::Family family) {
    constexpr std::array<std::byte, 16> kZero{};
    return *net::Address::from_bytes(std::span{kZero}.first(net::address_size(family)));
}

void append_route(std::vector<RouteDraft>& routes, Build& build, const Statement& entry,
                  const Block& options) {
    RouteReader reader{build, entry, options};
    build.route = &reader;
    if (auto draft = reader.read()) routes.push_back(std::move(*draft));
    build.route = nullptr;
}

}  // namespace

std::optional<RouteDraft> RouteReader::read() {
    draft_.span = entry_.keyword().span;
    read_all([this] { destination(); });
    finish();
    if (dropped_) return std::nullopt;
    draft_.links = std::move(links_);
    return std::move(draft_);
}

bool RouteReader::take_type() {
    for (const TypeName& known : kTypes) {
        if (!take(known.name)) continue;
        route().type = known.type;
        return true;
    }
    return false;
}

// A word that is no option: the destination, perhaps after its type or "to".
void RouteReader::destination() {
    if (!take_type()) take("to");
    if (at_end() || find_keyword(options_, here().text) != nullptr) return;
    set_destination(entry_.words[at_++]);
}

void RouteReader::set_destination(const Word& word) {
    const std::string_view text = word.text;
    everything_ = is_everything(text) || text == "default6";
    if (everything_) {
        destination_ = word.span;
        if (text == "default6") of_family(net::Family::Ipv6, word.span);
        return;
    }
    if (!net::Address::parse(text.substr(0, text.find('/')))) {
        refuse_unknown(word);
        return;
    }
    const auto prefix = prefix_in(word);
    if (!prefix) return;
    destination_ = word.span;
    route().destination = *prefix;
}

void RouteReader::source() {
    const auto prefix = this->prefix();
    if (prefix && prefix->address.is_v4())
        refuse(Code::BadOption, here_before(), "only IPv6 routes have a source prefix");
    route().source = prefix;
}

void RouteReader::second_gateway() { second_gateway_ = address(); }

// `via A or B` is one route of two ways, which the kernel takes as next hops only.
void RouteReader::join_gateways() {
    if (!second_gateway_) return;
    for (const auto& gateway : {std::exchange(route().gateway, std::nullopt), second_gateway_}) {
        net::NextHopOn<std::string> hop;
        hop.gateway = gateway;
        hop.link = route().link;
        if (gateway) route().hops.push_back(std::move(hop));
    }
    route().link.clear();
}

// A part of NAT that the kernel dropped long ago.
void RouteReader::translate() {
    take("to");
    address();
}

void RouteReader::vrf() {
    const Word* const word = next();
    if (word == nullptr || build_.host == nullptr) return;
    const auto facts = build_.host->link(std::string{word->text});
    if (facts && facts->vrf_table) {
        route().table = *facts->vrf_table;
        return;
    }
    refuse(Code::UnknownRouteName, word->span,
           quote(word->text) + (facts ? " is not a VRF" : " is no interface, and so no VRF"));
}

void RouteReader::protocol() {
    const auto number = named_octet(NameKind::Protocol);
    if (!number) return;
    route().protocol = *number;
    protocol_ = here_before();
}

void RouteReader::expires() {
    only_ipv6_keyword_ = "expires";
    only_ipv6_ = here_before();
    if (const auto value = number<std::uint32_t>()) route().expires = seconds{*value};
}

void RouteReader::realm() {
    const Span span = here_before();
    route().realms = realms();
    if (!route().realms || family_.value_or(net::Family::Ipv4) == net::Family::Ipv4) return;
    refuse(Code::Ipv4OnlyOption, span, "realms are for IPv4 routes only");
}

void RouteReader::preference() {
    only_ipv6_keyword_ = "pref";
    only_ipv6_ = here_before();
    const Word* const word = next();
    if (word == nullptr) return;
    constexpr std::string_view kNames[] = {"medium", "high", "", "low"};
    for (std::uint8_t i = 0; i < 4; ++i)
        if (!kNames[i].empty() && word->text == kNames[i]) route().preference = i;
    if (!route().preference) route().preference = parse_number<std::uint8_t>(word->text);
    if (route().preference && *route().preference <= 3 && *route().preference != 2) return;
    refuse(Code::BadChoice, word->span, quote(word->text) + " is not a preference")
        .label("expected low, medium or high");
}

void RouteReader::features() {
    const Word* const word = next();
    if (word == nullptr) return;
    if (word->text == "ecn") return route().metrics.set(net::Metric::Features, 1);
    build_.diags.add(Code::BadChoice, word->span, quote(word->text) + " is not a feature of routes")
        .label("ignored; there is ecn");
}

void RouteReader::congestion_control() {
    take_lock(net::Metric::CongestionControl);
    const Word* const word = next();
    if (word == nullptr) return;
    if (word->text.size() > kLongestName)
        refuse(Code::BadChoice, word->span, quote(word->text) + " is too long for an algorithm")
            .label("at most 15 characters");
    route().metrics.congestion_control = word->text;
}

void RouteReader::ttl_propagate() {
    const Word* const word = next();
    if (word == nullptr) return;
    if (word->text == "enabled" || word->text == "disabled") {
        route().ttl_propagate = word->text == "enabled";
        return;
    }
    refuse(Code::BadChoice, word->span, quote(word->text) + " says nothing about the TTL")
        .label("expected enabled or disabled");
}

void RouteReader::track_group() {
    const Span span = here_before();
    if (&options_ == &kRoutes)
        refuse(Code::BadOption, span, "track_group is for static routes")
            .hint("the interface of a virtual route is watched with track_interface");
    if (const Word* const word = next()) draft_.track_group.give(std::string{word->text}, word->span);
}

// "300ms", "0.3s", or a number in the kernel's own unit.
std::optional<std::uint32_t> RouteReader::time_in(std::uint32_t unit) {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    std::string_view text = word->text;
    const bool milliseconds_given = text.ends_with("ms");
    const bool seconds_given = !milliseconds_given && text.ends_with('s');
    text.remove_suffix(milliseconds_given ? 2 : (seconds_given ? 1 : 0));
    const auto value = parse_seconds(text);
    const std::int64_t scale = seconds_given ? 1000 * unit : (milliseconds_given ? unit : 1);
    const std::int64_t raw = value ? value->count() * scale / 1'000'000 : -1;
    if (raw < 0 || raw > 0xffffffff) {
        refuse(Code::BadInterval, word->span, quote(word->text) + " is not a time")
            .label("expected a number with s or ms, or one in the kernel's unit");
        return std::nullopt;
    }
    if (raw >= kShortestTime * unit) return static_cast<std::uint32_t>(raw);
    build_.diags.add(Code::TimeRaised, word->span, std::string{keyword_->name} + " is at least 200 ms")
        .label("200 ms is used")
        .hint(milliseconds_given || seconds_given
                  ? ""
                  : "a number alone counts in 1/" + std::to_string(unit) + " ms: write " + std::string{text} +
                        "ms if that is meant");
    return kShortestTime * unit;
}

void RouteReader::finish() {
    if (dropped_) return;
    if (!destination_) {
        refuse(Code::IncompleteRoute, entry_.keyword().span, "a route needs a destination")
            .hint("begin with a prefix or default");
        return;
    }
    if (everything_) route().destination = {unspecified(family_.value_or(net::Family::Ipv4)), 0};
    if (!scope_) route().scope = scope_of(route().type);
    check_family();
    check_host_bits();
    check_tracking();
    join_gateways();
}

void RouteReader::check_family() {
    const net::Family family = route().family();
    if (only_ipv6_ && family == net::Family::Ipv4)
        refuse(Code::BadOption, *only_ipv6_, std::string{only_ipv6_keyword_} + " is for IPv6 routes only");
    if (route().realms && family == net::Family::Ipv6 && !dropped_)
        refuse(Code::Ipv4OnlyOption, draft_.span, "realms are for IPv4 routes only");
}

// The kernel refuses an IPv4 destination whose host bits are set, and clears those of an IPv6 one.
void RouteReader::check_host_bits() {
    net::Prefix& destination = route().destination;
    const net::Prefix network = destination.network();
    if (network == destination) return;
    build_.diags
        .add(Code::HostBitsSet, *destination_,
             quote(destination.to_string()) + " has bits set beyond its length")
        .label(network.to_string() + " is used");
    destination = network;
}

void RouteReader::check_tracking() {
    if (!draft_.route.tracked) return;
    if (route().protocol != net::kKeepalivedRouteProtocol) {
        route().protocol = net::kKeepalivedRouteProtocol;
        build_.diags
            .add(Code::ValueCorrected, *protocol_, "a route that is watched has the protocol keepalived")
            .label("18 is used")
            .hint("add no_track, and the route is left alone when somebody deletes it");
    }
    if (!route().link.empty()) return;
    build_.diags.add(Code::RouteWithoutInterface, *destination_, "this route names no interface")
        .label("keepalived does not watch such a route")
        .hint("add dev INTERFACE, or no_track");
}

void add_virtual_route(Build& build, const Statement& entry) {
    append_route(build.draft.instances.back().routes, build, entry, kRoutes);
}

void add_static_route(Build& build, const Statement& entry) {
    append_route(build.draft.static_routes, build, entry, kStaticRoutes);
}

}  // namespace understudy::config
