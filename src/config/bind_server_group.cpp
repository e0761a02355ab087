// The lines of virtual_server_group: addresses, ranges of them, firewall marks.
#include <algorithm>
#include <array>

#include "understudy/base/text.hpp"

#include "bind_virtual_server.hpp"

namespace understudy::config {

namespace {

using Octets = std::array<std::byte, 16>;

struct Range {
    net::Address first;
    net::Address last;
};

// "192.0.2.1", "192.0.2.1-9", "192.0.2.1-192.0.2.9", "192.0.2.0/29" and the same in IPv6.
class RangeReader {
public:
    RangeReader(const Word& word, Diagnostics& diags) : word_(word), diags_(diags) {}

    std::optional<Range> read() {
        const std::string_view text = word_.text;
        const std::size_t at = std::min(text.find_first_of("-/"), text.size());
        const auto first = net::Address::parse(text.substr(0, at));
        if (!first) return refuse(Code::BadAddress, " is not an address", "expected an address or a range");
        if (at == text.size()) return Range{*first, *first};
        return text[at] == '/' ? network(*first, text.substr(at + 1)) : range(*first, text.substr(at + 1));
    }

private:
    std::nullopt_t refuse(Code code, std::string_view message, std::string label) {
        diags_.add(code, word_.span, quote(word_.text) + std::string{message})
            .label(std::move(label))
            .hint("the entry is ignored");
        return std::nullopt;
    }

    static Octets octets_of(const net::Address& address) {
        Octets octets{};
        std::ranges::copy(address.bytes(), octets.begin());
        return octets;
    }

    static net::Address address_of(const Octets& octets, net::Family family) {
        return *net::Address::from_bytes(std::span{octets}.first(net::address_size(family)));
    }

    std::optional<Range> network(const net::Address& first, std::string_view length_text) {
        const auto length = parse_number<std::uint8_t>(length_text);
        const std::uint8_t full = net::full_length(first.family());
        if (!length || *length == 0 || *length > full)
            return refuse(Code::BadRange, " has no valid length",
                          "expected 1 to " + std::to_string(full) + " after the slash");
        Octets octets = octets_of(first);
        for (std::size_t bit = *length; bit < full; ++bit) {
            const auto mask = static_cast<std::byte>(0x80u >> (bit % 8));
            if ((octets[bit / 8] & mask) != std::byte{})
                return refuse(Code::BadRange, " is not the beginning of a network",
                              "bits behind the length are set");
            octets[bit / 8] |= mask;
        }
        return Range{first, address_of(octets, first.family())};
    }

    std::optional<Range> range(const net::Address& first, std::string_view end) {
        if (const auto last = net::Address::parse(end)) return ordered(first, *last, octets_of(*last));
        const auto part = last_part(first.family(), end);
        if (!part)
            return refuse(Code::BadRange, " has no valid end",
                          "expected an address or its last part after the dash");
        Octets octets = octets_of(first);
        const std::size_t size = net::address_size(first.family());
        octets[size - 1] = static_cast<std::byte>(*part & 0xffu);
        if (first.is_v6()) octets[size - 2] = static_cast<std::byte>(*part >> 8u);
        return ordered(first, address_of(octets, first.family()), octets);
    }

    std::optional<Range> ordered(const net::Address& first, const net::Address& last, const Octets& octets) {
        if (first.family() != last.family())
            return refuse(Code::BadRange, " mixes IPv4 and IPv6", "both ends must be of one family");
        if (octets < octets_of(first))
            return refuse(Code::BadRange, " ends before it begins", "turn it round");
        return Range{first, last};
    }

    // The last octet of an IPv4 address, or the last four hexadecimal digits of an IPv6 one.
    static std::optional<std::uint32_t> last_part(net::Family family, std::string_view text) {
        if (family == net::Family::Ipv4) return parse_number<std::uint8_t>(text);
        if (text.empty() || text.size() > 4) return std::nullopt;
        std::uint32_t value = 0;
        for (const char c : text) {
            const auto digit = hex_digit(c);
            if (!digit) return std::nullopt;
            value = value * 16 + *digit;
        }
        return value;
    }

    const Word& word_;
    Diagnostics& diags_;
};

std::optional<std::uint16_t> read_port(const Statement& entry, Diagnostics& diags) {
    if (entry.size() < 2) return std::uint16_t{0};
    const auto port = parse_number<std::uint16_t>(entry.words[1].text);
    if (!port)
        diags.add(Code::BadNumber, entry.words[1].span, quote(entry.words[1].text) + " is not a port")
            .label("expected a whole number from 0 to 65535; the entry is ignored");
    return port;
}

void warn_ignored(const Statement& entry, std::size_t from, Diagnostics& diags) {
    if (from < entry.size())
        diags.add(Code::IgnoredWords, entry.words[from].span, "words after the entry have no effect")
            .label("ignored")
            .hint("one entry per line");
}

std::optional<model::FirewallMark> read_mark(const Statement& entry, Diagnostics& diags) {
    if (entry.size() < 2) {
        diags.add(Code::MissingArgument, entry.keyword().span, "fwmark needs a number")
            .label("expected a firewall mark after this");
        return std::nullopt;
    }
    const auto mark = parse_number<std::uint32_t>(entry.words[1].text);
    if (!mark || *mark == 0) {
        diags
            .add(Code::BadNumber, entry.words[1].span, quote(entry.words[1].text) + " is not a firewall mark")
            .label("expected a whole number from 1 to 4294967295; the entry is ignored");
        return std::nullopt;
    }
    if (entry.size() < 3) return model::FirewallMark{*mark, std::nullopt};
    const std::string_view family = entry.words[2].text;
    if (family != "inet" && family != "inet6") {
        diags.add(Code::BadChoice, entry.words[2].span, quote(family) + " is not a family")
            .label("expected inet or inet6; the entry is ignored");
        return std::nullopt;
    }
    return model::FirewallMark{*mark, family == "inet" ? net::Family::Ipv4 : net::Family::Ipv6};
}

}  // namespace

bool open_server_group(Build& build, const Statement& header) {
    if (header.size() != 2) {
        const Span span = header.size() > 2 ? header.words[2].span : header.keyword().span;
        build.diags.add(Code::MissingArgument, span, "virtual_server_group needs exactly one name")
            .label("this block is ignored");
        return false;
    }
    const Word& name = header.words[1];
    auto& groups = build.draft.load_balancing.groups;
    const auto same = [&](const ServerGroupDraft& other) { return other.group.name == name.text; };
    if (std::ranges::any_of(groups, same)) {
        build.diags
            .add(Code::DuplicateServerGroup, name.span,
                 "there already is a virtual_server_group " + quote(name.text))
            .label("this block is ignored");
        return false;
    }
    groups.push_back({{std::string{name.text}, {}, {}}, name.span});
    return true;
}

void add_group_entry(Build& build, const Statement& entry) {
    model::VirtualServerGroup& group = build.draft.load_balancing.groups.back().group;
    if (entry.keyword().text == "fwmark") {
        if (const auto mark = read_mark(entry, build.diags)) group.marks.push_back(*mark);
        return warn_ignored(entry, 3, build.diags);
    }
    const auto range = RangeReader{entry.keyword(), build.diags}.read();
    const auto port = range ? read_port(entry, build.diags) : std::nullopt;
    if (port) group.ranges.push_back({range->first, range->last, *port});
    warn_ignored(entry, 2, build.diags);
}

}  // namespace understudy::config
