#include "command_reload.hpp"

#include "control_client.hpp"
#include "control_text.hpp"

namespace understudy::cli {

namespace {

constexpr Option kDryRun{.name = "dry-run", .letter = 'n', .meaning = "check and compare, change nothing"};
constexpr Option kReloadOptions[] = {kDryRun, kSocket, kJson};

// What it says, then what it means, then the verdict: the last line is the one that is read.
void write(const nlohmann::json& report, bool good, Console& console) {
    console.err << report.value("rendered", "");
    if (good && report.contains("changes")) console.out << changes_text(report["changes"]);
    (good ? console.out : console.err)
        << report.value("verdict", "unknown") << ": " << report.value("message", "") << "\n";
}

int reload(const Arguments& arguments, Console& console) {
    const auto report = ask(arguments, ctl::Reload{arguments.has("dry-run")}, console);
    if (!report) return report.error();
    const std::string verdict = report->value("verdict", "");
    const bool good = verdict == "applied" || verdict == "acceptable";
    if (arguments.has("json")) {
        console.out << report->dump(2) << "\n";
    } else {
        write(*report, good, console);
    }
    return good ? kDone : kFailed;
}

}  // namespace

constinit const Command kReload{
    .name = "reload",
    .meaning = "Let the daemon read its files again",
    .details =
        "Prints what was found in the files and what changes for each instance. Files with\n"
        "an error change nothing: the daemon goes on with what it had. The exit status is\n"
        "0 when the configuration is in force (with --dry-run: when it would be), else 1.",
    .options = kReloadOptions,
    .run = reload};

}  // namespace understudy::cli
