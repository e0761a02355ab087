#include "command_await_end.hpp"

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/text.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/process.hpp"

#include "command_drain.hpp"
#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr std::string_view kDaemon = "understudyd";
constexpr std::uint64_t kUsualPatience = 5;  // seconds
constexpr Option kPatienceAsked{
    .name = "wait", .argument = "DURATION", .meaning = "wait no longer than that; else 5 seconds"};
constexpr Option kKill{.name = "kill", .meaning = "kill whatever is in this control group then"};
constexpr Option kAwaitEndOptions[] = {kPatienceAsked, kKill};
constexpr seconds kLongestKilling{2};
constexpr std::string_view kProcesses = "/proc/";

std::string content_of(const std::string& path) { return os::read_file(path).value_or(""); }

// By its first word, which all of a daemon's processes have; one that has ended has none.
bool is_of_a_daemon(const std::string& folder) {
    const std::string words = content_of(folder + "/cmdline");
    const std::string first = words.substr(0, words.find('\0'));
    return std::string_view{first}.substr(first.rfind('/') + 1) == kDaemon;
}

// The numbers of the others in a control group; those that have ended and wait to be buried do not count.
std::vector<pid_t> others_in(const std::string& group, bool only_of_a_daemon) {
    std::vector<pid_t> found;
    for (const std::string& folder : os::glob("/proc/[0-9]*").value_or(std::vector<std::string>{})) {
        const auto process = parse_number<pid_t>(std::string_view{folder}.substr(kProcesses.size()));
        if (!process || *process == os::process_id() || content_of(folder + "/cgroup") != group) continue;
        if (only_of_a_daemon ? is_of_a_daemon(folder) : !content_of(folder + "/cmdline").empty())
            found.push_back(*process);
    }
    return found;
}

bool ends_by_itself(const std::string& group, Instant until) {
    while (!others_in(group, true).empty()) {
        if (os::now() >= until) return false;
        wait_a_moment();
    }
    return true;
}

// Some of them may start others meanwhile.
bool killed(const std::string& group, Instant until) {
    for (auto others = others_in(group, false); !others.empty(); others = others_in(group, false)) {
        if (os::now() >= until) return false;
        for (const pid_t process : others) os::send_signal(process, SIGKILL);
        wait_a_moment();
    }
    return true;
}

int await_end(const Arguments& arguments, Console& console) {
    const auto word = arguments.value("wait");
    const auto patience = word ? parse_duration(*word) : kUsualPatience;
    if (!patience) {
        console.err << "understudyctl: " << quote(*word) << " is no duration: 90s, 15m, 2h, 1d\n";
        return kBadUsage;
    }
    const std::string group = content_of("/proc/self/cgroup");
    // In the control group of a session this would kill the session.
    if (arguments.has("kill") && !(os::environment("SERVICE_RESULT") && group.contains(".service\n"))) {
        console.err << "understudyctl: --kill is for ExecStopPost of a systemd unit\n";
        return kBadUsage;
    }
    bool gone = ends_by_itself(group, os::now() + seconds{*patience});
    if (arguments.has("kill")) gone = killed(group, os::now() + kLongestKilling);
    if (!gone) console.err << "understudyctl: a process of the daemon is still there\n";
    return gone ? kDone : kFailed;
}

}  // namespace

constinit const Command kAwaitEnd{
    .name = "await-end",
    .meaning = "Wait until no process of a daemon is left in this control group",
    .details =
        "For service managers: when the daemon has died or was killed, its other processes resign\n"
        "and remove the addresses, and have to live as long as that takes. The exit status is 1\n"
        "if one of them is still there after the time. --kill is refused outside of ExecStopPost.",
    .options = kAwaitEndOptions,
    .run = await_end};

}  // namespace understudy::cli
