#include "parser.hpp"

#include <bitset>
#include <functional>
#include <vector>

#include "understudy/base/text.hpp"

#include "bind_globals.hpp"
#include "dual_stack.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

// Where a keyword would be at home, for one that stands in the wrong block.
constexpr const Block* kHomes[] = {&kFile,   &kGlobals,        &kInstance,      &kSyncGroup,
                                   &kScript, &kAuthentication, &kVirtualServer, &kRealServer};

constexpr Block kSkipped{.kind = BlockKind::Skipped};

class Parser {
public:
    Parser(const Listing& listing, const Host* host, Diagnostics& diags)
        : listing_(listing), diags_(diags), build_{draft_, diags}, hidden_braces_(listing.hidden_braces) {
        build_.host = host;
    }

    Draft run() {
        frames_.push_back({&kFile, {}, "", true, Feature::Active, {}});
        while (at_ < listing_.items.size()) take(listing_.items[at_++]);
        while (frames_.size() > 1) report_unclosed(std::nullopt);
        settle_globals(draft_.globals);
        settle_families(draft_, diags_);
        build_.inactive.report(diags_);
        return std::move(draft_);
    }

private:
    struct Frame {
        const Block* block;
        Span opened;               // the keyword of its header
        std::string_view name;     // of that keyword
        bool accepted;             // false: the header was refused, so what is inside means nothing
        Feature feature;           // of what is not active yet, when it is inside such a thing
        std::bitset<kNoRow> seen;  // rows that occurred
        std::size_t nested = 0;    // blocks open in one that is read over
    };

    void take(const Item& item) {
        switch (item.kind) {
            case Item::Kind::Statement:
                return take_statement(Statement{listing_.words_of(item)});
            case Item::Kind::Open:
                return take_stray_brace(item);
            case Item::Kind::Close:
                return close(item);
        }
    }

    [[nodiscard]] bool brace_follows() const {
        return at_ < listing_.items.size() && listing_.items[at_].kind == Item::Kind::Open;
    }

    Frame& frame() { return frames_.back(); }

    // Reads over the block whose brace comes next. Within one that is read over anyway, braces only count.
    void skip_block() {
        if (frame().block->kind == BlockKind::Skipped) {
            ++frame().nested;
            ++at_;
            return;
        }
        frames_.push_back({&kSkipped, listing_.items[at_++].span, "", false, Feature::Active, {}});
    }

    void take_stray_brace(const Item& item) {
        if (frame().block->kind != BlockKind::Skipped)
            diags_.add(Code::UnexpectedBrace, item.span, "this brace opens nothing")
                .label("the block is ignored");
        --at_;
        skip_block();
    }

    void close(const Item& item) {
        if (frame().nested > 0) {
            --frame().nested;
            return;
        }
        if (frames_.size() > 1) {
            frames_.pop_back();
            return;
        }
        diags_.add(Code::ExtraCloseBrace, item.span, "this brace closes nothing");
    }

    // `seen_at`: where it shows; none: at the end.
    void report_unclosed(std::optional<Span> seen_at) {
        const std::string name = frame().name.empty() ? "this block" : std::string{frame().name};
        Complaint complaint = diags_.add(Code::MissingCloseBrace, frame().opened, name + " is never closed");
        complaint.label("its } is missing");
        const Span from = frame().opened;
        const auto hidden = std::ranges::find_if(hidden_braces_, [&](const Span& brace) {
            return brace.file == from.file && from < brace && (!seen_at || brace < *seen_at);
        });
        if (hidden != hidden_braces_.end()) {
            complaint.hint(
                "in line " + std::to_string(hidden->line) +
                " a } is part of a comment: ! and # begin one where they are not in double quotes");
            hidden_braces_.erase(hidden);  // it closes one block, not those around it, too
        }
        frames_.pop_back();
    }

    void take_statement(const Statement& statement) {
        for (std::size_t unclosed = unclosed_before(statement); unclosed > 0; --unclosed)
            report_unclosed(statement.keyword().span);
        const Tolerance inside{diags_, frame().feature != Feature::Active};
        switch (frame().block->kind) {
            case BlockKind::Statements:
                return take_keyword(statement);
            case BlockKind::Skipped:
                return;
            case BlockKind::Entries:
                break;
        }
        if (frame().accepted) frame().block->entry(build_, statement);
        if (!brace_follows()) return;
        diags_.add(Code::UnexpectedBrace, listing_.items[at_].span, "no block can begin here")
            .label("the block is ignored");
        skip_block();
    }

    // How many blocks lack a brace above: a keyword that opens a block, but only further out, tells of them.
    [[nodiscard]] std::size_t unclosed_before(const Statement& statement) {
        const std::string_view name = statement.keyword().text;
        if (!brace_follows() || find_keyword(*frame().block, name) != nullptr) return 0;
        const bool is_skipped = frame().block->kind == BlockKind::Skipped;  // it may hold anything
        for (std::size_t depth = is_skipped ? 1 : frames_.size() - 1; depth-- > 0;) {
            const Keyword* const keyword = find_keyword(*frames_[depth].block, name);
            if (keyword != nullptr && keyword->block != nullptr) return frames_.size() - 1 - depth;
        }
        return 0;
    }

    void take_keyword(const Statement& statement) {
        const Keyword* const keyword = find_keyword(*frame().block, statement.keyword().text);
        if (keyword == nullptr) return refuse(statement);
        const Tolerance of_it{diags_, !keyword->is_active()};
        if (keyword->tier == Tier::Legacy)
            diags_
                .add(Code::DeprecatedKeyword, statement.keyword().span,
                     std::string{keyword->name} + " is deprecated")
                .label(std::string{keyword->meaning});
        if (keyword->block != nullptr) return open(*keyword, statement);
        apply(*keyword, statement);
        if (!brace_follows()) return;
        diags_
            .add(Code::UnexpectedBrace, listing_.items[at_].span,
                 std::string{keyword->name} + " opens no block")
            .label("the block is ignored")
            .hint("one statement per line: what follows the value on a line is not read");
        skip_block();
    }

    void refuse(const Statement& statement) {
        const Word& word = statement.keyword();
        const std::string where = frames_.size() == 1 ? "here" : "in " + std::string{frame().name};
        Complaint complaint =
            diags_.add(Code::UnknownKeyword, word.span, quote(word.text) + " is not a keyword " + where);
        if (complaint) complaint.hint(hint_for(word.text));
        if (!brace_follows()) return;
        complaint.label("this block is ignored");
        skip_block();
    }

    std::string hint_for(std::string_view word) {
        const bool is_apart = frame().feature == Feature::VirtualServers;  // where words of VRRP are no help
        if (is_apart && word == "interval" && find_keyword(*frame().block, "delay_loop") != nullptr)
            return "did you mean delay_loop?";
        if (const auto meant = is_apart ? longer_keyword(*frame().block, word) : std::nullopt)
            return "did you mean " + std::string{*meant} + "?";
        for (const Block* home : kHomes)
            if (find_keyword(*home, word) != nullptr)
                return home == &kFile ? "it stands outside of all blocks"
                                      : "it belongs into " + std::string{home->path};
        if (const auto meant = closest_keyword(*frame().block, word))
            return "did you mean " + std::string{*meant} + "?";
        return "";
    }

    void open(const Keyword& keyword, const Statement& header) {
        const Span span = header.keyword().span;
        note_feature(keyword, span);
        if (frames_.size() == 1 && !keyword.is_active()) draft_.has_other_work = true;
        const Feature feature =
            frame().feature != Feature::Active ? frame().feature : keyword.inactive_feature();
        const bool accepted = frame().accepted && accept_header(keyword, header);
        if (brace_follows()) {
            ++at_;
        } else {
            diags_
                .add(Code::MissingOpenBrace, header.words.back().span,
                     std::string{keyword.name} + " needs a block")
                .label("expected { after this");
        }
        frames_.push_back({accepted ? keyword.block : &kSkipped, span, keyword.name, accepted, feature, {}});
    }

    // Inside something that is not active nothing more needs to be said.
    void note_feature(const Keyword& keyword, Span span) {
        if (frame().accepted && frame().feature == Feature::Active && !keyword.is_active())
            build_.inactive.note(keyword.inactive_feature(), keyword.name, span);
    }

    bool accept_header(const Keyword& keyword, const Statement& header) {
        const bool understands_words = keyword.grammar.shape != Shape::Nothing;
        if (!understands_words) warn_ignored(header, 1);
        return keyword.block->open == nullptr || keyword.block->open(build_, header);
    }

    void apply(const Keyword& keyword, const Statement& statement) {
        if (repeats(keyword, statement)) return;
        const auto parsed = parse_value(keyword.grammar, keyword.name, statement, 1, diags_);
        note_feature(keyword, statement.keyword().span);
        if (!parsed) return remember_refused(keyword);
        warn_ignored(statement, 1 + parsed->used);
        if (frame().accepted && keyword.bind != nullptr)
            keyword.bind(build_, {statement, parsed->value, parsed->span, keyword.name});
    }

    void remember_refused(const Keyword& keyword) {
        if (!build_.draft.instances.empty()) build_.draft.instances.back().refused.push_back(keyword.name);
    }

    // Whether this is a second one that does not count.
    bool repeats(const Keyword& keyword, const Statement& statement) {
        const std::optional<std::size_t> row = row_of(keyword);
        if (!row || keyword.occurs == Occurs::Repeats) return false;
        if (!frame().seen.test(*row)) {
            frame().seen.set(*row);
            return false;
        }
        const bool first_wins = keyword.occurs == Occurs::FirstWins;
        const std::string name{keyword.name};
        diags_
            .add(first_wins ? Code::RepeatedScript : Code::RepeatedKeyword, statement.keyword().span,
                 name + " is given a second time")
            .label(first_wins ? "ignored: the first one counts" : "replaces the one above");
        return first_wins;
    }

    // None for a row that the block shares with others.
    std::optional<std::size_t> row_of(const Keyword& keyword) {
        const std::span<const Keyword> rows = frame().block->keywords;
        const std::less<> before;
        if (rows.empty() || before(&keyword, &rows.front()) || before(&rows.back(), &keyword))
            return std::nullopt;
        return static_cast<std::size_t>(&keyword - rows.data());
    }

    void warn_ignored(const Statement& statement, std::size_t from) {
        if (from >= statement.size()) return;
        const Word& first = statement.words[from];
        const Word& last = statement.words.back();
        Span span = first.span;
        if (last.span.column + last.span.length > span.column)
            span.length = last.span.column + last.span.length - span.column;
        Complaint complaint = diags_.add(Code::IgnoredWords, span, "words after the value have no effect");
        complaint.label("ignored");
        if (find_keyword(*frame().block, first.text) != nullptr)
            complaint.hint("one statement per line: put " + quote(first.text) + " on a line of its own");
        if (statement.keyword().text == "script")
            complaint.hint("put the command and its arguments between double quotes");
    }

    const Listing& listing_;
    Diagnostics& diags_;
    Draft draft_;
    Build build_;
    std::vector<Frame> frames_;
    std::size_t at_ = 0;
    std::vector<Span> hidden_braces_;  // those that no block has been told of
};

}  // namespace

Draft parse(const Listing& listing, const Host* host, Diagnostics& diags) {
    return Parser{listing, host, diags}.run();
}

}  // namespace understudy::config
