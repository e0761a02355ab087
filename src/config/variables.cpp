#include "variables.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "understudy/base/text.hpp"
#include "understudy/config/expand.hpp"
#include "understudy/config/lexer.hpp"

namespace understudy::config {

namespace {

constexpr std::uint64_t kLargestRandom = 32767;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool ends_bare_reference(std::string_view text, std::size_t at) {
    return at >= text.size() || is_blank(text[at]) || text[at] == ',' || text[at] == ')' || text[at] == '\n';
}

// A reference in a line: $name or ${content}.
struct Reference {
    std::size_t begin = 0;
    std::size_t length = 0;
    std::string_view content;
    bool braced = false;
};

std::optional<Reference> reference_at(std::string_view text, std::size_t at) {
    if (at + 1 < text.size() && text[at + 1] == '{') {
        const std::size_t close = text.find_first_of("}$", at + 2);
        if (close == std::string_view::npos || text[close] != '}') return std::nullopt;
        const std::string_view content = text.substr(at + 2, close - at - 2);
        if (name_length(content) == 0) return std::nullopt;
        return Reference{at, close + 1 - at, content, true};
    }
    const std::string_view name = text.substr(at + 1, name_length(text.substr(at + 1)));
    if (name.empty() || !ends_bare_reference(text, at + 1 + name.size())) return std::nullopt;
    return Reference{at, name.size() + 1, name, false};
}

std::vector<std::string_view> split_blanks(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && !is_blank(text[end])) ++end;
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::optional<std::string> random_value(const std::vector<std::string_view>& words, Random& random) {
    std::uint64_t least = 0;
    std::uint64_t most = kLargestRandom;
    if (words.size() > 3) return std::nullopt;
    if (words.size() >= 2) {
        const auto last = parse_number<std::uint32_t>(words.back());
        if (!last) return std::nullopt;
        most = *last;
    }
    if (words.size() == 3) {
        const auto first = parse_number<std::uint32_t>(words[1]);
        if (!first || *first > most) return std::nullopt;
        least = *first;
    }
    return std::to_string(least + random.below(most - least + 1));
}

std::optional<std::string> predefined(std::string_view content, const Surroundings& surroundings) {
    const std::vector<std::string_view> words = split_blanks(content);
    if (words.empty()) return std::nullopt;
    if (words[0] == "_RANDOM") return random_value(words, surroundings.random);
    if (words[0] == "_ENV" && words.size() == 2)
        return surroundings.host.environment(std::string{words[1]}).value_or("");
    if (words.size() > 1) return std::nullopt;
    if (words[0] == "_PWD") return surroundings.directory;
    if (words[0] == "_INSTANCE") return surroundings.instance;
    if (words[0] == "_HASH") return "#";
    if (words[0] == "_BANG") return "!";
    return std::nullopt;
}

class Substitution {
public:
    Substitution(const Variables& variables, const Surroundings& surroundings, Diagnostics& diags)
        : variables_(variables), surroundings_(surroundings), diags_(diags) {}

    // One value for each reference. Values may refer to others, so the caller repeats this until nothing
    // changed.
    LineBuilder pass(const Line& line) {
        const std::string_view text = line.text();
        LineBuilder out{line.whole()};
        changed_ = false;
        std::size_t copied = 0;
        for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
            const std::optional<Reference> reference = reference_at(text, at);
            const std::optional<std::string> value = reference ? value_of(*reference) : std::nullopt;
            if (!value) {
                ++at;
                continue;
            }
            out.append(line, copied, at - copied);
            out.append(*value, line.locate(at, reference->length));
            changed_ = true;
            at += reference->length;
            copied = at;
            if (out.size() > ExpandLimits::kExpansionBytes) break;
        }
        out.append(line, copied, text.size() - copied);
        return out;
    }

    [[nodiscard]] bool changed() const { return changed_; }

    // Names that nothing was defined for. False when the line cannot be read because of one.
    bool report_unknown(const Line& line) {
        const std::string_view text = line.text();
        bool readable = true;
        for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
            const std::optional<Reference> reference = reference_at(text, at);
            if (!reference) {
                report_run_on(line, at);
                continue;
            }
            const Span span = line.locate(at, reference->length);
            if (reference->braced) {
                diags_.add(Code::UnknownVariable, span, quote(reference->content) + " is not defined")
                    .label("this line is ignored")
                    .hint("define it on a line above: $" + std::string{reference->content} + "=VALUE");
                readable = false;
            } else if (at == 0 || is_blank(text[at - 1])) {
                diags_.add(Code::LiteralDollar, span, quote(reference->content) + " is not defined")
                    .label("taken as it stands, dollar sign included");
            }
        }
        return readable;
    }

private:
    // `$NAME/24`: a defined name, but something follows that only braces can keep apart.
    void report_run_on(const Line& line, std::size_t at) {
        const std::string_view name = line.text().substr(at + 1, name_length(line.text().substr(at + 1)));
        if (variables_.find(name) == nullptr) return;
        diags_
            .add(Code::LiteralDollar, line.locate(at, name.size() + 1), quote(name) + " is not replaced here")
            .label("a bare name ends at a blank, comma or closing parenthesis")
            .hint("write ${" + std::string{name} + "}");
    }

    std::optional<std::string> value_of(const Reference& reference) {
        if (const std::string* value = variables_.find(reference.content)) return *value;
        return predefined(reference.content, surroundings_);
    }

    const Variables& variables_;
    const Surroundings& surroundings_;
    Diagnostics& diags_;
    bool changed_ = false;
};

}  // namespace

std::size_t name_length(std::string_view text) {
    if (!text.empty() && text[0] >= '0' && text[0] <= '9') return 0;
    std::size_t length = 0;
    while (length < text.size() && is_name_character(text[length])) ++length;
    return length;
}

void Variables::define(std::string_view name, std::string value) {
    values_.insert_or_assign(std::string{name}, std::move(value));
}

void Variables::forget(std::string_view name) { values_.erase(std::string{name}); }

const std::string* Variables::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::expected<Line, Unreadable> substitute(const Line& line, const Variables& variables,
                                           const Surroundings& surroundings, std::deque<std::string>& storage,
                                           Diagnostics& diags) {
    Substitution substitution{variables, surroundings, diags};
    std::deque<std::string> scratch;
    Line current = line;
    for (std::size_t passes = 0; passes < ExpandLimits::kExpansionPasses; ++passes) {
        LineBuilder next = substitution.pass(current);
        if (next.size() > ExpandLimits::kExpansionBytes) break;
        if (!substitution.changed()) {
            if (!substitution.report_unknown(current)) return std::unexpected(Unreadable::UnknownName);
            return std::move(next).finish(storage);
        }
        current = std::move(next).finish(scratch);
    }
    diags.add(Code::ExpansionLimit, line.whole(), "this line grows without end")
        .label("does a variable contain itself?");
    return std::unexpected(Unreadable::Endless);
}

}  // namespace understudy::config
