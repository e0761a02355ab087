#include "command_check.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "control_client.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kRunNow{
    .name = "run-now", .letter = 'r', .meaning = "run it now, and tell what comes of it"};
constexpr Option kCheckOptions[] = {kRunNow, kSocket, kJson};

json check_in(const json& answer) {
    const auto check = answer.find("check");
    return check == answer.end() || !check->is_object() ? json::object() : *check;
}

std::uint64_t completed(const json& check) { return check.value("completed", std::uint64_t{0}); }

std::string exit_of(const json& check) {
    const auto status = check.find("last_status");
    if (status == check.end() || !status->is_number_integer()) return "";
    const int number = status->get<int>();
    return number < 0 ? fmt::format(" (signal {})", -number) : fmt::format(" (exit status {})", number);
}

std::string last_run_of(const json& check) {
    if (completed(check) == 0) return "has not run yet";
    const bool succeeded = check.value("succeeded", false);
    const std::string result = check.value("last_result", "");
    if (result.empty())
        return (succeeded ? "the last run succeeded" : "the last run failed") + exit_of(check);
    return (succeeded ? "the last run succeeded: " : "the last run failed: ") + result;
}

int show_check(const Arguments& arguments, Console& console) {
    const std::string& name = arguments.words.front();
    const bool run = arguments.has("run-now");
    auto answer =
        run ? ask(arguments, ctl::RunCheck{name}, console) : ask(arguments, ctl::CheckState{name}, console);
    const std::uint64_t before = answer ? completed(check_in(*answer)) : 0;
    while (run && answer && completed(check_in(*answer)) == before) {
        wait_a_moment();
        answer = ask(arguments, ctl::CheckState{name}, console);
    }
    if (!answer) return answer.error();
    const json found = check_in(*answer);
    if (arguments.has("json")) {
        console.out << answer->dump(2) << "\n";
    } else {
        console.out << fmt::format("{} {}: {}; {}\n", found.value("kind", ""), found.value("name", ""),
                                   found.value("health", ""), last_run_of(found));
    }
    return found.value("succeeded", false) ? kDone : kFailed;
}

}  // namespace

constinit const Command kCheck{
    .name = "check",
    .words = {.synopsis = "NAME", .least = 1, .most = 1},
    .meaning = "Show a tracked script or check, or run it now",
    .details =
        "NAME is that of a vrrp_script or vrrp_check that an instance or a sync group tracks. With\n"
        "--run-now it is run at once, and the command waits for it; one that is at work goes on and is\n"
        "waited for. The result counts towards rise and fall like any other. The exit status is 0 when\n"
        "the last run succeeded, else 1.",
    .options = kCheckOptions,
    .run = show_check};

}  // namespace understudy::cli
