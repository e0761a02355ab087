#include "command_failover.hpp"

#include <fmt/format.h>

#include "control_client.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kFailoverOptions[] = {kSocket, kJson};

// Of the one that was asked about; the daemon tells of no other.
json only_instance(const json& answer) {
    const auto list = answer.find("instances");
    return list == answer.end() || !list->is_array() || list->empty() ? json::object() : list->front();
}

bool is_under_way(const json& instance) {
    const auto drain = instance.find("drain");
    return drain != instance.end() && drain->is_object() && drain->value("failover", false);
}

std::string failover_outcome(const json& instance) {
    if (instance.value("state", "") == "MASTER") return "nobody takes over: it stays master";
    const auto master = instance.find("master");
    if (master == instance.end() || !master->is_string()) return "it is not master any more";
    return master->get<std::string>() + " is master";
}

int failover(const Arguments& arguments, Console& console) {
    const std::string& name = arguments.words.front();
    auto answer = ask(arguments, ctl::Failover{name}, console);
    while (answer && is_under_way(only_instance(*answer))) {
        wait_a_moment();
        answer = ask(arguments, ctl::Status{name}, console);
    }
    if (!answer) return answer.error();
    const json instance = only_instance(*answer);
    if (arguments.has("json")) {
        console.out << answer->dump(2) << "\n";
    } else {
        console.out << fmt::format("{}: {}\n", name, failover_outcome(instance));
    }
    return instance.value("state", "") == "MASTER" ? kFailed : kDone;
}

}  // namespace

constinit const Command kFailover{
    .name = "failover",
    .words = {.synopsis = "INSTANCE", .least = 1, .most = 1},
    .meaning = "Move the role to another router, without a gap",
    .details =
        "For the host that is master. It hands over as with drain, together with its sync group, and\n"
        "goes on as backup of its usual priority: it takes the role back from nobody, but takes over\n"
        "when no other router is master. That ends with its next time as master, with resume, or with\n"
        "set. If nobody takes over, it stays the master it was, and the exit status is 1. On a backup\n"
        "the command is refused, with the address of the master where it belongs.",
    .options = kFailoverOptions,
    .run = failover};

}  // namespace understudy::cli
