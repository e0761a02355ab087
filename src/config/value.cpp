#include "understudy/config/value.hpp"

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kDecimalPlaces = 6;
constexpr std::size_t kLongestWhole = 12;  // digits; more would not fit into microseconds
constexpr std::int64_t kMicroseconds = 1'000'000;

std::vector<std::string_view> split_choices(std::string_view words) {
    std::vector<std::string_view> choices;
    for (std::size_t begin = 0; begin <= words.size();) {
        const std::size_t end = std::min(words.find('|', begin), words.size());
        choices.push_back(words.substr(begin, end - begin));
        begin = end + 1;
    }
    return choices;
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string range_text(std::int64_t least, std::int64_t most) {
    const std::string from = std::to_string(least);
    return most >= kUnlimited ? ", " + from + " or more" : " from " + from + " to " + std::to_string(most);
}

std::string range_text(microseconds least, microseconds most) {
    return to_text(least) + " to " + to_text(most);
}

// Reads one value; what was wrong with it is reported at its word.
class ValueReader {
public:
    ValueReader(const Grammar& grammar, std::string_view name, const Statement& statement, std::size_t at,
                Diagnostics& diags)
        : grammar_(grammar), name_(name), statement_(statement), at_(at), diags_(diags) {}

    std::optional<Parsed> read() {
        if (grammar_.shape == Shape::Nothing) return nothing_taken(0, before().span);
        if (grammar_.shape == Shape::Free) return nothing_taken(statement_.size() - at_, before().span);
        if (at_ >= statement_.size()) return missing();
        switch (grammar_.shape) {
            case Shape::Number:
                return number();
            case Shape::Seconds:
                return seconds();
            case Shape::Boolean:
                return boolean();
            case Shape::Choice:
                return choice();
            case Shape::Address:
                return address();
            case Shape::Program:
            case Shape::Command:
                return command();
            case Shape::Owner:
                return owner();
            case Shape::Weight:
                return weight();
            case Shape::Text:
            case Shape::Interface:
            case Shape::Nothing:
            case Shape::Free:
                break;
        }
        return taken(word().text);
    }

private:
    // Made in place: under sanitizers g++ 12 takes a moved temporary of the variant for uninitialized.
    template <typename T>
    std::optional<Parsed> taken(T&& value, std::size_t used = 1) {
        std::optional<Parsed> parsed{std::in_place};
        parsed->value.emplace<std::remove_cvref_t<T>>(std::forward<T>(value));
        parsed->used = used;
        parsed->span = word().span;
        return parsed;
    }

    static std::optional<Parsed> nothing_taken(std::size_t used, Span span) {
        std::optional<Parsed> parsed{std::in_place};
        parsed->used = used;
        parsed->span = span;
        return parsed;
    }

    [[nodiscard]] const Word& word() const { return statement_.words[at_]; }
    // The keyword, or the option of an entry.
    [[nodiscard]] const Word& before() const { return statement_.words[at_ == 0 ? 0 : at_ - 1]; }

    std::optional<Parsed> missing() {
        const Span keyword = before().span;
        if (grammar_.optional) return nothing_taken(0, keyword);
        diags_.add(grammar_.missing, keyword, std::string{name_} + " needs a value")
            .label("expected " + grammar_.to_string() + " after this");
        return std::nullopt;
    }

    Complaint refuse(std::string_view kind) {
        const bool vowel = std::string_view{"aeiou"}.contains(kind.front());
        return diags_.add(grammar_.code, word().span,
                          quote(word().text) + (vowel ? " is not an " : " is not a ") + std::string{kind});
    }

    [[nodiscard]] bool in_range(std::int64_t value) const {
        return grammar_.least <= value && value <= grammar_.most;
    }

    std::string_view number_noun() const {
        if (grammar_.code == Code::BadPriority) return "priority";
        if (grammar_.code == Code::BadVrid) return "virtual router id";
        return "valid number";
    }

    std::optional<std::int64_t> whole_number(std::string_view noun) {
        const auto value = parse_number<std::int64_t>(word().text);
        if (value && in_range(*value)) return value;
        Complaint complaint = refuse(noun);
        complaint.label("expected a whole number" + range_text(grammar_.least, grammar_.most));
        const std::optional<std::int64_t> meant = value ? std::nullopt : closest_number(word().text);
        if (meant && in_range(*meant)) complaint.hint("did you mean " + std::to_string(*meant) + "?");
        return std::nullopt;
    }

    std::optional<Parsed> number() {
        const std::optional<std::int64_t> value = whole_number(number_noun());
        if (!value) return std::nullopt;
        return taken(*value);
    }

    std::optional<Parsed> seconds() {
        const auto value = parse_seconds(word().text);
        if (value && in_range(value->count())) return taken(*value);
        Complaint complaint = refuse("valid number of seconds");
        if (!value && value.error() == SecondsFault::TooPrecise) {
            complaint.label("at most six decimal places are possible");
            return std::nullopt;
        }
        complaint.label("expected " + range_text(microseconds{grammar_.least}, microseconds{grammar_.most}));
        const std::optional<std::int64_t> meant = value ? std::nullopt : closest_number(word().text);
        if (meant && *meant < kMicroseconds && in_range(*meant * kMicroseconds))
            complaint.hint("did you mean " + std::to_string(*meant) + "?");
        return std::nullopt;
    }

    std::optional<Parsed> boolean() {
        if (const std::optional<bool> value = parse_boolean(word().text)) return taken(*value);
        refuse("boolean").label("expected true, on, yes, false, off or no, in lower case");
        return std::nullopt;
    }

    std::optional<Parsed> choice() {
        const std::vector<std::string_view> choices = split_choices(grammar_.words);
        if (std::ranges::find(choices, word().text) != choices.end()) return taken(word().text);
        std::string upper{word().text};
        for (char& c : upper)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const auto same = std::ranges::find(choices, upper);
        if (grammar_.any_case && same != choices.end()) return taken(std::string_view{*same});
        Complaint complaint = refuse(name_);
        complaint.label(
            "expected " + std::string{grammar_.words} +
            (grammar_.otherwise.empty() ? "" : "; " + std::string{grammar_.otherwise} + " is used"));
        const auto meant = same != choices.end() ? std::optional{*same} : closest_word(word().text, choices);
        if (meant) complaint.hint("did you mean " + std::string{*meant} + "?");
        if (grammar_.otherwise.empty()) return std::nullopt;
        return taken(std::string_view{grammar_.otherwise});
    }

    std::optional<Parsed> address() {
        if (const auto value = net::Address::parse(word().text)) return taken(*value);
        diags_.add(grammar_.code, word().span, quote(word().text) + " is not an address")
            .label("expected an IPv4 or IPv6 address");
        return std::nullopt;
    }

    std::optional<Parsed> command() {
        if (word().text.empty()) {
            diags_.add(Code::EmptyCommand, word().span, std::string{name_} + " is empty")
                .label("nothing will run");
            return std::nullopt;
        }
        auto words = split_command(word().text);
        if (!words) {
            refuse("command").label(words.error());
            return std::nullopt;
        }
        if (words->front().starts_with("</")) words = for_a_shell(*words);
        model::Command made{std::move(*words), "", ""};
        std::size_t used = 1;
        if (grammar_.shape == Shape::Command)
            for (std::string* const part : {&made.user, &made.group})
                if (at_ + used < statement_.size()) *part = statement_.words[at_ + used++].text;
        return taken(std::move(made), used);
    }

    // keepalived names no program for `</dev/tcp/HOST/PORT`: what begins with a file to read from goes to
    // /bin/sh, and nothing but that redirection means anything there.
    static std::vector<std::string> for_a_shell(std::span<const std::string> words) {
        std::string text{words.front()};
        for (const std::string& argument : words.subspan(1)) {
            text += " '";
            for (const char c : argument) text += c == '\'' ? std::string{"'\\''"} : std::string{c};
            text += '\'';
        }
        return {"/bin/sh", "-c", std::move(text)};
    }

    std::optional<Parsed> owner() {
        model::Command made{{}, std::string{word().text}, ""};
        const bool has_group = at_ + 1 < statement_.size();
        if (has_group) made.group = statement_.words[at_ + 1].text;
        return taken(std::move(made), has_group ? std::size_t{2} : std::size_t{1});
    }

    std::optional<Parsed> weight() {
        const std::optional<std::int64_t> value = whole_number("weight");
        if (!value) return std::nullopt;
        model::Weight made{static_cast<std::int16_t>(*value), false};
        const std::string_view next = at_ + 1 < statement_.size() ? statement_.words[at_ + 1].text : "";
        made.reverse = next == "reverse";
        return taken(made, made.reverse || next == "noreverse" ? std::size_t{2} : std::size_t{1});
    }

    const Grammar& grammar_;
    std::string_view name_;
    const Statement& statement_;
    std::size_t at_;
    Diagnostics& diags_;
};

std::string shown(const Grammar& grammar) {
    switch (grammar.shape) {
        case Shape::Nothing:
            return "";
        case Shape::Number: {
            const std::string most = grammar.most >= kUnlimited ? "" : std::to_string(grammar.most);
            return "<" + std::to_string(grammar.least) + ".." + most + ">";
        }
        case Shape::Seconds:
            return "<seconds: " + to_text(microseconds{grammar.least}) + ".." +
                   to_text(microseconds{grammar.most}) + ">";
        case Shape::Boolean:
            return "<bool>";
        case Shape::Interface:
            return "<interface>";
        case Shape::Address:
            return "<address>";
        case Shape::Program:
            return "\"<command> [<arguments>]\"";
        case Shape::Command:
            return "\"<command>\" [<user> [<group>]]";
        case Shape::Owner:
            return "<user> [<group>]";
        case Shape::Weight:
            return "<" + std::to_string(grammar.least) + ".." + std::to_string(grammar.most) + "> [reverse]";
        case Shape::Choice:
        case Shape::Text:
        case Shape::Free:
            break;
    }
    return std::string{grammar.words};
}

}  // namespace

std::string Grammar::to_string() const { return optional ? "[" + shown(*this) + "]" : shown(*this); }

std::optional<Parsed> parse_value(const Grammar& grammar, std::string_view name, const Statement& statement,
                                  std::size_t at, Diagnostics& diags) {
    return ValueReader{grammar, name, statement, at, diags}.read();
}

std::expected<microseconds, SecondsFault> parse_seconds(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point < text.size() ? text.substr(point + 1) : std::string_view{};
    if (!all_digits(whole) || !all_digits(fraction) || whole.size() + fraction.size() == 0 ||
        whole.size() > kLongestWhole)
        return std::unexpected(SecondsFault::NotANumber);
    if (fraction.size() > kDecimalPlaces) return std::unexpected(SecondsFault::TooPrecise);
    std::string digits{whole};
    digits += fraction;
    digits.append(kDecimalPlaces - fraction.size(), '0');
    return microseconds{parse_number<std::int64_t>(digits).value_or(0)};
}

std::string to_text(microseconds time) { return seconds_text(time); }

std::optional<bool> parse_boolean(std::string_view text) {
    for (const std::string_view word : {"true", "on", "yes"})
        if (text == word) return true;
    for (const std::string_view word : {"false", "off", "no"})
        if (text == word) return false;
    return std::nullopt;
}

std::expected<std::vector<std::string>, std::string> split_command(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quoted_by = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size() && quoted_by != '\'') {
            word += text[++i];
            in_word = true;
        } else if (quoted_by != 0 ? c == quoted_by : (c == '\'' || c == '"')) {
            quoted_by = quoted_by == 0 ? c : '\0';
            in_word = true;
        } else if (quoted_by != 0 || !is_blank(c)) {
            word += c;
            in_word = true;
        } else if (in_word) {
            words.push_back(std::exchange(word, {}));
            in_word = false;
        }
    }
    if (quoted_by != 0) return std::unexpected("a quote inside it is never closed");
    if (in_word) words.push_back(std::move(word));
    if (words.empty() || words[0].empty()) return std::unexpected("it names no program");
    return words;
}

std::optional<std::int64_t> closest_number(std::string_view text) {
    constexpr std::string_view kLookAlikes = "oOlISB";
    constexpr std::string_view kDigits = "001158";
    std::string digits;
    bool any_digit = false;
    for (const char c : text) {
        const std::size_t alike = kLookAlikes.find(c);
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && alike == std::string_view::npos) return std::nullopt;
        any_digit = any_digit || is_digit;
        digits += is_digit ? c : kDigits[alike];
    }
    return any_digit ? parse_number<std::int64_t>(digits) : std::nullopt;
}

std::optional<std::uint8_t> parse_scope(std::string_view text) {
    constexpr std::pair<std::string_view, std::uint8_t> kScopes[] = {
        {"global", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}};
    for (const auto& [scope, value] : kScopes)
        if (text == scope) return value;
    return parse_number<std::uint8_t>(text);
}

}  // namespace understudy::config
