#include "bind_virtual_link.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "bind.hpp"
#include "bind_instance.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLongestLinkName = 15;  // IFNAMSIZ without its terminator
constexpr std::size_t kFiveOctets = 14;       // "02:00:00:00:00"
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
