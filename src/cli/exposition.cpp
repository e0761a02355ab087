#include "exposition.hpp"

#include <fmt/format.h>

#include <cmath>

namespace understudy::cli {

namespace {

std::string_view type_name(MetricType type, TextFormat format) {
    switch (type) {
        case MetricType::Gauge:
            return "gauge";
        case MetricType::Counter:
            return "counter";
        case MetricType::Info:
            return format == TextFormat::OpenMetrics ? "info" : "gauge";
        case MetricType::StateSet:
            return format == TextFormat::OpenMetrics ? "stateset" : "gauge";
    }
    return "";
}

std::string_view suffix(MetricType type) {
    if (type == MetricType::Counter) return "_total";
    return type == MetricType::Info ? "_info" : "";
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '"') result += '\\';
        if (c == '\n')
            result += "\\n";
        else
            result += c;
    }
    return result;
}

std::string label_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
        if (!value.empty())
            text += fmt::format(R"({}{}="{}")", text.empty() ? "" : ",", name, escaped(value));
    return text.empty() ? text : "{" + text + "}";
}

std::string value_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    // A count that is whole stays so, however large.
    constexpr double kWholeUpTo = 1e15;
    if (value == std::floor(value) && std::fabs(value) < kWholeUpTo) return fmt::format("{:.0f}", value);
    return fmt::format("{}", value);
}

}  // namespace

void Exposition::begin(const Family& family) {
    family_ = family;
    head_written_ = false;
    written_.clear();
}

// The older format knows each sample's name, OpenMetrics the family's.
void Exposition::write_head() {
    if (std::exchange(head_written_, true)) return;
    const bool open = format_ == TextFormat::OpenMetrics;
    const std::string name = std::string{family_.name} + std::string{open ? "" : suffix(family_.type)};
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(family_.help), name,
                         type_name(family_.type, format_));
    if (open && !family_.unit.empty()) text_ += fmt::format("# UNIT {} {}\n", name, family_.unit);
}

void Exposition::add(const Labels& labels, double value) {
    const std::string where = label_text(labels);
    if (!written_.insert(where).second) return;
    write_head();
    text_ += fmt::format("{}{}{} {}\n", family_.name, suffix(family_.type), where, value_text(value));
}

void Exposition::add_states(const Labels& labels, const std::vector<std::string_view>& states,
                            std::string_view now) {
    for (const std::string_view state : states) {
        Labels of_state = labels;
        of_state.emplace_back(family_.name, std::string{state});
        add(of_state, state == now ? 1 : 0);
    }
}

std::string Exposition::text() const {
    return format_ == TextFormat::OpenMetrics ? text_ + "# EOF\n" : text_;
}

}  // namespace understudy::cli
