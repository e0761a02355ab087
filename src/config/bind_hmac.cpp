#include "bind_hmac.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "bind.hpp"
#include "bind_instance.hpp"
#include "secret.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kHex = "hex:";
constexpr std::size_t kShortestSecret = 32;

// "00 11…" as octets; none if it is something else.
std::optional<std::string> octets_of(std::string_view digits) {
    std::string octets;
    for (std::size_t at = 0; at < digits.size();) {
        if (digits[at] == ' ' || digits[at] == '\t') {
            ++at;
            continue;
        }
        const auto high = hex_digit(digits[at]);
        const auto low = at + 1 < digits.size() ? hex_digit(digits[at + 1]) : std::nullopt;
        if (!high || !low) return std::nullopt;
        octets += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return octets;
}

// False after a complaint.
bool read_secret(Build& build, const Word& word, model::HmacKey& key) {
    if (word.text.starts_with(kSecretFilePrefix) && word.text.size() > kSecretFilePrefix.size()) {
        key.file = word.text.substr(kSecretFilePrefix.size());
        return true;
    }
    const auto secret = parse_secret(word.text);
    if (secret) {
        key.secret = *secret;
        return true;
    }
    build.diags.add(Code::BadOption, word.span, "this cannot be a key: " + secret.error())
        .label("expected 32 to 64 characters, hex: and 64 to 128 digits, or file: and a path");
    return false;
}

}  // namespace

std::expected<Secret, std::string> parse_secret(std::string_view text) {
    const bool hex = text.starts_with(kHex);
    const auto octets = hex ? octets_of(text.substr(kHex.size())) : std::string{text};
    if (!octets) return std::unexpected("behind hex: stand digits in pairs, 0 to 9 and a to f");
    const auto secret = Secret::from(*octets);
    if (secret && secret->size() >= kShortestSecret) return *secret;
    return std::unexpected("it has " + std::to_string(octets->size()) + " octets, and 32 to 64 are allowed");
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
    model::HmacKey key;
    key.id = static_cast<std::uint8_t>(std::get<std::int64_t>(id->value));
    if (!read_secret(build, statement.words[2], key)) return;
    HmacDraft& draft = *build.draft.instances.back().hmac;
    if (std::ranges::find(draft.plain.keys, key.id, &model::HmacKey::id) == draft.plain.keys.end()) {
        draft.plain.keys.push_back(std::move(key));
        draft.secret_spans.push_back(statement.words[2].span);
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

}  // namespace understudy::config
