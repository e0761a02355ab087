// Lines to words, quotes, comments and braces. Comments begin with ! or # anywhere outside double quotes;
// braces outside quotes end a statement wherever they stand; a quoted word keeps what is between its quotes
// as it was written. The words of a command may be in single quotes, too, and made of several pieces; \\, \"
// and \' in them are the second character.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/diagnostic.hpp"
#include "understudy/config/source.hpp"

namespace understudy::config {

struct Word {
    std::string_view text;  // without the quotes
    Span span;              // with them
    bool quoted = false;
};

struct Item {
    enum class Kind : std::uint8_t { Statement, Open, Close };
    Kind kind = Kind::Statement;
    std::uint32_t first = 0;  // of its words, index into Listing::words
    std::uint32_t count = 0;
    Span span;
};

// All that was read, in order: statements and braces.
struct Listing {
    std::vector<Item> items;
    std::vector<Word> words;
    std::deque<std::string> expanded;  // text that stands in no file; words view into it
    // Comments behind a statement that hold a } which closes nothing there.
    std::vector<Span> hidden_braces;

    [[nodiscard]] std::span<const Word> words_of(const Item& item) const {
        return std::span{words}.subspan(item.first, item.count);
    }
};

// Whether this keyword is followed by a command.
[[nodiscard]] bool is_before_command(std::string_view keyword);

[[nodiscard]] std::string_view without_comment(std::string_view line);

// Appends the statements and braces of a line whose comment is already gone.
void lex(const Line& line, Listing& listing, Diagnostics& diags);

[[nodiscard]] constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

}  // namespace understudy::config
