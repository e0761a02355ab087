#include "bind_check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "understudy/base/text.hpp"

#include "bind_globals.hpp"
#include "bind_instance.hpp"

namespace understudy::config {

namespace {

constexpr std::uint16_t kHttpPort = 80;

ScriptDraft& draft_of(Build& build) { return build.draft.scripts.back(); }

bool is_nobody(const net::Address& address) { return address.is_unspecified() || address.is_multicast(); }

void complain(Build& build, const Word& word, std::string message, std::string label) {
    build.diags.add(Code::BadOption, word.span, std::move(message)).label(std::move(label));
}

void give(Build& build, const Argument& argument, model::Probe probe) {
    Given<model::Probe>& given = draft_of(build).probe;
    if (given) {
        complain(build, argument.statement.keyword(), "a check asks one question", "this one is ignored");
        return;
    }
    given.give(std::move(probe), argument.statement.keyword().span);
}

// The parts of http://AUTHORITY/PATH.
struct Url {
    std::string authority;
    std::string path = "/";
    std::string host;
    std::uint16_t port = kHttpPort;
};

std::optional<Url> split(std::string_view text) {
    constexpr std::string_view kScheme = "http://";
    if (!text.starts_with(kScheme)) return std::nullopt;
    text.remove_prefix(kScheme.size());
    if (!is_one_word(text) || text.contains('#')) return std::nullopt;
    Url url;
    const std::size_t slash = std::min(text.find('/'), text.size());
    url.authority = text.substr(0, slash);
    if (slash < text.size()) url.path = text.substr(slash);
    std::string_view host = url.authority;
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && !host.ends_with(']')) {
        const auto port = parse_number<std::uint16_t>(host.substr(colon + 1));
        if (!port || *port == 0) return std::nullopt;
        url.port = *port;
        host = host.substr(0, colon);
    }
    // RFC 3986 §3.2.2: brackets around an IPv6 address, and only there.
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (bracketed != host.contains(':')) return std::nullopt;
    url.host = host;
    return url;
}

// The words of a question, of which a check has one.
std::span<const Word> words_of(Build& build, const Argument& argument, const char* what) {
    draft_of(build).asks = true;
    return required_words(build, argument, what);
}

void set_question_about_host(Build& build, const Argument& argument, model::ProbeKind kind) {
    const auto words = words_of(build, argument, "an address");
    if (words.empty()) return;
    const auto host = host_in(build, words[0]);
    if (!host) return;
    model::Probe probe;
    probe.kind = kind;
    probe.host = *host;
    give(build, argument, std::move(probe));
}

}  // namespace

bool is_one_word(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    });
}

std::optional<net::Address> host_in(Build& build, const Word& word) {
    const auto address = net::Address::parse(word.text);
    if (!address)
        complain(build, word, quote(word.text) + " is not an address",
                 "expected an IPv4 or IPv6 address; names are not looked up");
    else if (is_nobody(*address))
        complain(build, word, quote(word.text) + " is not the address of one host",
                 "expected a unicast address");
    else
        return address;
    return std::nullopt;
}

bool open_check(Build& build, const Statement& header) {
    Draft& draft = build.draft;
    const Word* const name = block_name(header, build.diags);
    if (name == nullptr ||
        !claim_name(draft.script_names, *name, draft.scripts.size(), "vrrp_check", build.diags))
        return false;
    ScriptDraft& check = draft.scripts.emplace_back();
    check.name = name->text;
    check.span = name->span;
    check.order = draft.blocks++;
    check.is_check = true;
    return true;
}

void set_ping(Build& build, const Argument& argument) {
    set_question_about_host(build, argument, model::ProbeKind::Ping);
}

void set_arp(Build& build, const Argument& argument) {
    set_question_about_host(build, argument, model::ProbeKind::Neighbour);
}

void set_tcp(Build& build, const Argument& argument) {
    const auto words = words_of(build, argument, "an address and a port");
    if (words.empty()) return;
    const auto host = host_in(build, words[0]);
    if (!host) return;
    const auto port = parse_value(number(1, 65535), argument.keyword, argument.statement, 2, build.diags);
    if (!port) return;
    model::Probe probe;
    probe.kind = model::ProbeKind::Tcp;
    probe.host = *host;
    probe.port = static_cast<std::uint16_t>(std::get<std::int64_t>(port->value));
    give(build, argument, std::move(probe));
}

void set_http(Build& build, const Argument& argument) {
    const auto words = words_of(build, argument, "http://<address>[:<port>]/<path>");
    if (words.empty()) return;
    auto url = split(words[0].text);
    const auto host = url ? net::Address::parse(url->host) : std::nullopt;
    if (!host || is_nobody(*host))
        return complain(build, words[0], quote(words[0].text) + " is not something a check can ask",
                        "expected http://<address>[:<port>]/<path>; names are not looked up");
    model::Probe probe;
    probe.kind = model::ProbeKind::Http;
    probe.host = *host;
    probe.port = url->port;
    probe.authority = std::move(url->authority);
    probe.path = std::move(url->path);
    give(build, argument, std::move(probe));
}

void set_http_status(Build& build, const Argument& argument) {
    const Grammar grammar = number(100, 599);
    const auto least = parse_value(grammar, argument.keyword, argument.statement, 1, build.diags);
    if (!least) return;
    const auto first = static_cast<std::uint16_t>(std::get<std::int64_t>(least->value));
    std::uint16_t last = first;
    if (argument.statement.size() > 2) {
        const auto most = parse_value(grammar, argument.keyword, argument.statement, 2, build.diags);
        if (!most) return;
        last = static_cast<std::uint16_t>(std::get<std::int64_t>(most->value));
    }
    if (last < first)
        return complain(build, argument.statement.words[2], "the last status is below the first",
                        "expected the lower one first");
    draft_of(build).status.give({first, last}, argument.span);
}

}  // namespace understudy::config
