#include "understudy/config/expand.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "understudy/base/text.hpp"

#include "include.hpp"
#include "loop.hpp"
#include "variables.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kShownOfLongLine = 40;
constexpr std::size_t kMostHiddenBraces = 100;  // each may be why a block is not closed
constexpr const char* kHowToAllow =
    "understudyd runs as user understudy unless it is told otherwise: chgrp understudy and chmod 640 for the "
    "file, 750 for its folder";
constexpr std::string_view kTooLarge = "all files together are larger than 64 MiB";

// The first word of a line and where the rest begins.
std::size_t word_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && !is_blank(text[length])) ++length;
    return length;
}

class Expander {
public:
    Expander(const SourceReader& reader, const Host& host, const ExpandOptions& options, Sources& sources,
             Diagnostics& diags)
        : options_(options),
          reader_(reader),
          sources_(sources),
          diags_(diags),
          random_(options.seed),
          surroundings_{"", "", host, random_} {}

    Listing run(const std::string& path_or_glob) {
        const IncludeStrictness strictness = options_.all_config ? kAllChecks : IncludeStrictness{};
        bool any = false;
        for (const std::string& pattern : brace_alternatives(path_or_glob)) {
            const auto found = has_wildcard(pattern) ? reader_.glob(pattern) : std::vector{pattern};
            if (!found) report_main(pattern, found.error());
            for (const std::string& path : found.value_or(std::vector<std::string>{}))
                any = read_main(path, strictness) || any;
        }
        if (!any && diags_.all().empty()) report_main(path_or_glob, ReadFault::Missing);
        return std::move(listing_);
    }

private:
    bool read_main(const std::string& path, IncludeStrictness strictness) {
        default_strictness_ = strictness;
        auto contents = reader_.read(path);
        if (!contents) {
            report_main(path, contents.error());
            return false;
        }
        if (bytes_read_ + contents->size() > ExpandLimits::kFileBytes) {
            stop(Span{sources_.add(path, "")}, kTooLarge);
            return true;
        }
        read_file(open(path, std::move(*contents)));
        return true;
    }

    void report_main(const std::string& path, ReadFault fault) {
        const Span nowhere{sources_.add(path, "")};
        const Code missing = options_.all_config ? Code::RequiredFileMissing : Code::MissingFile;
        config::Complaint told =
            diags_.add(fault == ReadFault::Missing ? missing : Code::UnreadableFile, nowhere,
                       "cannot read this configuration: " + std::string{name(fault)});
        if (fault == ReadFault::Forbidden) told.hint(kHowToAllow);
    }

    std::uint32_t open(const std::string& path, std::string contents) {
        bytes_read_ += contents.size();
        const std::uint32_t index = sources_.add(path, std::move(contents));
        opened_.emplace(path, index);
        return index;
    }

    void read_file(std::uint32_t index) {
        const std::uint32_t outer = std::exchange(current_file_, index);
        const std::string outer_directory =
            std::exchange(surroundings_.directory, directory_of(sources_.file(index).path));
        ++include_depth_;
        read_lines(index);
        --include_depth_;
        current_file_ = outer;
        surroundings_.directory = outer_directory;
    }

    void read_lines(std::uint32_t index) {
        std::string_view rest = sources_.file(index).contents;
        if (const std::size_t zero = rest.find('\0'); zero != std::string_view::npos) {
            diags_.add(Code::NotText, Span{index}, "this is not a text file")
                .label("it contains a zero byte");
            return;
        }
        make_room(rest);
        Span start{index, 0, 1, 0};
        if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(take_byte_order_mark(index));
        const std::size_t mark = sources_.file(index).contents.size() - rest.size();
        while (!rest.empty() && !stopped_) {
            const std::size_t end = rest.find('\n');
            ++start.line;
            start.column = start.line == 1 ? static_cast<std::uint32_t>(mark) + 1 : 1;
            take_physical(rest.substr(0, end), start);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        finish_definition();
    }

    // A large file is most of what there is to read: room for its words once is cheaper than growing into it.
    void make_room(std::string_view text) {
        if (text.size() <= listing_.words.capacity()) return;
        const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        listing_.items.reserve(listing_.items.size() + lines + lines / 2);
        listing_.words.reserve(listing_.words.size() + 2 * lines);
    }

    std::size_t take_byte_order_mark(std::uint32_t index) {
        diags_.add(Code::ByteOrderMark, {index, 1, 1, 1}, "this file begins with a UTF-8 byte order mark")
            .label("three invisible bytes; keepalived takes them for a part of the first word")
            .hint("save the file as UTF-8 without a byte order mark");
        return kByteOrderMark.size();
    }

    void take_physical(std::string_view text, Span start) {
        if (text.size() > ExpandLimits::kLineLength) {
            start.length = kShownOfLongLine;
            diags_.add(Code::LineTooLong, start, "this line has " + std::to_string(text.size()) + " bytes")
                .label("keepalived reads at most " + std::to_string(ExpandLimits::kLineLength) +
                       "; it is ignored");
            return;
        }
        const std::string_view kept = without_comment(text);
        const Line line = Line{kept, start}.trimmed();
        if (!line.text().empty()) note_hidden_brace(text.substr(kept.size()), start, kept.size());
        if (definition_) {
            continue_definition(line.text());
        } else if (!line.text().empty()) {
            take_conditional(line);
        }
    }

    void note_hidden_brace(std::string_view comment, Span line, std::size_t offset) {
        if (std::ranges::count(comment, '}') <= std::ranges::count(comment, '{') ||
            listing_.hidden_braces.size() >= kMostHiddenBraces)
            return;
        line.column += static_cast<std::uint32_t>(offset);
        line.length = 1;
        listing_.hidden_braces.push_back(line);
    }

    // `@id rest` and `@^id rest`. Only text of a file is tested, so an @ that comes out of a variable is a
    // word.
    void take_conditional(const Line& line) {
        const std::string_view text = line.text();
        if (text[0] != '@') return take(line);
        const std::size_t length = word_length(text);
        const bool inverted = text.size() > 1 && text[1] == '^';
        const std::string_view id = text.substr(inverted ? 2 : 1, length - (inverted ? 2 : 1));
        if ((id == options_.config_id) == inverted) return;
        const Line rest = line.part(length).trimmed();
        if (rest.text().starts_with('@')) {
            diags_
                .add(Code::ConditionNeverHolds, rest.locate(0, word_length(rest.text())),
                     "a second condition on one line")
                .label("never holds; put the line into an included file");
            return;
        }
        if (rest.text().empty()) return;
        if (include_keyword(rest.text()))
            diags_
                .add(Code::ConditionalInclude, rest.locate(0, word_length(rest.text())),
                     "keepalived reads twice what a condition includes")
                .label("read once here")
                .hint("put the condition into the included file, if keepalived is to read this too");
        take(rest);
    }

    // A line whose condition holds: a definition, a loop, or something to read.
    void take(const Line& line) {
        if (stopped_ || line.text().empty() || define(line)) return;
        if (line.text()[0] == '~') return take_loop(line);
        if (line.text().find('$') == std::string_view::npos) return take_plain(line);
        const std::expected<Line, Unreadable> expanded =
            substitute(line, variables_, surroundings_, listing_.expanded, diags_);
        // What grew without end costs as much as the longest line: only a few of its kind are tried.
        const bool endless = !expanded && expanded.error() == Unreadable::Endless;
        const std::size_t size = endless    ? ExpandLimits::kExpansionBytes
                                 : expanded ? expanded->text().size()
                                            : 0;
        if (!spend(size, line.whole()) || !expanded) return;
        for (std::size_t begin = 0; begin <= expanded->text().size() && !stopped_;) {
            const std::size_t end = std::min(expanded->text().find('\n', begin), expanded->text().size());
            take_substituted(expanded->part(begin, end - begin).trimmed());
            begin = end + 1;
        }
    }

    // One line of a value: its variables are in place, but it may still be a loop or a definition.
    void take_substituted(const Line& line) {
        if (line.text().empty() || !spend(0, line.whole())) return;
        if (definition_) return continue_definition(line.text());
        if (define(line)) return;
        if (line.text()[0] == '~') return take_loop(line);
        take_plain(line);
    }

    void take_plain(const Line& line) {
        if (const std::optional<IncludeStrictness> strictness = include_keyword(line.text())) {
            const Line name = line.part(word_length(line.text())).trimmed();
            return include(name.part(0, word_length(name.text())), line.whole(), *strictness);
        }
        const std::size_t first = listing_.items.size();
        lex(line, listing_, diags_);
        if (listing_.words.size() + listing_.items.size() > ExpandLimits::kWords)
            return stop(line.whole(), "these are too many words");
        note_instance_name(first);
    }

    // ${_INSTANCE} is known from the line on that names the instance.
    void note_instance_name(std::size_t first) {
        for (std::size_t i = first; i < listing_.items.size(); ++i) {
            const Item& item = listing_.items[i];
            if (item.kind == Item::Kind::Open) ++brace_depth_;
            if (item.kind == Item::Kind::Close && brace_depth_ > 0) --brace_depth_;
            const auto words = listing_.words_of(item);
            if (brace_depth_ == 0 && words.size() == 2 && words[0].text == "instance")
                surroundings_.instance = words[1].text;
            if (!words.empty() && words[0].text == "include_check") note_include_check(words.subspan(1));
            if (words.size() == 2 && words[0].text == "random_seed") seed_random(words[1].text);
        }
    }

    void note_include_check(std::span<const Word> words) {
        if (words.empty()) default_strictness_ = kAllChecks;
        for (const Word& word : words) apply_include_check(word.text, default_strictness_);
    }

    void seed_random(std::string_view word) {
        if (const auto seed = parse_number<std::uint32_t>(word)) random_ = Random{Seed{*seed}};
    }

    // `$NAME=VALUE`; false if the line is none. A value that ends in a backslash goes on in the next line.
    bool define(const Line& line) {
        const std::string_view text = line.text();
        if (text[0] != '$') return false;
        const std::size_t length = name_length(text.substr(1));
        if (length == 0 || text.size() <= length + 1 || text[length + 1] != '=') return false;
        definition_ = Definition{std::string{text.substr(1, length)}, ""};
        continue_definition(line.part(length + 2).trimmed().text());
        return true;
    }

    void continue_definition(std::string_view text) {
        const bool goes_on = text.ends_with('\\');
        if (goes_on) text.remove_suffix(1);
        std::string& value = definition_->value;
        if (value.size() + text.size() <= ExpandLimits::kExpansionBytes) {
            if (!value.empty() && !text.empty()) value += '\n';
            value += text;
        }
        if (!goes_on) finish_definition();
    }

    void finish_definition() {
        if (definition_) variables_.define(definition_->name, std::move(definition_->value));
        definition_.reset();
    }

    void take_loop(const Line& line) {
        const auto head = parse_loop_head(line.text());
        if (!head) return report_loop(line.whole(), head.error());
        std::deque<std::string> scratch;
        const auto begin = static_cast<std::size_t>(head->parameters.data() - line.text().data());
        const std::expected<Line, Unreadable> parameters =
            substitute(line.part(begin, head->parameters.size()), variables_, surroundings_, scratch, diags_);
        if (!parameters) return;
        const auto loop = parse_loop(head->name, parameters->text(), ExpandLimits::kExpandedLines);
        if (!loop) return report_loop(line.locate(0, head->length), loop.error());
        if (loop_depth_ >= ExpandLimits::kLoopDepth) return stop(line.whole(), "loops are nested too deep");
        ++loop_depth_;
        const Line body = line.part(head->length).trimmed();
        for (std::size_t round = 0; round < loop->rounds.size() && !stopped_; ++round) {
            if (!spend(body.text().size(), body.whole())) break;
            take_round(*loop, round, body);
        }
        --loop_depth_;
    }

    void take_round(const Loop& loop, std::size_t round, const Line& body) {
        std::vector<std::optional<std::string>> hidden;
        for (std::size_t i = 0; i < loop.variables.size(); ++i) {
            const std::string* const old = variables_.find(loop.variables[i]);
            hidden.push_back(old != nullptr ? std::optional{*old} : std::nullopt);
            variables_.define(loop.variables[i], loop.rounds[round][i]);
        }
        take(body);
        for (std::size_t i = 0; i < loop.variables.size(); ++i) {
            if (hidden[i]) {
                variables_.define(loop.variables[i], *hidden[i]);
            } else {
                variables_.forget(loop.variables[i]);
            }
        }
    }

    void report_loop(Span span, const std::string& reason) {
        diags_.add(Code::BadLoop, span, "this loop cannot be understood").label(reason);
    }

    void include(const Line& name, Span span, IncludeStrictness asked) {
        if (name.text().empty()) {
            diags_.add(Code::UnknownKeyword, span, "include needs the name of a file");
            return;
        }
        const IncludeStrictness strictness = asked | default_strictness_;
        const Span place = name.whole();
        for (const IncludeTarget& target :
             include_targets(name.text(), surroundings_.directory, reader_, strictness)) {
            if (target.fault)
                report_include(target.pattern, place, *target.fault, target.must_read);
            else if (target.paths.empty() && target.must_match)
                diags_.add(Code::IncludeFailed, place, "no file matches " + quote(target.pattern));
            for (const std::string& path : target.paths) include_file(path, place, target);
        }
    }

    // What must not be read may hold anything, so nothing goes on without it.
    void report_include(const std::string& path, Span place, ReadFault fault, bool fails) {
        const bool forbidden = fault == ReadFault::Forbidden;
        Complaint told = diags_.add(fails || forbidden ? Code::IncludeFailed : Code::IncludeSkipped, place,
                                    "cannot include " + quote(path));
        told.label(std::string{config::name(fault)});
        if (forbidden) told.hint(kHowToAllow);
    }

    void include_file(const std::string& path, Span place, const IncludeTarget& target) {
        if (stopped_) return;
        if (++files_read_ > ExpandLimits::kFiles) return stop(place, "too many files are included");
        if (const auto known = opened_.find(path); known != opened_.end()) return enter(known->second, place);
        auto contents = reader_.read(path);
        if (!contents) {
            const bool missing = contents.error() == ReadFault::Missing;
            return report_include(path, place, contents.error(),
                                  missing ? target.must_exist : target.must_read);
        }
        if (bytes_read_ + contents->size() > ExpandLimits::kFileBytes) return stop(place, kTooLarge);
        enter(open(path, std::move(*contents)), place);
    }

    void enter(std::uint32_t index, Span place) {
        if (include_depth_ >= ExpandLimits::kIncludeDepth)
            return stop(place, "includes are nested too deep; does a file include itself?");
        if (include_depth_ > 0 && !spend(sources_.file(index).contents.size() / 64, place)) return;
        read_file(index);
    }

    // False, once and for all, when the listing has grown too large.
    bool spend(std::size_t bytes, Span place) {
        expanded_bytes_ += bytes;
        if (++expanded_lines_ <= ExpandLimits::kExpandedLines &&
            expanded_bytes_ <= ExpandLimits::kExpandedBytes)
            return !stopped_;
        stop(place, "the configuration grows without end");
        return false;
    }

    void stop(Span place, std::string_view reason) {
        if (!stopped_)
            diags_.add(Code::ExpansionLimit, place, std::string{reason}).label("reading ends here");
        stopped_ = true;
    }

    struct Definition {
        std::string name;
        std::string value;
    };

    const ExpandOptions& options_;
    const SourceReader& reader_;
    Sources& sources_;
    Diagnostics& diags_;
    Random random_;
    Surroundings surroundings_;
    Listing listing_;
    Variables variables_;
    std::optional<Definition> definition_;
    std::unordered_map<std::string, std::uint32_t> opened_;
    IncludeStrictness default_strictness_;
    std::uint32_t current_file_ = 0;
    std::size_t include_depth_ = 0;
    std::size_t loop_depth_ = 0;
    std::size_t brace_depth_ = 0;
    std::size_t files_read_ = 0;
    std::size_t bytes_read_ = 0;
    std::size_t expanded_lines_ = 0;
    std::size_t expanded_bytes_ = 0;
    bool stopped_ = false;
};

}  // namespace

Listing expand(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
               const ExpandOptions& options, Sources& sources, Diagnostics& diags) {
    return Expander{reader, host, options, sources, diags}.run(path_or_glob);
}

}  // namespace understudy::config
