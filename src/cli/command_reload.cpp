#include "command_reload.hpp"

#include <fmt/format.h>
#include <sys/types.h>

#include <csignal>
#include <optional>

#include "understudy/base/text.hpp"
#include "understudy/os/process.hpp"

#include "control_client.hpp"
#include "control_text.hpp"

namespace understudy::cli {

namespace {

constexpr Option kDryRun{.name = "dry-run", .letter = 'n', .meaning = "check and compare, change nothing"};
constexpr Option kOrSignal{.name = "or-signal",
                           .argument = "PID",
                           .meaning = "the daemon with this number; send it SIGHUP where it does not answer"};
constexpr Option kQuiet{.name = "quiet", .letter = 'q', .meaning = "print nothing but the verdict"};
constexpr Option kReloadOptions[] = {kDryRun, kOrSignal, kQuiet, kSocket, kJson};

// What it says, then what it means, then the verdict: the last line is the one that is read.
void write(const nlohmann::json& report, bool good, bool quiet, Console& console) {
    if (!quiet) {
        console.err << report.value("rendered", "");
        if (good && report.contains("changes")) console.out << changes_text(report["changes"]);
    }
    (good ? console.out : console.err)
        << report.value("verdict", "unknown") << ": " << report.value("message", "") << "\n";
}

// Another daemon may answer at the socket, or none.
bool is_answered_by(const Arguments& arguments, pid_t process) {
    const auto who = ask(arguments.value("socket").value_or(kDefaultSocket), ctl::Ping{}, kPatience);
    return who && who->value("process", pid_t{0}) == process;
}

std::expected<nlohmann::json, int> signalled(pid_t process, Console& console) {
    if (os::send_signal(process, SIGHUP))
        return nlohmann::json{
            {"verdict", "signalled"},
            {"message", fmt::format("process {} does not answer here; it was sent SIGHUP", process)}};
    console.err << fmt::format("understudyctl: process {} does not answer, and cannot be sent SIGHUP\n",
                               process);
    return std::unexpected(kFailed);
}

int reload(const Arguments& arguments, Console& console) {
    std::optional<pid_t> process;
    if (const auto word = arguments.value("or-signal")) {
        process = parse_number<pid_t>(*word);
        if (!process || *process <= 0 || arguments.has("dry-run")) {
            console.err << "understudyctl: --or-signal takes the number of a process, and no --dry-run\n";
            return kBadUsage;
        }
    }
    const auto report = process && !is_answered_by(arguments, *process)
                            ? signalled(*process, console)
                            : ask(arguments, ctl::Reload{arguments.has("dry-run")}, console);
    if (!report) return report.error();
    const std::string verdict = report->value("verdict", "");
    const bool good = verdict == "applied" || verdict == "acceptable" || verdict == "signalled";
    if (arguments.has("json")) {
        console.out << report->dump(2) << "\n";
    } else {
        write(*report, good, arguments.has("quiet"), console);
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
        "0 when the configuration is in force (with --dry-run: when it would be), else 1.\n"
        "--or-signal is for service managers, for whom a daemon without a control socket has to be\n"
        "told, too: then nobody knows what becomes of the files, and the exit status is 0.",
    .options = kReloadOptions,
    .run = reload};

}  // namespace understudy::cli
