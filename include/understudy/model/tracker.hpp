// What instances can track, and what it does to their priority.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/parameter_match.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/command.hpp"
#include "understudy/model/probe.hpp"

namespace understudy::model {

// A tracked thing and what it does to the priority. Weight 0 means fault while it is bad.
struct Weight {
    std::int16_t value = 0;  // -253 to 253; of files and processes -254 to 254
    bool reverse = false;

    friend bool operator==(const Weight&, const Weight&) = default;
};

struct TrackedLink {
    std::string name;
    Weight weight;

    friend bool operator==(const TrackedLink&, const TrackedLink&) = default;
};

struct TrackedScript {
    std::size_t script = 0;  // index into Config::scripts
    Weight weight;

    friend bool operator==(const TrackedScript&, const TrackedScript&) = default;
};

struct TrackedFile {
    std::size_t file = 0;  // index into Config::track_files
    Weight weight;

    friend bool operator==(const TrackedFile&, const TrackedFile&) = default;
};

struct TrackedProcess {
    std::size_t process = 0;  // index into Config::track_processes
    Weight weight;

    friend bool operator==(const TrackedProcess&, const TrackedProcess&) = default;
};

struct TrackedBfd {
    std::size_t session = 0;  // index into Config::bfd_sessions
    Weight weight;

    friend bool operator==(const TrackedBfd&, const TrackedBfd&) = default;
};

// A vrrp_script block, or a vrrp_check block: that has a probe and no command.
struct Script {
    std::string name;
    Command command;
    std::optional<Probe> probe = std::nullopt;
    microseconds interval = seconds{1};
    microseconds timeout = seconds{1};  // the interval unless configured
    std::uint32_t rise = 1;
    std::uint32_t fall = 1;
    Weight weight;  // used where a track_script entry names none
    bool init_fail = false;
    bool is_witness = false;  // of a split_brain block; has none of its own

    friend bool operator==(const Script&, const Script&) = default;
};

// Makes the file of a track_file at start.
struct FileInit {
    std::int64_t value = 0;
    bool overwrite = false;  // false: a file that is there is kept

    friend bool operator==(const FileInit&, const FileInit&) = default;
};

// A track_file block: the number in the file times the weight is added to the priority.
struct TrackFile {
    std::string name;
    std::string path;
    Weight weight{1, false};
    std::optional<FileInit> init;

    friend bool operator==(const TrackFile&, const TrackFile&) = default;
};

// A vrrp_track_process block: good while as many processes run as the quorum says.
struct TrackProcess {
    std::string name;
    std::vector<std::string> command;  // the name or path, then parameters
    ParameterMatch parameters = ParameterMatch::None;
    bool full_command = false;  // compare the whole command line, not the 15 characters of the name
    Weight weight;
    std::uint32_t quorum = 1;                 // 1 to 65535
    std::optional<std::uint32_t> quorum_max;  // 0 to 65535, not below quorum; none: no limit
    microseconds terminate_delay{0};          // before a loss is believed; up to 3600 s
    microseconds fork_delay{0};               // before a gain is believed; up to 3600 s

    friend bool operator==(const TrackProcess&, const TrackProcess&) = default;
};

}  // namespace understudy::model
