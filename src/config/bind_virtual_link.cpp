#include "bind_virtual_link.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "bind.hpp"
#include "bind_instance.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLongestLinkName = 15;  // IFNAMSIZ without its terminator
constexpr std::size_t kFiveOctets = 14;       // "02:00:00:00:00"
constexpr std::size_t kShortestSecret = 32;
constexpr std::size_t kLongestSecret = 64;
constexpr std::uint8_t kHighestTimerPriority = 254;

// The words after use_vmac or use_ipvlan, one after the other.
class LinkWords {
public:
    LinkWords(Build& build, const Argument& argument)
        : diags_(build.diags), keyword_(argument.keyword), words_(argument.statement.words.subspan(1)) {}

    const Word* next() { return at_ < words_.size() ? &words_[at_++] : nullptr; }
    // What stands after `name` or `group`.
    const Word* value_of(const Word& option) {
        if (const Word* const word = next()) return word;
        refuse(option, "needs a value");
        return nullptr;
    }
    void refuse(const Word& word, const std::string& why) {
        diags_.add(Code::BadVirtualLink, word.span, quote(word.text) + " " + why)
            .label("ignored by " + std::string{keyword_});
    }
    void set_name(const Word& word, std::string& name) {
        if (!name.empty()) return refuse(word, "is a second name");
        if (word.text.empty() || word.text.size() > kLongestLinkName || word.text.contains('/'))
            return refuse(word, "cannot be the name of an interface: it has 1 to 15 characters");
        name = word.text;
    }
    void set_group(const Word& option, std::optional<std::uint32_t>& group) {
        const Word* const word = value_of(option);
        if (word == nullptr) return;
        group = parse_number<std::uint32_t>(word->text);
        if (!group) refuse(*word, "is not the number of a group");
    }

private:
    Diagnostics& diags_;
    std::string_view keyword_;
    std::span<const Word> words_;
    std::size_t at_ = 0;
};

// A MAC of six octets; of five, when the VRID is to be the sixth.
std::optional<net::Mac> mac_in(std::string_view word, bool& ends_in_vrid) {
    ends_in_vrid = word.size() == kFiveOctets;
    return net::Mac::parse(ends_in_vrid ? std::string{word} + ":00" : std::string{word});
}

bool is_multicast(const net::Mac& mac) { return (mac.octets[0] & std::byte{1}) != std::byte{0}; }

// 00:00:5e:00:01 and :02 are what an instance has without being told.
bool is_standard(const net::Mac& mac) {
    const net::Mac standard = net::virtual_mac(net::Family::Ipv4, net::Vrid{1});
    const bool same = std::equal(mac.octets.begin(), mac.octets.begin() + 4, standard.octets.begin());
    return same && (mac.octets[4] == std::byte{1} || mac.octets[4] == std::byte{2});
}

std::optional<model::IpvlanMode> mode_named(std::string_view word) {
    if (word == "bridge") return model::IpvlanMode::Bridge;
    if (word == "private") return model::IpvlanMode::Private;
    if (word == "vepa") return model::IpvlanMode::Vepa;
    return std::nullopt;
}

// "hex:0011…"; none if it is not.
std::optional<std::string> octets_of(std::string_view digits) {
    std::string octets;
    if (digits.size() % 2 != 0) return std::nullopt;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        const auto high = hex_digit(digits[at]);
        const auto low = hex_digit(digits[at + 1]);
        if (!high || !low) return std::nullopt;
        octets += static_cast<char>(*high * 16 + *low);
    }
    return octets;
}

// False after a complaint.
bool read_secret(Build& build, const Word& word, model::HmacKey& key) {
    constexpr std::string_view kHex = "hex:";
    constexpr std::string_view kFile = "file:";
    if (word.text.starts_with(kFile) && word.text.size() > kFile.size()) {
        key.file = word.text.substr(kFile.size());
        return true;
    }
    const bool hex = word.text.starts_with(kHex);
    const auto secret = hex ? octets_of(word.text.substr(kHex.size())) : std::string{word.text};
    if (secret && kShortestSecret <= secret->size() && secret->size() <= kLongestSecret) {
        key.secret = *secret;
        return true;
    }
    build.diags.add(Code::BadOption, word.span, "this cannot be a key")
        .label("expected 32 to 64 characters, hex: and 64 to 128 digits, or file: and a path");
    return false;
}

}  // namespace

void set_virtual_mac(Build& build, const Argument& argument) {
    VirtualMacDraft draft;
    LinkWords words{build, argument};
    while (const Word* const word = words.next()) {
        bool five = false;
        if (word->text == "name") {
            if (const Word* const name = words.value_of(*word)) words.set_name(*name, draft.link.name);
        } else if (word->text == "group") {
            words.set_group(*word, draft.link.group);
        } else if (word->text == "netlink_notify_msg") {
            draft.link.netlink_notify = true;
        } else if (const auto mac = mac_in(word->text, five); !mac) {
            words.set_name(*word, draft.link.name);
        } else if (is_multicast(*mac)) {
            words.refuse(*word, "is a multicast address");
        } else if (is_standard(*mac)) {
            words.refuse(*word, "is an address of the standard, which is used without being asked for");
        } else {
            draft.link.mac = mac;
            draft.ends_in_vrid = five;
        }
    }
    build.draft.instances.back().virtual_mac.give(std::move(draft), argument.statement.keyword().span);
}

void set_ipvlan(Build& build, const Argument& argument) {
    model::Ipvlan link;
    LinkWords words{build, argument};
    while (const Word* const word = words.next()) {
        if (word->text == "name") {
            if (const Word* const name = words.value_of(*word)) words.set_name(*name, link.name);
        } else if (word->text == "group") {
            words.set_group(*word, link.group);
        } else if (const auto mode = mode_named(word->text)) {
            link.mode = *mode;
        } else if (const auto prefix = net::Prefix::parse(word->text)) {
            if (same_family(build, prefix->address, word->span)) link.address = prefix;
        } else {
            words.set_name(*word, link.name);
        }
    }
    build.draft.instances.back().ipvlan.give(std::move(link), argument.statement.keyword().span);
}

bool open_hmac(Build& build, const Statement& header) {
    std::optional<HmacDraft>& hmac = build.draft.instances.back().hmac;
    if (!hmac) hmac.emplace().span = header.keyword().span;
    return true;
}

void add_hmac_key(Build& build, const Argument& argument) {
    const Statement& statement = argument.statement;
    const auto id = parse_value(number(1, 255), argument.keyword, statement, 1, build.diags);
    if (!id) return;
    if (statement.size() < 3) {
        build.diags.add(Code::MissingArgument, statement.words[1].span, "a key needs a secret")
            .label("expected it after its number");
        return;
    }
    model::HmacKey key{static_cast<std::uint8_t>(std::get<std::int64_t>(id->value)), "", ""};
    if (!read_secret(build, statement.words[2], key)) return;
    std::vector<model::HmacKey>& keys = build.draft.instances.back().hmac->plain.keys;
    if (std::ranges::find(keys, key.id, &model::HmacKey::id) == keys.end()) {
        keys.push_back(std::move(key));
        return;
    }
    build.diags.add(Code::DuplicateName, id->span, "there already is a key " + std::to_string(key.id))
        .label("ignored");
}

void set_anti_replay(Build& build, const Argument& argument) {
    const bool by_time = std::get<std::string_view>(argument.value) == "time";
    build.draft.instances.back().hmac->plain.anti_replay =
        by_time ? model::AntiReplay::Time : model::AntiReplay::Monotonic;
}

void set_hmac_mode(Build& build, const Argument& argument) {
    const std::string_view word = std::get<std::string_view>(argument.value);
    model::HmacMode mode = model::HmacMode::Enforce;
    if (word == "permissive") mode = model::HmacMode::Permissive;
    if (word == "receive-only") mode = model::HmacMode::ReceiveOnly;
    build.draft.instances.back().hmac->mode.give(mode, argument.span);
}

void set_old_checksum(Build& build, const Argument& argument) {
    InstanceDraft& instance = build.draft.instances.back();
    const Statement& statement = argument.statement;
    instance.unicast_wanted.give(true, statement.keyword().span);
    const bool never = statement.size() > 1 && statement.words[1].text == "never";
    instance.plain.old_unicast_checksum =
        never ? model::OldUnicastChecksum::Never : model::OldUnicastChecksum::Always;
    if (statement.size() < 2 || never) return;
    build.diags
        .add(Code::BadChoice, statement.words[1].span,
             quote(statement.words[1].text) + " is not an " + std::string{argument.keyword})
        .label("expected never, or nothing");
}

void set_timer_expired(Build& build, const Argument& argument) {
    const auto* const priority = std::get_if<std::int64_t>(&argument.value);
    build.draft.instances.back().plain.timer_expired_backup =
        net::Priority::clamped(priority != nullptr ? *priority : kHighestTimerPriority);
}

void set_native_ipv6(Build& build, const Argument& argument) {
    InstanceDraft& instance = build.draft.instances.back();
    if (!instance.family) instance.family = net::Family::Ipv6;
    if (*instance.family == net::Family::Ipv6) return;
    build.diags
        .add(Code::FamilyMix, argument.statement.keyword().span,
             quote(instance.name) + " has IPv4 addresses already")
        .label("ignored");
}

}  // namespace understudy::config
