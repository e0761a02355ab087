#include "bind_checker.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "understudy/base/text.hpp"

#include "bind.hpp"

namespace understudy::config {

namespace {

constexpr std::uint16_t kLowestStatus = 100;
constexpr std::uint16_t kHighestStatus = 599;

CheckerDraft& checker_of(Build& build) { return current(build, static_cast<const CheckerDraft*>(nullptr)); }
UrlDraft& url_of(Build& build) { return checker_of(build).urls.back(); }

std::optional<model::StatusRange> read_status(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_number<std::uint16_t>(text.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : parse_number<std::uint16_t>(text.substr(dash + 1));
    if (!first || !last || *first < kLowestStatus || *last > kHighestStatus || *last < *first)
        return std::nullopt;
    return model::StatusRange{*first, *last};
}

// The digits of all words. Blanks divide octets: one that has a single digit has a zero before it.
class HexReader {
public:
    explicit HexReader(bool with_wildcards) : with_wildcards_(with_wildcards) {}

    // Where it went wrong, or null.
    const Word* read(std::span<const Word> words) {
        for (const Word& word : words) {
            for (const char c : word.text)
                if (c == ' ' || c == '\t' ? !divide() : !take(c)) return &word;
            divide();
        }
        return nullptr;
    }

    std::vector<model::ReplyOctet> octets;

private:
    bool divide() {
        half_ = false;
        return true;
    }

    bool take(char c) {
        const bool any = with_wildcards_ && (c == 'x' || c == 'X');
        const auto digit = any ? std::optional<std::uint8_t>{0} : hex_digit(c);
        if (!digit) return false;
        const std::byte compared{any ? std::uint8_t{0} : std::uint8_t{0x0f}};
        if (half_) {
            model::ReplyOctet& octet = octets.back();
            octet = {octet.value << 4 | std::byte{*digit}, octet.mask << 4 | compared};
        } else {
            octets.push_back({std::byte{*digit}, std::byte{0xf0} | compared});
        }
        half_ = !half_;
        return true;
    }

    bool with_wildcards_;
    bool half_ = false;
};

// None after a complaint.
std::optional<std::vector<model::ReplyOctet>> read_hex(Build& build, const Argument& argument,
                                                       bool with_wildcards) {
    HexReader reader{with_wildcards};
    if (const Word* const bad = reader.read(argument.statement.words.subspan(1))) {
        build.diags.add(Code::BadHex, bad->span, quote(bad->text) + " is not hexadecimal")
            .label(with_wildcards ? "expected pairs of the digits 0-9, a-f and x"
                                  : "expected pairs of the digits 0-9 and a-f");
        return std::nullopt;
    }
    return std::move(reader.octets);
}

void note_pattern_setting(Build& build, const Argument& argument) {
    PatternDraft& pattern = url_of(build).pattern;
    if (!pattern.setting) pattern.setting = argument.statement.keyword().span;
}

// keepalived reads these without judging them, so a wrong one is only a warning.
std::optional<std::uint32_t> read_size(Build& build, const Statement& statement, std::size_t at) {
    const bool there = at < statement.size();
    const Word& word = statement.words[there ? at : at - 1];
    const auto size = there ? parse_number<std::uint32_t>(word.text) : std::nullopt;
    if (!size)
        build.diags
            .add(Code::BadPatternSetting, word.span,
                 there ? quote(word.text) + " is not a valid number" : "a number is missing")
            .label(there ? "expected a whole number, 0 or more; ignored" : "expected after this; ignored");
    return size;
}

void set_pattern_offset(Build& build, const Argument& argument, Given<std::uint32_t>& offset) {
    note_pattern_setting(build, argument);
    if (const auto size = read_size(build, argument.statement, 1))
        offset.give(*size, argument.statement.words[1].span);
}

}  // namespace

bool open_checker(Build& build, const Statement& header, CheckerKind kind) {
    CheckerDraft& checker =
        build.draft.load_balancing.servers.back().real_servers.back().checkers.emplace_back();
    checker.kind = kind;
    checker.span = header.keyword().span;
    return true;
}

bool open_url(Build& build, const Statement& header) {
    checker_of(build).urls.emplace_back().span = header.keyword().span;
    return true;
}

bool open_smtp_host(Build& build, const Statement&) {
    checker_of(build).hosts.emplace_back();
    return true;
}

void set_http_version(Build& build, const Argument& argument) {
    const std::string_view version = std::get<std::string_view>(argument.value);
    const auto meant = version == "1.1"    ? model::HttpVersion::Http11
                       : version == "1.0C" ? model::HttpVersion::Http10Close
                                           : model::HttpVersion::Http10;
    checker_of(build).http_version.give(meant, argument.span);
}

void set_server_name(Build& build, const Argument& argument) {
    CheckerDraft& checker = checker_of(build);
    checker.enable_sni.give(true, argument.span);
    if (const auto* const name = std::get_if<std::string_view>(&argument.value))
        checker.sni_name.give(std::string{*name}, argument.span);
}

void set_digest(Build& build, const Argument& argument) {
    const std::string_view text = std::get<std::string_view>(argument.value);
    model::Md5 digest{};
    bool good = text.size() == 2 * digest.size();
    for (std::size_t i = 0; good && i < digest.size(); ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        good = high && low;
        if (good) digest[i] = static_cast<std::byte>(*high << 4 | *low);
    }
    if (good) return url_of(build).digest.give(digest, argument.span);
    build.diags.add(Code::BadDigest, argument.span, quote(text) + " is not an MD5 digest")
        .label("expected 32 hexadecimal digits, here are " + std::to_string(text.size()) + " characters");
}

void add_status_codes(Build& build, const Argument& argument) {
    for (const Word& word : argument.statement.words.subspan(1)) {
        if (const auto range = read_status(word.text)) {
            url_of(build).status_codes.push_back(*range);
        } else {
            build.diags
                .add(Code::BadStatusCode, word.span, quote(word.text) + " is not a status code or a range")
                .label("expected 100 to 599, as in 200 or 200-299")
                .hint("blanks divide them");
        }
    }
}

void set_pattern(Build& build, const Argument& argument) {
    if (argument.statement.size() < 2) {
        build.diags.add(Code::BadPatternSetting, argument.span, "regex needs a pattern").label("ignored");
        return;
    }
    const Word& word = argument.statement.words[1];
    url_of(build).pattern.pattern.give(std::string{word.text}, word.span);
}

void set_pattern_options(Build& build, const Argument& argument) {
    note_pattern_setting(build, argument);
    for (const Word& word : argument.statement.words.subspan(1))
        url_of(build).pattern.options.emplace_back(word.text);
}

void set_pattern_no_match(Build& build, const Argument& argument) {
    note_pattern_setting(build, argument);
    url_of(build).pattern.no_match.give(true, argument.span);
}

void set_pattern_min_offset(Build& build, const Argument& argument) {
    set_pattern_offset(build, argument, url_of(build).pattern.min_offset);
}

void set_pattern_max_offset(Build& build, const Argument& argument) {
    set_pattern_offset(build, argument, url_of(build).pattern.max_offset);
}

void set_pattern_stack(Build& build, const Argument& argument) {
    note_pattern_setting(build, argument);
    const auto start = read_size(build, argument.statement, 1);
    const auto most = start ? read_size(build, argument.statement, 2) : std::nullopt;
    if (!most) return;
    const Span span = argument.statement.words[1].span;
    if (*start <= *most) return url_of(build).pattern.stack.give({*start, *most}, span);
    build.diags.add(Code::BadPatternSetting, span, "the stack begins larger than it may become")
        .label("ignored; the first number is the smaller one");
}

void set_dns_type(Build& build, const Argument& argument) {
    using model::DnsType;
    constexpr std::pair<std::string_view, DnsType> kTypes[] = {
        {"A", DnsType::A},       {"NS", DnsType::Ns},       {"CNAME", DnsType::Cname},
        {"SOA", DnsType::Soa},   {"MX", DnsType::Mx},       {"TXT", DnsType::Txt},
        {"AAAA", DnsType::Aaaa}, {"RRSIG", DnsType::Rrsig}, {"DNSKEY", DnsType::Dnskey}};
    for (const auto& [name, type] : kTypes)
        if (name == std::get<std::string_view>(argument.value))
            checker_of(build).dns_type.give(type, argument.span);
}

void set_dns_name(Build& build, const Argument& argument) {
    const std::string_view name = std::get<std::string_view>(argument.value);
    if (name == "." || (!name.starts_with('.') && !name.empty() && !name.contains("..")))
        return checker_of(build).dns_name.give(std::string{name}, argument.span);
    build.diags.add(Code::BadDnsName, argument.span, quote(name) + " has an empty label")
        .label("ignored; labels stand between the dots");
}

void set_payload(Build& build, const Argument& argument) {
    if (argument.statement.size() < 2) {
        build.diags.add(Code::ValueMissing, argument.span, "payload needs a value")
            .label("expected hexadecimal digits after this");
        return;
    }
    const auto octets = read_hex(build, argument, false);
    if (!octets) return;
    std::vector<std::byte>& payload = checker_of(build).payload;
    payload.clear();
    for (const model::ReplyOctet& octet : *octets) payload.push_back(octet.value);
}

void set_required_reply(Build& build, const Argument& argument) {
    auto octets = read_hex(build, argument, true);
    if (!octets) return;
    checker_of(build).require_reply = true;
    checker_of(build).reply = std::move(*octets);
}

void set_command_timeout(Build& build, const Argument& argument) {
    checker_of(build).command_timeout.give(seconds{std::get<std::int64_t>(argument.value)}, argument.span);
}

void set_file_weight(Build& build, const Argument& argument) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const Statement& statement = argument.statement;
    if (statement.size() < 2) {
        build.diags.add(Code::ValueMissing, argument.span, "weight needs a value")
            .label("expected a number after this");
        return;
    }
    const Word& word = statement.words[1];
    const auto value = parse_number<std::int64_t>(word.text);
    if (!value || *value < -kMost || *value > kMost) {
        build.diags.add(Code::BadWeight, word.span, quote(word.text) + " is not a weight")
            .label("expected a whole number from -2147483647 to 2147483647");
        return;
    }
    const std::string_view option = statement.size() > 2 ? statement.words[2].text : "noreverse";
    if (option != "reverse" && option != "noreverse")
        build.diags.add(Code::BadOption, statement.words[2].span, quote(option) + " is not an option")
            .label("expected reverse or noreverse");
    checker_of(build).file_weight.give({static_cast<std::int32_t>(*value), option == "reverse"}, word.span);
}

}  // namespace understudy::config
