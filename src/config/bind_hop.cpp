// The ways of a route: its next hops, and how packets are wrapped for them.
#include <charconv>

#include "understudy/base/text.hpp"

#include "bind_route.hpp"

namespace understudy::config {

namespace {

constexpr std::uint32_t kLargestLabel = (1u << 20) - 1;

// Calls `use` for each part between separators; false as soon as it says so.
template <typename Use>
bool for_each_part(std::string_view text, char separator, Use use) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        if (!use(text.substr(begin, end - begin))) return false;
        begin = end + 1;
    }
    return true;
}

// Four groups of up to four hexadecimal digits.
std::optional<std::uint64_t> parse_locator(std::string_view text) {
    std::uint64_t locator = 0;
    std::size_t groups = 0;
    const bool whole = for_each_part(text, ':', [&](std::string_view part) {
        std::uint16_t group = 0;
        const char* const end = part.data() + part.size();
        const auto [stopped, error] = std::from_chars(part.data(), end, group, 16);
        locator = locator << 16 | group;
        return error == std::errc{} && stopped == end && ++groups <= 4;
    });
    if (!whole || groups != 4) return std::nullopt;
    return locator;
}

std::optional<std::vector<std::uint32_t>> parse_labels(std::string_view text) {
    std::vector<std::uint32_t> labels;
    const bool whole = for_each_part(text, '/', [&](std::string_view part) {
        const auto label = parse_number<std::uint32_t>(part);
        if (label) labels.push_back(*label);
        return label && *label <= kLargestLabel && labels.size() <= net::kMostLabels;
    });
    if (!whole) return std::nullopt;
    return labels;
}

}  // namespace

net::Encap RouteReader::encapsulation() {
    if (at_end()) {
        refuse(Code::BadChoice, here_before(), "encap needs a kind of encapsulation")
            .label("expected ip, ip6, mpls or ila after this");
        return {};
    }
    const Word* const word = next();
    if (word == nullptr) return {};
    if (word->text == "ip") return ip_encapsulation(net::Family::Ipv4);
    if (word->text == "ip6") return ip_encapsulation(net::Family::Ipv6);
    if (word->text == "mpls") return mpls_encapsulation();
    if (word->text == "ila") return ila_encapsulation();
    refuse(Code::BadChoice, word->span, quote(word->text) + " is not an encapsulation")
        .label("expected ip, ip6, mpls or ila");
    stopped_ = true;
    return {};
}

net::Encap RouteReader::ip_encapsulation(net::Family family) {
    const Span span = here_before();
    net::IpEncap encap;
    encap.family = family;
    while (!at_end() && !stopped_ && ip_option(encap)) {
    }
    if (!stopped_ && !dropped_ && encap.id == 0 && !encap.destination && !encap.source)
        refuse(Code::IncompleteRoute, span, "the outer packet has neither an address nor an id")
            .label("expected dst, src or id after this");
    return encap;
}

bool RouteReader::ip_option(net::IpEncap& encap) {
    if (take("id")) {
        put(encap.id, number<std::uint64_t>());
    } else if (take("dst") || take("remote")) {
        encap.destination = outer_address(encap.family);
    } else if (take("src") || take("local")) {
        encap.source = outer_address(encap.family);
    } else if (take("tos") || take("dsfield") || (encap.family == net::Family::Ipv6 && take("tc"))) {
        put(encap.tos, named_octet(NameKind::TypeOfService));
    } else if (take("ttl") || take("hoplimit")) {
        put(encap.hop_limit, number<std::uint8_t>());
    } else if (take("flags")) {
        put(encap.flags, number<std::uint16_t>());
    } else {
        return false;
    }
    return true;
}

std::optional<net::Address> RouteReader::outer_address(net::Family family) {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const auto address = net::Address::parse(word->text);
    if (address && address->family() == family) return address;
    refuse(Code::BadAddress, word->span,
           quote(word->text) + " is not an " + std::string{net::name(family)} + " address");
    return std::nullopt;
}

net::Encap RouteReader::mpls_encapsulation() {
    const Word* const word = next();
    if (word == nullptr) return {};
    if (auto labels = parse_labels(word->text)) return net::MplsEncap{std::move(*labels)};
    refuse(Code::BadNumber, word->span, quote(word->text) + " is not a stack of MPLS labels")
        .label("expected up to 16 labels, each 0 to 1048575, with / between them");
    return {};
}

net::Encap RouteReader::ila_encapsulation() {
    const Word* const word = next();
    if (word == nullptr) return {};
    if (const auto locator = parse_locator(word->text)) return net::IlaEncap{*locator};
    refuse(Code::BadAddress, word->span, quote(word->text) + " is not an ILA locator")
        .label("expected four groups of hexadecimal digits: 2001:db8:0:1");
    return {};
}

// Hops end a line: nothing but another hop may follow.
void RouteReader::nexthops() {
    do route().hops.push_back(hop());
    while (!stopped_ && take("nexthop"));
    if (route().hops.size() > net::kMostHops)
        refuse(Code::IncompleteRoute, draft_.span,
               "a route has at most " + std::to_string(net::kMostHops) + " next hops");
    if (at_end() || stopped_) return;
    stopped_ = true;
    build_.diags.add(Code::BadOption, here().span, quote(here().text) + " stands behind the next hops")
        .label("ignored, as all after it")
        .hint("options of the route go before the first nexthop");
}

net::NextHopOn<std::string> RouteReader::hop() {
    net::NextHopOn<std::string> made;
    while (!at_end() && !stopped_ && hop_option(made)) {
    }
    return made;
}

bool RouteReader::hop_option(net::NextHopOn<std::string>& hop) {
    if (take("via")) {
        hop.gateway = address();
    } else if (take("dev") || take("oif")) {
        hop.link = link();
    } else if (take("weight")) {
        put(hop.weight, number<std::uint16_t>(1, 256));
    } else if (take("onlink")) {
        hop.onlink = true;
    } else if (take("encap")) {
        hop.encap = encapsulation();
    } else if (take("realms")) {
        hop.realms = realms();
    } else if (take("as")) {
        refuse(Code::BadOption, here_before(), "'as' is a part of NAT that no kernel has any more");
        translate();
    } else {
        return false;
    }
    return true;
}

}  // namespace understudy::config
