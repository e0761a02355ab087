// Health checkers as statements again.
#include "understudy/base/overloaded.hpp"

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

char hex_of(unsigned nibble) { return kHexDigits[nibble & 0xfu]; }

void add_hex(std::byte octet, std::string& out) {
    const auto value = std::to_integer<unsigned>(octet);
    out += hex_of(value >> 4u);
    out += hex_of(value);
}

template <typename Octets>
std::string hex_text(const Octets& octets) {
    std::string text;
    for (const std::byte octet : octets) add_hex(octet, text);
    return text;
}

std::string reply_text(const std::vector<model::ReplyOctet>& reply) {
    std::string text;
    for (const model::ReplyOctet& octet : reply) {
        add_hex(octet.value, text);
        if ((octet.mask & std::byte{0xf0}) == std::byte{}) text[text.size() - 2] = 'x';
        if ((octet.mask & std::byte{0x0f}) == std::byte{}) text[text.size() - 1] = 'x';
    }
    return text;
}

void outline_schedule(const model::CheckSchedule& schedule, Statements& out) {
    out.number("retry", schedule.retry).time("delay_before_retry", schedule.delay_before_retry);
    out.time("warmup", schedule.warmup).time("delay_loop", schedule.delay_loop);
    out.boolean("alpha", schedule.alpha).boolean("log_all_failures", schedule.log_all_failures);
}

void outline_connection(const model::CheckConnection& connection, Statements& out) {
    out.add("connect_ip", connection.address.to_string());
    if (connection.port != 0) out.number("connect_port", connection.port);
    out.maybe("bindto", connection.source);
    if (connection.source_port != 0) out.number("bind_port", connection.source_port);
    out.text("bind_if", connection.interface).time("connect_timeout", connection.timeout);
    out.number("fwmark", connection.mark);
}

template <typename Check>
Statements connected(const Check& check) {
    Statements out;
    outline_connection(check.connection, out);
    outline_schedule(check.schedule, out);
    return out;
}

Node words_line(std::string keyword, const std::vector<std::string>& words) {
    Node line{.keyword = std::move(keyword)};
    for (const std::string& word : words) line.terms.emplace_back(word);
    return line;
}

void outline_pattern(const model::BodyPattern& pattern, Statements& out) {
    out.add("regex", Phrase{pattern.pattern}).flag("regex_no_match", !pattern.must_match);
    if (!pattern.options.empty()) out.node(words_line("regex_options", pattern.options));
    out.number("regex_min_offset", pattern.min_offset).maybe("regex_max_offset", pattern.max_offset);
    if (pattern.stack)
        out.node({.keyword = "regex_stack",
                  .terms = {std::int64_t{pattern.stack->start}, std::int64_t{pattern.stack->most}}});
}

Statements outline_url(const model::CheckedUrl& url) {
    Statements out;
    out.add("path", url.path);
    if (url.digest) out.add("digest", hex_text(*url.digest));
    std::vector<std::string> codes;
    for (const model::StatusRange& range : url.status_codes)
        codes.push_back(std::to_string(range.first) +
                        (range.last != range.first ? "-" + std::to_string(range.last) : ""));
    out.node(words_line("status_code", codes)).text("virtualhost", url.virtual_host);
    if (url.pattern) outline_pattern(*url.pattern, out);
    out.flag("tls_compliant", url.tls_compliant);
    return out;
}

std::string version_word(model::HttpVersion version) {
    switch (version) {
        case model::HttpVersion::Http10:
            return "1.0";
        case model::HttpVersion::Http10Close:
            return "1.0C";
        case model::HttpVersion::Http11:
            return "1.1";
    }
    return "";
}

Statements outline_http(const model::HttpCheck& check) {
    Statements out = connected(check);
    out.add("http_protocol", version_word(check.version));
    out.text("sni_name", check.server_name).boolean("enable_sni", check.server_name_indication);
    out.boolean("fast_recovery", check.fast_recovery);
    for (const model::CheckedUrl& url : check.urls) out.block("url", {}, outline_url(url).take());
    return out;
}

std::string type_word(model::DnsType type) {
    switch (type) {
        case model::DnsType::A:
            return "A";
        case model::DnsType::Ns:
            return "NS";
        case model::DnsType::Cname:
            return "CNAME";
        case model::DnsType::Soa:
            return "SOA";
        case model::DnsType::Mx:
            return "MX";
        case model::DnsType::Txt:
            return "TXT";
        case model::DnsType::Aaaa:
            return "AAAA";
        case model::DnsType::Rrsig:
            return "RRSIG";
        case model::DnsType::Dnskey:
            return "DNSKEY";
    }
    return "";
}

Statements outline_udp(const model::UdpCheck& check) {
    Statements out = connected(check);
    out.text("payload", hex_text(check.payload));
    if (check.require_reply && check.reply.empty()) out.flag("require_reply", true);
    out.text("require_reply", reply_text(check.reply));
    out.number("min_reply_length", check.min_reply_length);
    out.number("max_reply_length", check.max_reply_length);
    return out;
}

Statements outline_misc(const model::MiscCheck& check) {
    Statements out;
    outline_schedule(check.schedule, out);
    out.add("misc_path", command_line(check.command.words));
    if (!check.command.user.empty()) {
        Node user{.keyword = "user", .terms = {check.command.user}};
        if (!check.command.group.empty()) user.terms.emplace_back(check.command.group);
        out.node(std::move(user));
    }
    out.number("misc_timeout", check.timeout.count()).flag("misc_dynamic", check.dynamic);
    return out;
}

Statements outline_file(const model::Config& config, const model::FileCheck& check) {
    Statements out;
    out.add("track_file", config.track_files[check.file].name);
    Node weight{.keyword = "weight", .terms = {std::int64_t{check.weight.value}}};
    weight.terms.emplace_back(check.weight.reverse ? "reverse" : "noreverse");
    out.node(std::move(weight));
    return out;
}

}  // namespace

void outline_checker(const model::Config& config, const model::Checker& checker, Statements& out) {
    const auto block = [&](std::string_view keyword, Statements inside) {
        out.block(keyword, {}, inside.take());
    };
    std::visit(
        overloaded{
            [&](const model::HttpCheck& one) { block(one.tls ? "SSL_GET" : "HTTP_GET", outline_http(one)); },
            [&](const model::TcpCheck& one) { block("TCP_CHECK", connected(one)); },
            [&](const model::SmtpCheck& one) {
                Statements inside = connected(one);
                inside.text("helo_name", one.helo_name);
                block("SMTP_CHECK", std::move(inside));
            },
            [&](const model::DnsCheck& one) {
                Statements inside = connected(one);
                inside.add("type", type_word(one.type)).add("name", one.name);
                block("DNS_CHECK", std::move(inside));
            },
            [&](const model::MiscCheck& one) { block("MISC_CHECK", outline_misc(one)); },
            [&](const model::UdpCheck& one) { block("UDP_CHECK", outline_udp(one)); },
            [&](const model::PingCheck& one) { block("PING_CHECK", connected(one)); },
            [&](const model::FileCheck& one) { block("FILE_CHECK", outline_file(config, one)); },
            [&](const model::BfdCheck& one) {
                Statements inside;
                inside.add("name", config.bfd_sessions[one.session].name);
                inside.boolean("alpha", one.alpha);
                block("BFD_CHECK", std::move(inside));
            },
        },
        checker);
}

}  // namespace understudy::config
