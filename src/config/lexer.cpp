#include "understudy/config/lexer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

// What is followed by a command.
constexpr std::array<std::string_view, 20> kBeforeCommands{"fence_script",
                                                           "lvs_notify_fifo_script",
                                                           "misc_path",
                                                           "notify",
                                                           "notify_backup",
                                                           "notify_deleted",
                                                           "notify_down",
                                                           "notify_fault",
                                                           "notify_fifo_script",
                                                           "notify_master",
                                                           "notify_master_rx_lower_pri",
                                                           "notify_split_brain",
                                                           "notify_stop",
                                                           "notify_up",
                                                           "quorum_down",
                                                           "quorum_up",
                                                           "script",
                                                           "shutdown_script",
                                                           "startup_script",
                                                           "vrrp_notify_fifo_script"};

static_assert(std::ranges::is_sorted(kBeforeCommands));

// Past the closing quote of the string that begins at `at`, or npos. A backslash keeps the next character
// from closing it.
std::size_t past_string(std::string_view line, std::size_t at) {
    for (std::size_t i = at + 1; i < line.size(); ++i) {
        if (line[i] == '\\') {
            ++i;
        } else if (line[i] == line[at]) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

bool ends_bare(char c) { return is_blank(c) || c == '{' || c == '}'; }
bool ends_word(char c) { return ends_bare(c) || c == '"'; }

std::string_view first_word(std::string_view line) {
    const auto begin = std::ranges::find_if_not(line, is_blank);
    return {begin, std::find_if(begin, line.end(), ends_word)};
}

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
            } else if (count_ > 0 && is_before_command(listing_.words[first_].text)) {
                at = of_command(at);
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
        if (end == std::string_view::npos) return never_closed(at);
        word(at, end, text_.substr(at + 1, end - at - 2), true);
        return end;
    }

    std::size_t never_closed(std::size_t at) {
        diags_.add(Code::UnterminatedQuote, line_.locate(at, text_.size() - at), "this quote is never closed")
            .label("a string ends on the line it begins on");
        broken_ = true;
        return text_.size();
    }

    // Pieces in quotes of either kind and bare ones, up to a blank. A quote that a backslash protects is one
    // of the command's own.
    std::size_t of_command(std::size_t begin) {
        std::string text;
        bool quoted = false;
        std::size_t at = begin;
        while (at < text_.size() && !ends_bare(text_[at])) {
            const bool opens = text_[at] == '"' || text_[at] == '\'';
            const std::size_t end = opens ? past_string(text_, at) : past_piece(at);
            if (end == std::string_view::npos) return never_closed(at);
            append_unprotected(text, opens ? text_.substr(at + 1, end - at - 2) : text_.substr(at, end - at));
            quoted |= opens;
            at = end;
        }
        word(begin, at, listing_.expanded.emplace_back(std::move(text)), quoted);
        return at;
    }

    std::size_t past_piece(std::size_t at) const {
        while (at < text_.size() && !ends_word(text_[at]) && text_[at] != '\'')
            at += text_[at] == '\\' && at + 1 < text_.size() ? 2 : 1;
        return at;
    }

    static void append_unprotected(std::string& text, std::string_view written) {
        for (std::size_t i = 0; i < written.size(); ++i) {
            const bool protects = written[i] == '\\' && i + 1 < written.size() &&
                                  std::string_view{"\\\"'"}.contains(written[i + 1]);
            text += written[protects ? ++i : i];
        }
    }

    std::size_t bare(std::size_t at) {
        std::size_t end = at;
        while (end < text_.size() && !ends_word(text_[end])) ++end;
        word(at, end, text_.substr(at, end - at), false);
        return end;
    }

    void word(std::size_t begin, std::size_t end, std::string_view text, bool quoted) {
        if (count_ == 0) first_ = static_cast<std::uint32_t>(listing_.words.size());
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

bool is_before_command(std::string_view keyword) {
    return std::ranges::binary_search(kBeforeCommands, keyword);
}

std::string_view without_comment(std::string_view line) {
    const auto begins_comment = [](char c) { return c == '!' || c == '#'; };
    if (std::ranges::none_of(line, begins_comment)) return line;
    const std::string_view quotes = is_before_command(first_word(line)) ? "\"'" : "\"";
    for (std::size_t at = 0; at < line.size();) {
        if (begins_comment(line[at])) return line.substr(0, at);
        at = quotes.contains(line[at]) ? past_string(line, at) : at + 1;
    }
    return line;
}

void lex(const Line& line, Listing& listing, Diagnostics& diags) { Lexer{line, listing, diags}.run(); }

}  // namespace understudy::config
