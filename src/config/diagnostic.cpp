#include "understudy/config/diagnostic.hpp"

#include <algorithm>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/config/secret_words.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLongestSource = 1100;

// Of two findings the one further to the left decides: security before plain errors before things not found.
constexpr int kUrgency[] = {2, 6, 5, 4, 0};

std::string key_of(Code code, Span span, std::string_view message) {
    std::string key = std::to_string(static_cast<int>(code));
    for (const std::uint32_t number : {span.file, span.line, span.column})
        key += ' ' + std::to_string(number);
    return key += message;
}

// Who writes other languages ends statements as those do; whatever is wrong then, this is why.
std::string hint_for_end(std::string_view line, Span span) {
    const std::size_t end = span.column == 0 ? 0 : span.column - 1 + span.length;
    if (end == 0 || end > line.size() || span.length == 0 || line[end - 1] != ';') return "";
    return "a statement ends with its line, without a ;";
}

}  // namespace

Complaint Diagnostics::add(Code code, Span span, std::string message) {
    const CodeRow& row = describe(code);
    const bool is_error = row.severity == Severity::Error && (row.fatal || !lenient_);
    has_errors_ = has_errors_ || is_error;
    raise_status(row.test_status);
    if (all_.size() > kMost || !seen_.insert(key_of(code, span, message)).second) return Complaint{nullptr};
    if (all_.size() == kMost) {
        code = Code::TooManyFindings;
        message = "more than " + std::to_string(kMost) + " findings; the rest is not shown";
    }
    Diagnostic made;
    made.code = code;
    made.severity = is_error ? Severity::Error : Severity::Warning;
    made.span = span;
    if (span.file < sources_->size()) made.file = sources_->file(span.file).path;
    made.message = std::move(message);
    made.hint = hint_for_end(sources_->line(span.file, span.line), span);
    made.source = with_secrets_hidden(sources_->line(span.file, span.line)).substr(0, kLongestSource);
    return Complaint{&all_.emplace_back(std::move(made))};
}

void Diagnostics::raise_status(std::uint8_t status) {
    const auto rank = [](int wanted) { return std::ranges::find(kUrgency, wanted); };
    if (rank(status) < rank(status_)) status_ = status;
}

void Diagnostics::sort() {
    // Findings about one place stay in the order in which they were made.
    std::vector<std::pair<Span, std::size_t>> order;
    for (std::size_t i = 0; i < all_.size(); ++i) order.emplace_back(all_[i].span, i);
    std::ranges::sort(order);
    std::vector<Diagnostic> sorted;
    for (const auto& [span, index] : order) sorted.push_back(std::move(all_[index]));
    all_ = std::move(sorted);
}

}  // namespace understudy::config
