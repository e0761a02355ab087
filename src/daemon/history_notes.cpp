#include "history_notes.hpp"

#include <fmt/format.h>

#include <utility>

namespace understudy::daemon {

namespace {

ctl::HistoryEntry about_process(WallTime at, std::string reason) {
    return {.at = at, .kind = ctl::HistoryKind::Process, .reason = std::move(reason)};
}

}  // namespace

ctl::HistoryEntry daemon_started(WallTime at, pid_t process) {
    return about_process(at, fmt::format("understudyd {} starts (process {})", UNDERSTUDY_VERSION, process));
}

ctl::HistoryEntry daemon_taken_over(WallTime at, pid_t process, const std::string& version) {
    return about_process(at, fmt::format("understudyd {} takes the place of {} (process {})",
                                         UNDERSTUDY_VERSION, version.empty() ? "another" : version, process));
}

ctl::HistoryEntry upgrade_refused(WallTime at, const std::string& why) {
    return about_process(at, "an upgrade is refused: " + why);
}

ctl::HistoryEntry daemon_stops(WallTime at, bool asked) {
    return about_process(at, asked ? "the daemon is told to stop" : "the daemon ends");
}

ctl::HistoryEntry worker_started(WallTime at, pid_t process) {
    return about_process(at, fmt::format("the vrrp process starts (process {})", process));
}

ctl::HistoryEntry worker_ended(WallTime at, const os::ProcessEnd& end, microseconds ran, bool stopping) {
    std::string how = end.signalled ? fmt::format("was killed by signal {}", end.number)
                                    : fmt::format("ended with status {}", end.number);
    if (stopping && !end.signalled && end.number == 0) how = "has stopped in an orderly way";
    ctl::HistoryEntry entry = about_process(at, fmt::format("the vrrp process {} {}", end.process, how));
    entry.lasted = std::chrono::floor<milliseconds>(ran);
    return entry;
}

ctl::HistoryEntry reload_refused(WallTime at, const std::string& why) {
    return {.at = at, .kind = ctl::HistoryKind::Reload, .reason = "refused: " + why};
}

}  // namespace understudy::daemon
