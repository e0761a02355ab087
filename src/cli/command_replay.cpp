#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "understudy/agent/replay.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"

#include "capture_file.hpp"
#include "command_record.hpp"
#include "recording_file.hpp"
#include "story.hpp"
#include "when.hpp"

namespace understudy::cli {

namespace {

constexpr Option kReplayOptions[] = {
    {.name = "until", .argument = "WHEN", .meaning = "stop there: 22:15:30, 2h, '2026-01-31 22:15:30'"},
    {.name = "explain", .meaning = "tell every event and order, not only what the daemon said"},
    {.name = "pcap",
     .argument = "OUT",
     .meaning = "write the adverts that were heard and sent into a capture file",
     .completion = Completion::Files},
    {.name = "quiet", .letter = 'q', .meaning = "tell nothing but differences"}};
constexpr mode_t kCaptureMode = 0600;

struct ReplayPlan {
    std::optional<WallTime> until;
    bool explains = false;
    bool is_quiet = false;
    std::optional<std::string> capture;
};

class Telling {
public:
    Telling(const ReplayPlan& plan, Console& console) : plan_(&plan), console_(&console) {}

    void tell(const agent::ReplayStep& step) {
        if (step.kind == agent::ReplayStep::Kind::ProcessBegan)
            line(step, "a process of the daemon, from here on");
        if (step.kind == agent::ReplayStep::Kind::Gap && step.difference.empty())
            line(step, "something before this was too long to be recorded");
        if (step.turn != nullptr) tell_turn(step);
        if (step.difference.empty()) return;
        ++differences_;
        console_->out << fmt::format("{} DIFFERENT: {}\n", local_date(step.at), step.difference);
        if (step.turn != nullptr) console_->out << fmt::format("    after: {}\n", text_of(step.turn->event));
    }

    [[nodiscard]] std::size_t turns() const { return turns_; }
    [[nodiscard]] std::size_t differences() const { return differences_; }
    [[nodiscard]] const CaptureFile& capture() const { return capture_; }

private:
    void line(const agent::ReplayStep& step, std::string_view text) {
        if (!plan_->is_quiet) console_->out << fmt::format("{} {}\n", local_date(step.at), text);
    }
    void tell_turn(const agent::ReplayStep& step) {
        ++turns_;
        if (plan_->explains) line(step, "- " + text_of(step.turn->event));
        if (const auto* const heard = std::get_if<agent::PacketHeard>(&step.turn->event))
            capture_.add(step.at, *heard);
        for (const agent::Action& action : step.actions) {
            if (const auto* const sent = std::get_if<agent::SendPacket>(&action))
                capture_.add(step.at, *sent);
            if (const auto* const told = std::get_if<agent::Tell>(&action)) {
                line(step, told->record.text);
            } else if (std::holds_alternative<agent::Remember>(action)) {
                line(step, text_of(action));
            } else if (plan_->explains) {
                line(step, "  > " + text_of(action));
            }
        }
        if (!step.turn->orders) line(step, "this is the last that the process has heard");
    }

    const ReplayPlan* plan_;
    Console* console_;
    CaptureFile capture_;
    std::size_t turns_ = 0;
    std::size_t differences_ = 0;
};

int complain_of_replay(Console& console, const std::string& what) {
    console.err << "understudyctl: " << what << "\n";
    return kFailed;
}

int replay(const ReplayPlan& plan, const std::string& path, Console& console) {
    const auto content = read_recording_file(path);
    if (!content) return complain_of_replay(console, content.error());
    auto recording = agent::read_recording(octets_of(*content));
    if (!recording)
        return complain_of_replay(console,
                                  fmt::format("{} is no recording: {}", path, describe(recording.error())));
    const std::size_t unreadable = recording->unreadable;
    const bool is_empty = recording->segments.empty();
    if (is_empty && unreadable > 0)
        return complain_of_replay(console,
                                  path + " was recorded by another version of understudy, or is damaged");
    Telling telling{plan, console};
    agent::Replay run{*std::move(recording)};
    while (const auto step = run.next()) {
        if (plan.until && step->at > *plan.until) break;
        telling.tell(*step);
    }
    if (plan.capture)
        if (const auto written = os::replace_file(*plan.capture, telling.capture().content(), kCaptureMode);
            !written)
            return complain_of_replay(console, written.error().to_string());
    if (!plan.is_quiet)
        console.out << fmt::format(
            "{} events, {} different{}\n", telling.turns(), telling.differences(),
            unreadable > 0 ? fmt::format(", {} segments of another version", unreadable) : std::string{});
    return telling.differences() == 0 ? kDone : kFailed;
}

int replay(const Arguments& arguments, Console& console) {
    ReplayPlan plan;
    plan.explains = arguments.has("explain");
    plan.is_quiet = arguments.has("quiet");
    plan.capture = arguments.value("pcap");
    if (const auto until = arguments.value("until")) {
        plan.until = parse_when(*until, os::wall_time());
        if (!plan.until) {
            console.err << "understudyctl: " << quote(*until) << " is no time: " << kWhenForms << "\n";
            return kBadUsage;
        }
    }
    return replay(plan, arguments.words[0], console);
}

}  // namespace

constinit const Command kReplay{
    .name = "replay",
    .words = {.synopsis = "FILE", .least = 1, .most = 1, .completion = Completion::Files},
    .meaning = "Run a recording again and tell what happened",
    .details =
        "The recording (record save) is fed to the same code as then. It says what the daemon said, and\n"
        "checks that it decides as the daemon did; where it does not, it says how, and the status is 1.\n"
        "It has to be the same version of understudy.",
    .options = kReplayOptions,
    .run = replay};

}  // namespace understudy::cli
