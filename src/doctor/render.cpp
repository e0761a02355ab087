#include "understudy/doctor/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace understudy::doctor {

namespace {

using Json = nlohmann::ordered_json;

std::string painted(Colour colour, Severity severity, const std::string& text) {
    if (colour == Colour::Off) return text;
    const int number = severity == Severity::Error ? 31 : severity == Severity::Warning ? 33 : 34;
    return fmt::format("\x1b[1;{}m{}\x1b[0m", number, text);
}

std::string shown(const Finding& finding, Colour colour) {
    const CodeRow& row = describe(finding.code);
    const std::string title = fmt::format("{}[{}]", name(row.severity), row.id);
    return fmt::format("{}: {}: {}\n    why: {}\n     do: {}\n", painted(colour, row.severity, title),
                       finding.subject, finding.what, row.why, finding.remedy);
}

std::string counted(std::ptrdiff_t number, std::string_view thing) {
    return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

std::string verdict(const Report& report) {
    const auto count = [&](Severity severity) {
        return std::ranges::count(report.findings, severity, [](const Finding& f) { return f.severity(); });
    };
    const auto errors = count(Severity::Error);
    const auto warnings = count(Severity::Warning);
    if (errors + warnings > 0)
        return fmt::format("This host needs attention: {}, {}.\n", counted(errors, "error"),
                           counted(warnings, "warning"));
    if (!report.unchecked.empty()) return "Nothing wrong was found, but not everything could be checked.\n";
    return "This host is fit for its configuration.\n";
}

}  // namespace

std::string render(const Report& report, Colour colour) {
    std::string text;
    for (const Finding& finding : report.findings) text += shown(finding, colour);
    for (const Unchecked& unchecked : report.unchecked)
        text += fmt::format("not checked: {}: {}\n", unchecked.what, unchecked.why);
    for (const std::string& remark : report.remarks) text += remark + "\n";
    return text + verdict(report);
}

std::string render_json(const Report& report) {
    Json all{{"sane", report.exit_status() == 0},
             {"findings", Json::array()},
             {"unchecked", Json::array()},
             {"remarks", report.remarks}};
    for (const Finding& finding : report.findings) {
        const CodeRow& row = describe(finding.code);
        all["findings"].push_back({{"code", row.id},
                                   {"severity", name(row.severity)},
                                   {"subject", finding.subject},
                                   {"what", finding.what},
                                   {"why", row.why},
                                   {"remedy", finding.remedy}});
    }
    for (const Unchecked& unchecked : report.unchecked)
        all["unchecked"].push_back({{"what", unchecked.what}, {"why", unchecked.why}});
    // Names come from files and from the wire and may hold any bytes.
    return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace understudy::doctor
