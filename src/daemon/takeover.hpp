// What the program that runs tells the one that takes its place in the same process: which processes and
// descriptors are there, and what is nowhere else. A JSON text with a format. One of another format still
// tells of the processes and the pid file, in the same words for ever, so that whoever reads it can end them
// in an orderly way and begin anew. Pure.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/ctl/news.hpp"
#include "understudy/ctl/request.hpp"

namespace understudy::daemon {

inline constexpr int kTakeoverFormat = 1;

struct Takeover {
    struct PidFile {
        std::string path;
        int descriptor = -1;
        friend bool operator==(const PidFile&, const PidFile&) = default;
    };
    struct Worker {
        pid_t process = 0;
        Instant started;
        WallTime born{};
        int questions = -1;  // our end
        std::string begun;   // of a line that it was saying
        friend bool operator==(const Worker&, const Worker&) = default;
    };
    struct Hooks {
        pid_t process = 0;
        int one = -1;
        int other = -1;
        friend bool operator==(const Hooks&, const Hooks&) = default;
    };

    std::string version;    // of the program before
    std::string program;    // where it was started from
    std::string directory;  // in which names of files on the command line hold
    std::optional<PidFile> pid_file;
    std::optional<Worker> worker;
    std::optional<Hooks> hooks;
    int configuration = -1;      // in force, as it is handed over: config_handover.hpp
    int memory = -1;             // for the recording: flight_recorder.hpp
    std::uint32_t workers = 0;   // so far
    std::uint64_t upgrades = 0;  // with this one
    bool anew = false;           // the instances do not go on
    std::optional<ctl::LogLevel> log_level;
    std::vector<ctl::News> news;  // that are not dealt with, and the orders of the operator

    friend bool operator==(const Takeover&, const Takeover&) = default;
};

[[nodiscard]] std::string to_text(const Takeover& takeover);

struct FoundTakeover {
    Takeover takeover;
    std::string problem;           // why it begins anew; empty: it need not
    std::vector<int> descriptors;  // all that were passed on, but for the pid file
};
[[nodiscard]] FoundTakeover takeover_in(std::string_view text);

}  // namespace understudy::daemon
