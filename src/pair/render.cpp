#include "understudy/pair/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "understudy/config/value.hpp"

namespace understudy::pair {

namespace {

using Json = nlohmann::ordered_json;
using Table = std::vector<std::vector<std::string>>;

struct Paint {
    Colour colour;
    [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
        if (colour == Colour::Off) return std::string{text};
        return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
    }
};

std::string_view colour_of(Severity severity) {
    switch (severity) {
        case Severity::Note:
            return "1;34";
        case Severity::Warning:
            return "1;33";
        case Severity::Error:
            return "1;31";
    }
    return "";
}

std::string shown(const Place& place) {
    if (place.line == 0) return place.file;
    return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string hosts_of(const Report& report, const Masters& masters) {
    std::string text;
    for (const std::size_t host : masters) text += (text.empty() ? "" : " + ") + report.hosts[host];
    return text.empty() ? "nobody" : text;
}

// Columns as wide as their widest cell, two blanks between them.
std::string aligned(const Table& table) {
    std::vector<std::size_t> widths;
    for (const auto& row : table) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    }
    std::string text;
    for (const auto& row : table) {
        std::string line = " ";
        for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format(" {:<{}} ", row[c], widths[c]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string cell(const Report& report, const Outcome& outcome) {
    std::string text = hosts_of(report, outcome.meanwhile);
    if (outcome.wait)
        text += fmt::format(" after {:.1f} s", static_cast<double>(outcome.wait->count()) / 1e6);
    if (outcome.afterwards != outcome.meanwhile)
        text += fmt::format(", then {}", hosts_of(report, outcome.afterwards));
    return text;
}

std::string title(const VirtualRouter& router) {
    return fmt::format("{} ({}, VRID {})", router.name, net::name(router.family), router.vrid.value());
}

std::string routers_table(const Report& report) {
    Table table{{"virtual router"}};
    for (const std::string& host : report.hosts) table[0].push_back(host);
    table[0].emplace_back("master");
    for (std::size_t r = 0; r < report.virtual_routers.size(); ++r) {
        auto& row = table.emplace_back();
        row.push_back(title(report.virtual_routers[r]));
        for (const std::string& priority : report.priorities[r])
            row.push_back(priority.empty() ? "-" : priority);
        row.push_back(hosts_of(report, report.masters[r]));
    }
    return "Priorities, and who is master while all is well:\n" + aligned(table);
}

std::string failures_table(const Report& report) {
    Table table{{"host", "what happens"}};
    for (const VirtualRouter& router : report.virtual_routers) table[0].push_back(router.name);
    for (const Failure& failure : report.failures) {
        auto& row = table.emplace_back();
        row = {report.hosts[failure.host], failure.text};
        for (const Outcome& outcome : failure.outcomes) row.push_back(cell(report, outcome));
    }
    return "Who is master when something fails, and, if that changes, once it is well again:\n" +
           aligned(table);
}

std::string verdict(const Report& report) {
    std::size_t errors = 0;
    std::size_t warnings = 0;
    for (const Finding& finding : report.findings) {
        errors += finding.severity() == Severity::Error ? 1 : 0;
        warnings += finding.severity() == Severity::Warning ? 1 : 0;
    }
    if (errors > 0)
        return fmt::format("These configurations do not work together: {} error{}, {} warning{}.\n", errors,
                           errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    if (warnings > 0)
        return fmt::format("These configurations work together, with {} warning{}.\n", warnings,
                           warnings == 1 ? "" : "s");
    return "These configurations work together.\n";
}

Json names(const Report& report, const Masters& masters) {
    Json all = Json::array();
    for (const std::size_t host : masters) all.push_back(report.hosts[host]);
    return all;
}

Json router_json(const Report& report, std::size_t r) {
    const VirtualRouter& router = report.virtual_routers[r];
    Json priorities = Json::object();
    for (std::size_t host = 0; host < report.hosts.size(); ++host)
        if (router.instances[host]) priorities[report.hosts[host]] = report.priorities[r][host];
    return {{"name", router.name},
            {"vrid", router.vrid.value()},
            {"family", net::name(router.family)},
            {"priorities", priorities},
            {"masters", names(report, report.masters[r])}};
}

Json failure_json(const Report& report, const Failure& failure) {
    Json outcomes = Json::array();
    for (std::size_t r = 0; r < failure.outcomes.size(); ++r) {
        const Outcome& outcome = failure.outcomes[r];
        Json one{{"virtual_router", report.virtual_routers[r].name},
                 {"masters", names(report, outcome.meanwhile)},
                 {"masters_afterwards", names(report, outcome.afterwards)}};
        if (outcome.wait) one["wait_seconds"] = static_cast<double>(outcome.wait->count()) / 1e6;
        outcomes.push_back(std::move(one));
    }
    return {{"host", report.hosts[failure.host]},
            {"kind", failure.kind},
            {"name", failure.name},
            {"text", failure.text},
            {"outcomes", outcomes}};
}

Json finding_json(const Finding& finding) {
    return {{"code", describe(finding.code).id},
            {"severity", name(finding.severity())},
            {"host", finding.host},
            {"file", finding.place.file},
            {"line", finding.place.line},
            {"column", finding.place.column},
            {"message", finding.message},
            {"hint", finding.hint}};
}

}  // namespace

std::string render(const Finding& finding, Colour colour) {
    const Paint paint{colour};
    const std::string head = fmt::format("{}[{}]", name(finding.severity()), describe(finding.code).id);
    std::string text = fmt::format("{} {} {}\n", paint("1", shown(finding.place) + ":"),
                                   paint(colour_of(finding.severity()), head + ":"), finding.message);
    if (!finding.hint.empty()) text += fmt::format("    {} {}\n", paint("1;34", "= hint:"), finding.hint);
    return text;
}

std::string render(const Report& report, Colour colour) {
    std::string text;
    for (const Finding& finding : report.findings) text += render(finding, colour);
    if (!text.empty()) text += "\n";
    if (!report.virtual_routers.empty()) text += routers_table(report) + "\n" + failures_table(report) + "\n";
    return text + verdict(report);
}

std::string render_json(const Report& report) {
    Json all{{"hosts", report.hosts},
             {"virtual_routers", Json::array()},
             {"failures", Json::array()},
             {"findings", Json::array()}};
    for (std::size_t r = 0; r < report.virtual_routers.size(); ++r)
        all["virtual_routers"].push_back(router_json(report, r));
    for (const Failure& failure : report.failures) all["failures"].push_back(failure_json(report, failure));
    for (const Finding& finding : report.findings) all["findings"].push_back(finding_json(finding));
    // Names come from files and may hold any bytes.
    return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace understudy::pair
