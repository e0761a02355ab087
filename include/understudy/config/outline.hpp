// A configuration as statements again: what is in force with all defaults filled in, in the order of the
// language. Written as text it reads as keepalived's syntax, and loading that text gives the same
// configuration; written as JSON it is for programs. Includes, variables, loops and comments are gone.
//
// Secrets (auth_pass, keys) are part of it: whoever shows an outline to others calls redact() first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"

namespace understudy::config {

// A value after a keyword. Times are seconds with up to six decimals in both forms; a Phrase is always
// written between quotes (a command line, a pattern).
struct Phrase {
    std::string text;

    friend bool operator==(const Phrase&, const Phrase&) = default;
};
using Term = std::variant<std::string, Phrase, std::int64_t, bool, microseconds>;

// One statement.
struct Node {
    enum class Kind : std::uint8_t {
        Single,    // occurs once in its block
        Repeated,  // may occur again: a list in JSON
        Entries,   // a block of data lines: a list in JSON, each with its options
        Secret,    // Single, and its terms are nobody's business
        RepeatedSecret,
    };

    std::string keyword = {};        // of a data line: its first word
    std::vector<Term> terms = {};    // what follows it
    std::vector<Node> options = {};  // of a data line: further words, each a keyword with its terms
    std::optional<std::vector<Node>> block = std::nullopt;
    Kind kind = Kind::Single;

    friend bool operator==(const Node&, const Node&) = default;
};

[[nodiscard]] std::vector<Node> outline(const model::Config& config);
// The same with every secret replaced by "(hidden)".
[[nodiscard]] std::vector<Node> redact(std::vector<Node> nodes);
// The words of a statement on one line, without its block; and what follows its keyword.
[[nodiscard]] std::string render_line(const Node& node);
[[nodiscard]] std::string render_terms(const Node& node);
// keepalived's syntax, four blanks a level.
[[nodiscard]] std::string render_text(std::span<const Node> nodes);
// An object: keyword to value. A keyword alone is true, several terms are a list; a block is an object, whose
// header stands in it as "name"; blocks of data lines are lists of objects with "entry" and the options.
[[nodiscard]] std::string render_json(std::span<const Node> nodes);

}  // namespace understudy::config
