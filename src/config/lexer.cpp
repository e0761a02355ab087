#include "understudy/config/lexer.hpp"

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

// Past the closing quote of the string that begins at `at`, or npos. A backslash keeps the next character
// from closing it.
std::size_t past_string(std::string_view line, std::size_t at) {
    for (std::size_t i = at + 1; i < line.size(); ++i) {
        if (line[i] == '\\') {
            ++i;
        } else if (line[i] == '"') {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

bool ends_word(char c) { return is_blank(c) || c == '{' || c == '}' || c == '"'; }

class Lexer {
public:
    Lexer(const Line& line, Listing& listing, Diagnostics& diags)
        : line_(line), text_(line.text()), listing_(listing), diags_(diags) {}

    void run() {
        for (std::size_t at = 0; at < text_.size();) {
            if (is_blank(text_[at])) {
                ++at;
            } else if (text_[at] == '{' || text_[at] == '}') {
                brace(at++);
            } else {
                at = text_[at] == '"' ? string(at) : bare(at);
            }
        }
        end_statement();
    }

private:
    void brace(std::size_t at) {
        end_statement();
        const auto kind = text_[at] == '{' ? Item::Kind::Open : Item::Kind::Close;
        listing_.items.push_back({kind, 0, 0, line_.locate(at, 1)});
    }

    std::size_t string(std::size_t at) {
        const std::size_t end = past_string(text_, at);
        if (end == std::string_view::npos) {
            diags_
                .add(Code::UnterminatedQuote, line_.locate(at, text_.size() - at),
                     "this quote is never closed")
                .label("a string ends on the line it begins on");
            broken_ = true;
            return text_.size();
        }
        word(at, end, at + 1, end - 1, true);
        return end;
    }

    std::size_t bare(std::size_t at) {
        std::size_t end = at;
        while (end < text_.size() && !ends_word(text_[end])) ++end;
        word(at, end, at, end, false);
        return end;
    }

    void word(std::size_t begin, std::size_t end, std::size_t text_begin, std::size_t text_end, bool quoted) {
        if (count_ == 0) first_ = static_cast<std::uint32_t>(listing_.words.size());
        const std::string_view text = text_.substr(text_begin, text_end - text_begin);
        listing_.words.push_back({text, line_.locate(begin, end - begin), quoted});
        ++count_;
    }

    // A statement with an open quote means nothing certain, so it is left out.
    void end_statement() {
        if (count_ > 0 && !broken_) {
            const Span span = listing_.words[first_].span;
            listing_.items.push_back({Item::Kind::Statement, first_, count_, span});
        }
        count_ = 0;
    }

    const Line& line_;
    std::string_view text_;
    Listing& listing_;
    Diagnostics& diags_;
    std::uint32_t first_ = 0;
    std::uint32_t count_ = 0;
    bool broken_ = false;
};

}  // namespace

std::string_view without_comment(std::string_view line) {
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == '!' || line[at] == '#') return line.substr(0, at);
        at = line[at] == '"' ? past_string(line, at) : at + 1;
    }
    return line;
}

void lex(const Line& line, Listing& listing, Diagnostics& diags) { Lexer{line, listing, diags}.run(); }

}  // namespace understudy::config
