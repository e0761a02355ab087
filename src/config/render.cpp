#include "understudy/config/render.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace understudy::config {

namespace {

constexpr std::size_t kNarrowestNumber = 3;

struct Paint {
    bool on;
    [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
        if (!on) return std::string{text};
        return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
    }
};

constexpr std::string_view kBold = "1";
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "1;33";
constexpr std::string_view kBlue = "1;34";

std::string_view name(Severity severity) { return severity == Severity::Error ? "error" : "warning"; }

std::string_view colour_of(Severity severity) { return severity == Severity::Error ? kRed : kYellow; }

// Bytes that a terminal might obey, and bytes outside ASCII, whose width nobody knows, each show as one
// character.
std::string printable(std::string_view text) {
    std::string shown{text};
    std::ranges::replace_if(
        shown,
        [](char c) {
            const auto code = static_cast<unsigned char>(c);
            return c != '\t' && (code < 0x20 || code >= 0x7f);
        },
        '?');
    return shown;
}

std::string place(const Diagnostic& diagnostic) {
    std::string place = printable(diagnostic.file);
    if (diagnostic.span.line > 0)
        place += ":" + std::to_string(diagnostic.span.line) + ":" + std::to_string(diagnostic.span.column);
    return place;
}

// Blanks that reach to a column of the line above, with its tabs.
std::string indent_like(std::string_view source, std::size_t columns) {
    std::string indent{source.substr(0, std::min(columns, source.size()))};
    for (char& c : indent)
        if (c != '\t') c = ' ';
    indent.resize(columns, ' ');
    return indent;
}

std::string excerpt(const Diagnostic& diagnostic, const Paint& paint) {
    const std::string source = printable(diagnostic.source);
    std::string number = std::to_string(diagnostic.span.line);
    if (number.size() < kNarrowestNumber) number.insert(0, kNarrowestNumber - number.size(), ' ');
    const std::string margin(number.size(), ' ');
    const std::size_t before = std::min<std::size_t>(diagnostic.span.column - 1, source.size());
    const std::size_t room = std::max<std::size_t>(1, source.size() - before);
    const std::string carets(std::clamp<std::size_t>(diagnostic.span.length, 1, room), '^');
    std::string under = carets;
    if (!diagnostic.label.empty()) under += " " + diagnostic.label;
    return paint(kBlue, number + " |") + (source.empty() ? "" : " " + source) + "\n" +
           paint(kBlue, margin + " |") + " " + indent_like(source, before) +
           paint(colour_of(diagnostic.severity), under) + "\n";
}

}  // namespace

std::string render(const Diagnostic& diagnostic, Colour colour) {
    const Paint paint{colour == Colour::On};
    const std::string title =
        std::string{name(diagnostic.severity)} + "[" + std::string{diagnostic.id()} + "]";
    std::string text = paint(kBold, place(diagnostic) + ":") + " " +
                       paint(colour_of(diagnostic.severity), title + ":") + " " + diagnostic.message + "\n";
    if (diagnostic.span.line > 0) text += excerpt(diagnostic, paint);
    if (diagnostic.span.line == 0 && !diagnostic.label.empty())
        text += "    = note: " + diagnostic.label + "\n";
    if (!diagnostic.hint.empty()) text += "    " + paint(kBlue, "= hint:") + " " + diagnostic.hint + "\n";
    return text;
}

std::string render(std::span<const Diagnostic> diagnostics, Colour colour) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics) text += render(diagnostic, colour);
    return text;
}

std::string render_json(std::span<const Diagnostic> diagnostics) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Diagnostic& diagnostic : diagnostics) {
        all.push_back({{"code", diagnostic.id()},
                       {"severity", name(diagnostic.severity)},
                       {"file", diagnostic.file},
                       {"line", diagnostic.span.line},
                       {"column", diagnostic.span.column},
                       {"length", diagnostic.span.length},
                       {"message", diagnostic.message},
                       {"label", diagnostic.label},
                       {"hint", diagnostic.hint},
                       {"source", diagnostic.source}});
    }
    // A file may hold any bytes; what is not UTF-8 is replaced rather than thrown over.
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace understudy::config
