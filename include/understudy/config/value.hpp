// Words to values: numbers, seconds, addresses, commands. A grammar says what may follow a keyword; it is
// read here, shown by the manual, and checked even for keywords that have no effect yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/config/diagnostic.hpp"
#include "understudy/config/lexer.hpp"
#include "understudy/model/command.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"

namespace understudy::config {

// A keyword and what follows it.
struct Statement {
    std::span<const Word> words;  // never empty

    [[nodiscard]] const Word& keyword() const { return words.front(); }
    [[nodiscard]] std::size_t size() const { return words.size(); }
};

enum class Shape : std::uint8_t {
    Nothing,
    Number,   // whole, decimal
    Seconds,  // decimal fractions down to the microsecond
    Boolean,
    Choice,     // one of the words of the grammar, divided by |
    Text,       // any one word
    Interface,  // the name of one
    Address,
    Program,  // a command, its arguments in the same string
    Command,  // a program, then a user and a group if wanted
    Owner,    // a user, then a group if wanted
    Weight,   // a number, then `reverse` if wanted
    Free,     // any words; the grammar is only shown
};

struct Grammar {
    Shape shape = Shape::Nothing;
    Code code = Code::BadOption;  // of a complaint
    bool optional = false;
    std::int64_t least = 0;  // of numbers; of seconds in microseconds
    std::int64_t most = 0;
    std::string_view words = {};           // of choices; what is shown of texts and free grammars
    Code missing = Code::MissingArgument;  // of a complaint when there is no value
    bool any_case = false;                 // of choices: the words of the grammar are in upper case
    std::string_view otherwise = {};       // of choices: the one that any other word stands for

    // As a manual shows it: "<1..255>", "[<bool>]", "MASTER|BACKUP".
    [[nodiscard]] std::string to_string() const;
};

inline constexpr std::int64_t kUnlimited = 4'294'967'295;

consteval Grammar nothing() { return {}; }
constexpr Grammar number(std::int64_t least, std::int64_t most = kUnlimited, Code code = Code::BadNumber) {
    return {.shape = Shape::Number, .code = code, .least = least, .most = most};
}
constexpr Grammar decimal_seconds(microseconds least, microseconds most) {
    return {.shape = Shape::Seconds, .code = Code::BadInterval, .least = least.count(), .most = most.count()};
}
constexpr Grammar boolean() { return {.shape = Shape::Boolean, .code = Code::BadBoolean}; }
constexpr Grammar choice(std::string_view words) {
    return {.shape = Shape::Choice, .code = Code::BadChoice, .words = words};
}
// Any other word is complained about and stands for the given one.
consteval Grammar choice_or(std::string_view words, std::string_view otherwise) {
    Grammar grammar = choice(words);
    grammar.code = Code::ValueCorrected;
    grammar.otherwise = otherwise;
    return grammar;
}
// The same in any case; the value is the word of the grammar.
consteval Grammar choice_in_any_case(std::string_view words) {
    Grammar grammar = choice(words);
    grammar.any_case = true;
    return grammar;
}
consteval Grammar text(std::string_view shown) { return {.shape = Shape::Text, .words = shown}; }
consteval Grammar interface_name() { return {.shape = Shape::Interface}; }
consteval Grammar ip_address() { return {.shape = Shape::Address, .code = Code::BadAddress}; }
consteval Grammar program() { return {.shape = Shape::Program, .code = Code::BadCommand}; }
constexpr Grammar command() { return {.shape = Shape::Command, .code = Code::BadCommand}; }
consteval Grammar owner() { return {.shape = Shape::Owner}; }
constexpr Grammar weight(std::int64_t most) {
    return {.shape = Shape::Weight, .code = Code::BadWeight, .least = -most, .most = most};
}
consteval Grammar free_form(std::string_view shown) { return {.shape = Shape::Free, .words = shown}; }
// Without its value the statement is an error that keepalived bears: it only ignores the statement.
constexpr Grammar bearable(Grammar grammar) {
    grammar.missing = Code::ValueMissing;
    return grammar;
}
constexpr Grammar optional(Grammar grammar) {
    grammar.optional = true;
    return grammar;
}

using Value = std::variant<std::monostate, std::int64_t, microseconds, bool, std::string_view, net::Address,
                           model::Command, model::Weight>;

struct Parsed {
    Value value;
    std::size_t used = 0;  // words taken
    Span span;             // of the first of them, or of the keyword
};

// What stands from words[at] on, for the keyword `name`. None after a complaint.
[[nodiscard]] std::optional<Parsed> parse_value(const Grammar& grammar, std::string_view name,
                                                const Statement& statement, std::size_t at,
                                                Diagnostics& diags);

enum class SecondsFault : std::uint8_t { NotANumber, TooPrecise };

// "1", "0.25", ".5", "1."; at most six decimal places.
[[nodiscard]] std::expected<microseconds, SecondsFault> parse_seconds(std::string_view text);
[[nodiscard]] std::string to_text(microseconds time);  // "0.25"
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);
// The words of a command: blanks divide, single and double quotes group, a backslash takes the next character
// as it is.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> split_command(std::string_view text);
// What somebody may have meant by a word that is no number: letters that look like digits are taken for
// those.
[[nodiscard]] std::optional<std::int64_t> closest_number(std::string_view text);
// site, link, host, nowhere, global or a number.
[[nodiscard]] std::optional<std::uint8_t> parse_scope(std::string_view text);

}  // namespace understudy::config
