#include "command_set.hpp"

#include <cstdint>
#include <optional>

#include "understudy/base/text.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr Option kOrderOptions[] = {kSocket, kJson};
constexpr std::uint8_t kHighest = 254;  // 255 is the address owner's

int not_a_priority(const std::string& word, Console& console) {
    console.err << "understudyctl: what can be set is the priority, not " << quote(word) << "\n";
    return kBadUsage;
}

int set(const Arguments& arguments, Console& console) {
    if (arguments.words[1] != "priority") return not_a_priority(arguments.words[1], console);
    const auto priority = parse_number<std::uint8_t>(arguments.words[2]);
    if (!priority || *priority == 0 || *priority > kHighest) {
        console.err << "understudyctl: " << quote(arguments.words[2]) << " is no priority from 1 to 254\n";
        return kBadUsage;
    }
    return ask_and_show(arguments, ctl::SetPriority{arguments.words[0], *priority}, console);
}

int unset(const Arguments& arguments, Console& console) {
    if (arguments.words.size() > 1 && arguments.words[1] != "priority")
        return not_a_priority(arguments.words[1], console);
    return ask_and_show(arguments, ctl::UnsetPriority{arguments.words[0]}, console);
}

}  // namespace

constinit const Command kSet{
    .name = "set",
    .words = {.synopsis = "INSTANCE priority N", .least = 3, .most = 3},
    .meaning = "Give an instance another priority",
    .details =
        "It replaces what the files and the trackers come to, until unset or until the daemon ends;\n"
        "faults stay faults, and a drain goes first. status shows it.",
    .options = kOrderOptions,
    .run = set};

constinit const Command kUnset{.name = "unset",
                               .words = {.synopsis = "INSTANCE [priority]", .least = 1, .most = 2},
                               .meaning = "Take back what was set",
                               .details = "The priority is again what the files and the trackers come to.",
                               .options = kOrderOptions,
                               .run = unset};

}  // namespace understudy::cli
