#include "option_reader.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "prefix_word.hpp"
#include "route_names.hpp"

namespace understudy::config {

void OptionReader::read_option(const Word& word) {
    if (keyword_->tier == Tier::Legacy)
        build_.diags.add(Code::DeprecatedKeyword, word.span, std::string{keyword_->name} + " is deprecated")
            .label(std::string{keyword_->meaning});
    const Value nothing{};
    keyword_->bind(build_, {entry_, nothing, word.span, keyword_->name});
}

bool OptionReader::take(std::string_view word) {
    if (at_end() || here().text != word) return false;
    ++at_;
    return true;
}

const Word* OptionReader::next() {
    if (!at_end()) return &entry_.words[at_++];
    const Word& last = entry_.words.back();
    refuse(Code::MissingArgument, last.span, std::string{last.text} + " needs a value")
        .label("expected " + keyword_->grammar.to_string() + " after " + std::string{keyword_->name});
    stopped_ = true;
    return nullptr;
}

std::optional<std::uint64_t> OptionReader::wide_number(std::uint64_t least, std::uint64_t most) {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const auto value = parse_number<std::uint64_t>(word->text);
    if (value && least <= *value && *value <= most) return value;
    const bool bounded = most <= std::numeric_limits<std::uint16_t>::max();
    refuse(Code::BadNumber, word->span, quote(word->text) + " is not a valid number")
        .label("expected a whole number" +
               (bounded ? " from " + std::to_string(least) + " to " + std::to_string(most) : ""));
    return std::nullopt;
}

NameFolders OptionReader::folders() const {
    const model::Globals& globals = build_.draft.globals.plain;
    return {globals.iproute_etc_folder, globals.iproute_usr_folder};
}

std::optional<std::uint32_t> OptionReader::named(NameKind kind, std::uint32_t most) {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const auto number = number_of(kind, word->text, build_.host, folders());
    if (number && *number <= most) return number;
    const std::string noun{noun_of(kind)};
    refuse(Code::UnknownRouteName, word->span, "there is no " + noun + " " + quote(word->text))
        .label("expected a number" + (most < kUnlimited ? " up to " + std::to_string(most) : std::string{}) +
               " or a name that this host has given to one");
    return std::nullopt;
}

std::optional<std::uint8_t> OptionReader::named_octet(NameKind kind) {
    const auto number = named(kind, 255);
    if (!number) return std::nullopt;
    return static_cast<std::uint8_t>(*number);
}

std::optional<net::Realms> OptionReader::realms() {
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const std::size_t slash = word->text.find('/');
    const bool both = slash != std::string_view::npos;
    const auto of = [&](std::string_view text) {
        return number_of(NameKind::Realm, text, build_.host, folders());
    };
    const auto from = both ? of(word->text.substr(0, slash)) : std::optional{0u};
    const auto to = of(both ? word->text.substr(slash + 1) : word->text);
    if (from && to && *from <= 255 && *to <= 255)
        return net::Realms{static_cast<std::uint8_t>(*from), static_cast<std::uint8_t>(*to)};
    refuse(Code::UnknownRouteName, word->span, quote(word->text) + " names no realms")
        .label("expected REALM or SOURCE/DESTINATION, each a number up to 255 or a name of this host");
    return std::nullopt;
}

std::optional<net::Address> OptionReader::address() {
    std::optional<net::Family> said;
    if (take("inet")) said = net::Family::Ipv4;
    if (take("inet6")) said = net::Family::Ipv6;
    const Word* const word = next();
    if (word == nullptr) return std::nullopt;
    const auto address = net::Address::parse(word->text);
    if (!address) {
        refuse(Code::BadAddress, word->span, quote(word->text) + " is not an address");
        return std::nullopt;
    }
    if (said && !of_family(*said, word->span)) return std::nullopt;
    return of_family(address->family(), word->span) ? address : std::nullopt;
}

std::optional<net::Prefix> OptionReader::prefix() {
    const Word* const word = next();
    return word == nullptr ? std::nullopt : prefix_in(*word);
}

std::optional<net::Prefix> OptionReader::prefix_in(const Word& word) {
    const auto prefix = read_prefix(word, build_.diags);
    dropped_ = dropped_ || !prefix;
    return prefix && of_family(prefix->address.family(), word.span) ? prefix : std::nullopt;
}

std::string OptionReader::link() {
    const Word* const word = next();
    if (word == nullptr) return {};
    if (word->text.size() > kLongestName) {
        refuse(Code::BadOption, word->span, quote(word->text) + " is too long for an interface")
            .label("at most 15 characters");
        return {};
    }
    links_.push_back({std::string{word->text}, word->span});
    return links_.back().name;
}

bool OptionReader::is_everything(std::string_view word) {
    return word == "default" || word == "any" || word == "all";
}

bool OptionReader::of_family(net::Family family, Span span) {
    if (!family_) family_ = family;
    if (*family_ == family) return true;
    refuse(Code::FamilyMix, span, "IPv4 and IPv6 are mixed on this line")
        .label("expected " + std::string{net::name(*family_)} + ", as before; this line is ignored");
    return false;
}

Complaint OptionReader::refuse(Code code, Span span, std::string message) {
    dropped_ = true;
    Complaint complaint = build_.diags.add(code, span, std::move(message));
    complaint.label("this line is ignored");
    return complaint;
}

Complaint OptionReader::refuse_unknown(const Word& word) {
    stopped_ = true;  // what follows may be its value
    Complaint complaint = refuse(Code::BadOption, word.span, quote(word.text) + " is not an option");
    if (const auto meant = closest_keyword(options_, word.text))
        complaint.hint("did you mean " + std::string{*meant} + "?");
    return complaint;
}

}  // namespace understudy::config
