#include "command_record.hpp"

#include <fmt/format.h>

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "understudy/agent/recording.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"

#include "control_client.hpp"
#include "recording_file.hpp"
#include "when.hpp"

namespace understudy::cli {

namespace {

constexpr Option kRecordOptions[] = {
    kSocket,
    {.name = "recording",
     .letter = 'r',
     .argument = "PATH",
     .meaning = "file of the flight recorder, instead of the one beside the socket",
     .completion = Completion::Files}};
constexpr mode_t kRecordingMode = 0600;
constexpr int kAttempts = 5;

struct Extent {
    std::size_t turns = 0;
    std::optional<WallTime> first;
    WallTime last{};
    bool is_whole = true;
};

Extent extent_of(agent::Recording recording) {
    Extent extent;
    for (agent::Segment& segment : recording.segments) {
        const agent::Opening& opening = segment.opening();
        if (!extent.first) extent.first = opening.wall;
        extent.last = opening.wall;
        while (const auto turn = segment.next()) {
            ++extent.turns;
            extent.last = opening.wall + (turn->at - opening.now);
        }
        if (segment.fault()) extent.is_whole = false;
    }
    return extent;
}

// A daemon may write while we read; what it has just begun anew is then neither the old nor the new.
std::expected<std::string, std::string> read_whole(const std::string& path) {
    for (int attempt = 1;; ++attempt) {
        auto content = read_recording_file(path);
        if (!content || attempt == kAttempts) return content;
        const auto recording = agent::read_recording(octets_of(*content));
        if (!recording || extent_of(*recording).is_whole) return content;
    }
}

std::string recording_path(const Arguments& arguments) {
    if (const auto given = arguments.value("recording")) return *given;
    std::string path = arguments.value("socket").value_or(kDefaultSocket);
    if (path.ends_with(".sock")) path.resize(path.size() - std::string_view{".sock"}.size());
    return path + ".recording";
}

int complain_of_recording(Console& console, std::string_view what) {
    console.err << "understudyctl: " << what << "\n";
    return kFailed;
}

int save(const std::string& from, const std::string& to, Console& console) {
    const auto content = read_whole(from);
    if (!content) return complain_of_recording(console, content.error());
    const auto recording = agent::read_recording(octets_of(*content));
    if (!recording)
        return complain_of_recording(
            console, fmt::format("{} is no recording: {}", from, describe(recording.error())));
    if (recording->segments.empty())
        return complain_of_recording(console, recording->unreadable > 0
                                                  ? from + " was recorded by another version of understudy"
                                                  : from + " is empty");
    if (const auto written = os::replace_file(to, *content, kRecordingMode); !written)
        return complain_of_recording(console, written.error().to_string());
    const Extent extent = extent_of(*recording);
    console.out << fmt::format("{}: {} events from {} to {}; it holds the passwords of the configuration\n",
                               to, extent.turns, local_date(*extent.first), local_date(extent.last));
    return kDone;
}

int record(const Arguments& arguments, Console& console) {
    if (arguments.words[0] != "save") {
        console.err << "understudyctl: what can be done with a recording is save, not "
                    << quote(arguments.words[0]) << "\n";
        return kBadUsage;
    }
    return save(recording_path(arguments), arguments.words[1], console);
}

}  // namespace

constinit const Command kRecord{
    .name = "record",
    .words = {.synopsis = "save FILE", .least = 2, .most = 2, .completion = Completion::Files},
    .meaning = "Keep what the flight recorder holds",
    .details =
        "The daemon writes down what it hears and orders, and overwrites the oldest of it. A copy of\n"
        "that is made, whether the daemon runs, has crashed or was stopped. It holds the passwords\n"
        "of the configuration.",
    .options = kRecordOptions,
    .run = record};

}  // namespace understudy::cli
