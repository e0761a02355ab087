#include "command_drain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/text.hpp"
#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"

#include "control_client.hpp"
#include "control_text.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kAll{.name = "all", .letter = 'a', .meaning = "all instances"};
constexpr Option kFor{
    .name = "for", .argument = "DURATION", .meaning = "resume by itself after that: 90s, 15m, 2h, 1d"};
constexpr Option kNoWait{.name = "no-wait", .meaning = "do not wait until the role has moved"};
constexpr Option kWait{
    .name = "wait", .argument = "DURATION", .meaning = "wait no longer than that until the role has moved"};
constexpr Option kDrainOptions[] = {kAll, kFor, kNoWait, kWait, kSocket, kJson};
constexpr Option kResumeOptions[] = {kAll, kSocket, kJson};

// The names that were given; one empty for all instances. None: neither, or both.
std::optional<std::vector<std::optional<std::string>>> targets(const Arguments& arguments, Console& console) {
    const bool all = arguments.has("all");
    if (all == !arguments.words.empty()) {
        console.err << "understudyctl: name the instances, or say --all\n";
        return std::nullopt;
    }
    if (all) return std::vector{std::optional<std::string>{}};
    return std::vector<std::optional<std::string>>{arguments.words.begin(), arguments.words.end()};
}

// The reports of all that were asked about, in one list.
template <typename Question>
std::expected<json, int> ask_each(const Arguments& arguments, Question question,
                                  const std::vector<std::optional<std::string>>& names, Console& console) {
    json instances = json::array();
    for (const auto& name : names) {
        question.instance = name;
        const auto answer = ask(arguments, question, console);
        if (!answer) return std::unexpected(answer.error());
        for (const json& instance : answer->value("instances", json::array())) instances.push_back(instance);
    }
    return instances;
}

std::string stage_of(const json& instance) {
    const auto drain = instance.find("drain");
    return drain == instance.end() || !drain->is_object() ? "" : drain->value("stage", "");
}

bool has_stage(const json& instances, std::string_view stage) {
    return std::ranges::any_of(instances, [&](const json& one) { return stage_of(one) == stage; });
}

std::string outcome_of(const json& instance) {
    const std::string stage = stage_of(instance);
    if (stage == "alone") return "nobody takes over: it stays master, with priority 1";
    if (stage == "waiting" || stage == "inviting") return "waits for another router to take over";
    if (stage.empty()) return "is not drained any more";
    const auto master = instance.find("master");
    if (master == instance.end() || !master->is_string()) return "drained; it is not master";
    return "drained; " + master->get<std::string>() + " is master";
}

int tell(const Arguments& arguments, const json& instances, Console& console) {
    if (arguments.has("json")) {
        console.out << json{{"instances", instances}}.dump(2) << "\n";
    } else {
        for (const json& instance : instances)
            console.out << fmt::format("{}: {}\n", instance.value("name", ""), outcome_of(instance));
    }
    return has_stage(instances, "alone") ? kFailed : kDone;
}

// In seconds; none without the option. False: it is no duration.
bool take_duration(const Arguments& arguments, std::string_view option, std::optional<std::uint64_t>& taken,
                   Console& console) {
    const auto word = arguments.value(option);
    if (!word) return true;
    taken = parse_duration(*word);
    if (!taken) console.err << "understudyctl: " << quote(*word) << " is no duration: 90s, 15m, 2h, 1d\n";
    return taken.has_value();
}

int drain(const Arguments& arguments, Console& console) {
    const auto names = targets(arguments, console);
    if (!names) return kBadUsage;
    ctl::Drain asked;
    std::optional<std::uint64_t> patience;
    if (!take_duration(arguments, "for", asked.seconds, console) ||
        !take_duration(arguments, "wait", patience, console))
        return kBadUsage;
    if (arguments.has("no-wait")) patience = 0;
    const Instant begin = os::now();
    auto instances = ask_each(arguments, asked, *names, console);
    while (instances && (has_stage(*instances, "waiting") || has_stage(*instances, "inviting"))) {
        if (patience && os::now() - begin >= seconds{*patience}) break;
        wait_a_moment();
        instances = ask_each(arguments, ctl::Status{}, *names, console);
    }
    return instances ? tell(arguments, *instances, console) : instances.error();
}

int resume(const Arguments& arguments, Console& console) {
    const auto names = targets(arguments, console);
    if (!names) return kBadUsage;
    const auto instances = ask_each(arguments, ctl::Resume{}, *names, console);
    if (!instances) return instances.error();
    show_instances(arguments, {{"instances", *instances}}, console);
    return kDone;
}

}  // namespace

std::optional<std::uint64_t> parse_duration(std::string_view text) {
    constexpr std::pair<char, std::uint64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    std::uint64_t unit = 1;
    for (const auto& [letter, length] : kUnits) {
        if (!text.ends_with(letter)) continue;
        unit = length;
        text.remove_suffix(1);
        break;
    }
    const auto number = parse_number<std::uint64_t>(text);
    if (!number || *number == 0 || *number > ctl::kLongestDrain / unit) return std::nullopt;
    return *number * unit;
}

constinit const Command kDrain{
    .name = "drain",
    .words = {.synopsis = "[INSTANCE...]", .most = kAnyNumber},
    .meaning = "Let another router take over, without a gap",
    .details =
        "A master advertises priority 1 and keeps its addresses until it hears the other router's\n"
        "advert. A backup that would not preempt hears priority 0 after a while. If nobody takes\n"
        "over, it stays master and says so, with exit status 1. The whole sync group is drained.\n"
        "A drained instance becomes master only when no other router is. It lasts until resume,\n"
        "until the time of --for is over, or until the daemon ends.",
    .options = kDrainOptions,
    .run = drain};

constinit const Command kResume{
    .name = "resume",
    .words = {.synopsis = "[INSTANCE...]", .most = kAnyNumber},
    .meaning = "End a drain: take part in elections again",
    .details =
        "The priority is again what the files and the trackers come to. With preempt, an instance\n"
        "of the highest priority becomes master again.",
    .options = kResumeOptions,
    .run = resume};

}  // namespace understudy::cli
