#include "loop.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "understudy/base/text.hpp"
#include "understudy/config/lexer.hpp"

#include "variables.hpp"

namespace understudy::config {

namespace {

using Refusal = std::unexpected<std::string>;

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// At commas that stand outside braces.
std::vector<std::string_view> split_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') ++depth;
        if (text[i] == '}' && depth > 0) --depth;
        if (text[i] != ',' || depth > 0) continue;
        parts.push_back(trim(text.substr(begin, i - begin)));
        begin = i + 1;
    }
    parts.push_back(trim(text.substr(begin)));
    return parts;
}

// Decimal, 0x hexadecimal or 0 octal, as C writes them.
std::optional<std::int64_t> parse_c_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
        text.remove_prefix(1);
    }
    std::int32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc{} || stopped != end || value < 0) return std::nullopt;
    return negative ? -std::int64_t{value} : std::int64_t{value};
}

std::string in_base(std::int64_t value, int base) {
    std::array<char, 24> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value, base);
    return {text.data(), result.ptr};
}

bool is_name(std::string_view text) { return !text.empty() && name_length(text) == text.size(); }

std::expected<Loop, std::string> parse_sequence(std::string_view parameters, int base, std::size_t most) {
    const std::vector<std::string_view> parts = split_commas(parameters);
    if (parts.size() < 2 || parts.size() > 4) return Refusal("expected (variable, [start, [step,]] end)");
    if (!is_name(parts[0])) return Refusal(quote(parts[0]) + " is not a variable name");
    std::vector<std::int64_t> numbers;
    for (const std::string_view part : std::span{parts}.subspan(1)) {
        const std::optional<std::int64_t> number = parse_c_number(part);
        if (!number) return Refusal(quote(part) + " is not a number");
        numbers.push_back(*number);
    }
    const std::int64_t end = numbers.back();
    const std::int64_t start = numbers.size() > 1 ? numbers.front() : (end < 0 ? -1 : 1);
    const std::int64_t step = numbers.size() > 2 ? numbers[1] : (end < start ? -1 : 1);
    if (step == 0) return Refusal("a step of 0 never ends");
    if ((end - start) / step < 0) return Refusal("this step leads away from the end");
    const auto rounds = static_cast<std::uint64_t>((end - start) / step) + 1;
    if (rounds > most) return Refusal("more than " + std::to_string(most) + " rounds");
    Loop loop{{std::string{parts[0]}}, {}};
    for (std::uint64_t i = 0; i < rounds; ++i)
        loop.rounds.push_back({in_base(start + static_cast<std::int64_t>(i) * step, base)});
    return loop;
}

// "{a, b}" to its members; anything else to itself alone.
std::vector<std::string> tuple(std::string_view text) {
    if (!text.starts_with('{') || !text.ends_with('}')) return {std::string{text}};
    std::vector<std::string> members;
    for (const std::string_view member : split_commas(text.substr(1, text.size() - 2)))
        members.emplace_back(member);
    return members;
}

std::expected<Loop, std::string> parse_list(std::string_view parameters) {
    const std::vector<std::string_view> parts = split_commas(parameters);
    if (parts.size() < 2) return Refusal("expected (variable, value, ...)");
    Loop loop{tuple(parts[0]), {}};
    for (const std::string& variable : loop.variables)
        if (!is_name(variable)) return Refusal(quote(variable) + " is not a variable name");
    for (const std::string_view part : std::span{parts}.subspan(1)) {
        std::vector<std::string> values = tuple(part);
        if (values.size() != loop.variables.size())
            return Refusal(quote(part) + " has " + std::to_string(values.size()) + " values for " +
                           std::to_string(loop.variables.size()) + " variables");
        loop.rounds.push_back(std::move(values));
    }
    return loop;
}

}  // namespace

std::expected<LoopHead, std::string> parse_loop_head(std::string_view line) {
    for (const std::string_view name : {"~SEQx", "~SEQ", "~LST"}) {
        if (!line.starts_with(name)) continue;
        std::size_t open = name.size();
        while (open < line.size() && is_blank(line[open])) ++open;
        if (open >= line.size() || line[open] != '(') continue;
        const std::size_t close = line.find(')', open);
        if (close == std::string_view::npos) return Refusal("its parenthesis is never closed");
        return LoopHead{name, line.substr(open + 1, close - open - 1), close + 1};
    }
    return Refusal("expected ~SEQ(...), ~SEQx(...) or ~LST(...)");
}

std::expected<Loop, std::string> parse_loop(std::string_view name, std::string_view parameters,
                                            std::size_t most) {
    if (name == "~LST") return parse_list(parameters);
    return parse_sequence(parameters, name == "~SEQx" ? 16 : 10, most);
}

}  // namespace understudy::config
