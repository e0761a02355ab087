#include "command_upgrade.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kAnew{.name = "anew",
                       .meaning = "even if the instances cannot go on and have to begin anew"};
constexpr Option kIfChanged{.name = "if-changed",
                            .meaning = "do nothing where the installed program is the one that runs"};
constexpr Option kUpgradeOptions[] = {kAnew, kIfChanged, kSocket, kJson};
constexpr seconds kLongestUpgrade{30};  // it has been found fit before

std::string socket_asked(const Arguments& arguments) {
    return arguments.value("socket").value_or(kDefaultSocket);
}

std::uint64_t upgrades_in(const json& who) {
    const json upgrades = who.value("upgrades", json::object());
    return upgrades.is_object() ? upgrades.value("count", std::uint64_t{0}) : 0;
}

std::optional<std::string> upgrade_problem_in(const json& who) {
    const json upgrades = who.value("upgrades", json::object());
    const auto problem = upgrades.is_object() ? upgrades.value("problem", json()) : json();
    return problem.is_string() ? std::optional{problem.get<std::string>()} : std::nullopt;
}

// Nobody answers for as long as it takes one program to follow another.
json verdict_awaited(const Arguments& arguments, std::uint64_t before, json report) {
    const Instant until = os::now() + kLongestUpgrade;
    while (os::now() < until) {
        wait_a_moment();
        const auto who = ask(socket_asked(arguments), ctl::Ping{}, kPatience);
        if (!who) continue;
        if (upgrades_in(*who) > before) {
            report["verdict"] = "upgraded";
            report["message"] = fmt::format("understudyd {} runs in process {}",
                                            who->value("program_version", "?"), who->value("process", 0));
            return report;
        }
        if (const auto problem = upgrade_problem_in(*who)) {
            report["verdict"] = "refused";
            report["message"] = *problem;
            return report;
        }
    }
    report["verdict"] = "unconfirmed";
    report["message"] = "the daemon has not said that the upgrade is done";
    return report;
}

int tell_verdict(const Arguments& arguments, const json& report, Console& console) {
    const bool good = report.value("verdict", "") == "upgraded";
    if (arguments.has("json"))
        console.out << report.dump(2) << "\n";
    else
        (good ? console.out : console.err)
            << report.value("verdict", "unknown") << ": " << report.value("message", "") << "\n";
    return good ? kDone : kFailed;
}

int upgrade(const Arguments& arguments, Console& console) {
    const auto who = ask(arguments, ctl::Ping{}, console);
    if (!who) return who.error();
    if (arguments.has("if-changed") && !who->value("program_replaced", false)) return kDone;
    auto report = ask(arguments, ctl::Upgrade{arguments.has("anew")}, console);
    if (!report) return report.error();
    if (report->value("verdict", "") == "begins")
        report = verdict_awaited(arguments, upgrades_in(*who), *std::move(report));
    return tell_verdict(arguments, *report, console);
}

}  // namespace

constinit const Command kUpgrade{
    .name = "upgrade",
    .meaning = "Let the installed program take the place of the one that runs",
    .details =
        "In the same process: the service manager, the addresses and the other routers notice\n"
        "nothing. The program is asked first whether it can go on where this one stops, and\n"
        "whether it takes the files of the configuration; if not, nothing changes and it says\n"
        "why. The files are read again as with reload. The exit status is 0 when the other\n"
        "program is at work, else 1.",
    .options = kUpgradeOptions,
    .run = upgrade};

}  // namespace understudy::cli
