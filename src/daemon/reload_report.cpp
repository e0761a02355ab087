#include "reload_report.hpp"

#include <utility>

#include "understudy/config/difference.hpp"
#include "understudy/config/render.hpp"

namespace understudy::daemon {

namespace {

using nlohmann::json;

json to_json(const config::BlockDifference& block) {
    json settings = json::array();
    for (const config::SettingChange& change : block.changes)
        settings.push_back({{"setting", change.setting}, {"before", change.before}, {"after", change.after}});
    return {{"kind", block.keyword},
            {"name", block.name},
            {"outcome", model::name(block.outcome)},
            {"settings", std::move(settings)}};
}

}  // namespace

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::Applied:
            return "applied";
        case Verdict::Acceptable:
            return "acceptable";
        case Verdict::Refused:
            return "refused";
        case Verdict::Unconfirmed:
            return "unconfirmed";
    }
    return "";
}

json reload_report(const config::LoadResult& fresh, const model::Config& running) {
    json changes = json::array();
    // With an error there is no configuration that could be compared.
    if (!fresh.diagnostics.has_errors())
        for (const config::BlockDifference& block : config::difference(running, fresh.config))
            changes.push_back(to_json(block));
    return {{"diagnostics", json::parse(config::render_json(fresh.diagnostics.all()), nullptr, false)},
            {"rendered", config::render(fresh.diagnostics.all())},
            {"changes", std::move(changes)}};
}

nlohmann::json shown_files(const std::vector<config::SourceFile>& files) {
    nlohmann::json shown = nlohmann::json::array();
    for (const config::SourceFile& file : files)
        shown.push_back({{"path", file.path}, {"contents", file.contents}});
    return {{"files", std::move(shown)}};
}

void add_verdict(json& report, Verdict verdict, std::string_view message) {
    report["verdict"] = name(verdict);
    report["applied"] = verdict == Verdict::Applied;
    report["message"] = message;
}

}  // namespace understudy::daemon
