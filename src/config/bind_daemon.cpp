// Those keywords of global_defs that are about running the daemon: mail, processes, buffers, pipes, filters.
#include <algorithm>
#include <charconv>
#include <utility>

#include "understudy/base/text.hpp"

#include "bind_globals.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLongestProcessName = 15;
constexpr std::uint32_t kHighestRealtime = 99;
constexpr std::uint32_t kMostProcessors = 1024;  // CPU_SETSIZE
constexpr std::uint32_t kAllPermissions = 0777;
constexpr std::size_t kMostIpsets = 6;

// "IRUSR" is 0400, "IRWXU" 0700.
std::optional<std::uint32_t> permission_bits(std::string_view word) {
    constexpr std::pair<std::string_view, std::uint32_t> kBits[] = {
        {"IRUSR", 0400}, {"IWUSR", 0200}, {"IXUSR", 0100}, {"IRWXU", 0700}, {"IRGRP", 0040}, {"IWGRP", 0020},
        {"IXGRP", 0010}, {"IRWXG", 0070}, {"IROTH", 0004}, {"IWOTH", 0002}, {"IXOTH", 0001}, {"IRWXO", 0007}};
    for (const auto& [name, bits] : kBits)
        if (word == name) return bits;
    return std::nullopt;
}

// As C writes numbers: 022 is octal, 0x12 hexadecimal, 18 decimal.
std::optional<std::uint32_t> permission_number(std::string_view word) {
    int base = 10;
    if (word.starts_with('0') && word.size() > 1) base = 8;
    if (word.starts_with("0x")) {
        base = 16;
        word.remove_prefix(2);
    }
    std::uint32_t value = 0;
    const auto [stopped, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (error != std::errc{} || stopped != word.data() + word.size() || value > kAllPermissions)
        return std::nullopt;
    return value;
}

std::string in_upper_case(std::string_view word) {
    std::string upper{word};
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

void use_nftables_instead(Build& build, const Argument& argument) {
    build.diags
        .add(Code::ValueCorrected, argument.statement.keyword().span,
             std::string{argument.keyword} + " is for a packet filter that is not used")
        .label("nftables is used instead")
        .hint("write nftables instead of vrrp_iptables and vrrp_ipsets");
}

}  // namespace

void set_mail_server(Build& build, const Argument& argument) {
    const auto words = required_words(build, argument, "a name or an address, then a port if wanted");
    if (words.empty()) return;
    // keepalived sends no mail to a server whose port stands in the same word.
    const std::string_view server = words[0].text;
    const std::size_t colon = std::min(server.rfind(':'), server.size());
    if (colon < server.size() && !net::Address::parse(server)) {
        const bool in_brackets = server.starts_with('[') && colon > 1 && server[colon - 1] == ']';
        const std::string name{in_brackets ? server.substr(1, colon - 2) : server.substr(0, colon)};
        build.diags.add(Code::BadAddress, words[0].span, quote(server) + " is no name and no address")
            .label("no mail is sent")
            .hint("the port is a word of its own: " + name + " " + std::string{server.substr(colon + 1)});
        return;
    }
    model::Mail& mail = build.draft.globals.plain.mail;
    if (words.size() > 1) {
        const auto port = parse_value(number(1, 65535), argument.keyword, argument.statement, 2, build.diags);
        if (!port) return;
        mail.port = static_cast<std::uint16_t>(std::get<std::int64_t>(port->value));
    }
    mail.server = words[0].text;
}

void set_mail_timeout(Build& build, const Argument& argument) {
    seconds& timeout = build.draft.globals.plain.mail.connect_timeout;
    timeout = seconds{std::get<std::int64_t>(argument.value)};
    if (timeout > seconds{0}) return;
    timeout = seconds{1};
    build.diags
        .add(Code::ValueCorrected, argument.span, std::string{argument.keyword} + " must be at least 1")
        .label("1 is used");
}

void add_mail_recipients(Build& build, const Statement& entry) {
    for (const Word& word : entry.words) build.draft.globals.plain.mail.recipients.emplace_back(word.text);
}

void set_rfc_snmp(Build& build, const Argument&) {
    build.draft.globals.plain.snmp.rfc_v2 = true;
    build.draft.globals.plain.snmp.rfc_v3 = true;
}

void set_auto_priority(Build& build, const Argument& argument) {
    const auto* const most = std::get_if<std::int64_t>(&argument.value);
    build.draft.globals.plain.processes.max_auto_priority =
        static_cast<int>(most != nullptr ? *most : kHighestRealtime);
}

std::string process_name(Build& build, const Argument& argument) {
    const std::string_view name = std::get<std::string_view>(argument.value);
    if (name.size() > kLongestProcessName)
        build.diags.add(Code::ValueCorrected, argument.span, "a process name has at most 15 characters")
            .label(quote(name.substr(0, kLongestProcessName)) + " is used");
    return std::string{name.substr(0, kLongestProcessName)};
}

std::uint32_t realtime_priority(Build& build, const Argument& argument) {
    const auto wanted = std::get<std::int64_t>(argument.value);
    if (wanted <= kHighestRealtime) return static_cast<std::uint32_t>(wanted);
    build.diags.add(Code::ValueCorrected, argument.span, "the highest real-time priority is 99")
        .label("99 is used");
    return kHighestRealtime;
}

std::vector<std::uint32_t> processors(Build& build, const Argument& argument) {
    std::vector<std::uint32_t> wanted;
    const auto words = required_words(build, argument, "numbers of processors", Code::ValueMissing);
    for (std::size_t at = 1; at <= words.size(); ++at) {
        const Grammar grammar = number(0, kMostProcessors - 1);
        const auto parsed = parse_value(grammar, argument.keyword, argument.statement, at, build.diags);
        if (parsed) wanted.push_back(static_cast<std::uint32_t>(std::get<std::int64_t>(parsed->value)));
    }
    return wanted;
}

void set_receive_policy(Build& build, const Argument& argument) {
    model::Buffers& buffers = build.draft.globals.plain.buffers;
    const std::string_view text = std::get<std::string_view>(argument.value);
    const std::string upper = in_upper_case(text);
    const auto size = parse_number<std::uint32_t>(text);
    if (size) buffers.receive_size = *size;
    if (upper == "MTU") {
        buffers.receive_policy = model::ReceivePolicy::Mtu;
    } else if (upper == "ADVERT") {
        buffers.receive_policy = model::ReceivePolicy::Advert;
    } else if (size) {
        buffers.receive_policy = model::ReceivePolicy::Fixed;
    } else {
        build.diags
            .add(Code::BadChoice, argument.span, quote(text) + " is not a " + std::string{argument.keyword})
            .label("expected MTU, ADVERT or a number of octets");
    }
}

void fill_pipe(Build& build, const Argument& argument, model::NotifyPipe& pipe) {
    const auto words =
        required_words(build, argument, "a path, then a user and a group if wanted", Code::ValueMissing);
    if (words.empty()) return;
    pipe.path = words[0].text;
    pipe.user = words.size() > 1 ? words[1].text : "";
    pipe.group = words.size() > 2 ? words[2].text : "";
}

// A number, or names divided by bars that stand alone.
void set_umask(Build& build, const Argument& argument) {
    std::uint32_t mask = 0;
    bool divided = true;
    const auto words = required_words(build, argument, "a number or permissions");
    if (words.empty()) return;
    for (const Word& word : words) {
        const bool bar = word.text == "|";
        const auto bits = words.size() == 1 && permission_number(word.text) ? permission_number(word.text)
                                                                            : permission_bits(word.text);
        if (bar == divided || (!bar && !bits)) {
            build.diags.add(Code::BadChoice, word.span, quote(word.text) + " is not a umask")
                .label("expected a number up to 0777, or names as in IWGRP | IRWXO");
            return;
        }
        divided = bar;
        mask |= bits.value_or(0);
    }
    build.draft.globals.plain.umask = mask;
}

void set_json_version(Build& build, const Argument& argument) {
    const bool second = std::get<std::string_view>(argument.value) == "2";
    build.draft.globals.plain.dumps.json_version = second ? 2 : 1;
}

void set_nftables(Build& build, const Argument& argument) {
    model::PacketFilter& filter = build.draft.globals.plain.filter;
    filter.nftables = true;
    if (const auto* const table = std::get_if<std::string_view>(&argument.value)) filter.table = *table;
}

void set_iptables(Build& build, const Argument& argument) {
    model::PacketFilter& filter = build.draft.globals.plain.filter;
    filter.iptables = true;
    const auto words = argument.statement.words.subspan(1);
    if (!words.empty()) filter.input_chain = words[0].text;
    if (words.size() > 1) filter.output_chain = words[1].text;
    if (filter.input_chain == filter.output_chain) {
        build.diags.add(Code::BadOption, words.back().span, "the two chains must differ").label("ignored");
        filter.input_chain = model::PacketFilter{}.input_chain;
        filter.output_chain = model::PacketFilter{}.output_chain;
    }
    use_nftables_instead(build, argument);
}

void set_ipsets(Build& build, const Argument& argument) {
    model::PacketFilter& filter = build.draft.globals.plain.filter;
    const auto words = argument.statement.words.subspan(1);
    filter.ipsets = !words.empty();
    filter.ipset_names.clear();
    for (const Word& word : words.first(std::min(words.size(), kMostIpsets))) {
        if (std::ranges::find(filter.ipset_names, word.text) != filter.ipset_names.end())
            build.diags.add(Code::BadOption, word.span, quote(word.text) + " is the name of two sets")
                .label("names must differ");
        filter.ipset_names.emplace_back(word.text);
    }
    use_nftables_instead(build, argument);
}

}  // namespace understudy::config
