// What may be asked of a running daemon over its control socket: one JSON object a line, with a version, a
// number that the reply repeats, a command, and that command's own arguments. A request is a value; whatever
// is wrong with a line is a named fault with words for whoever sent it. A key that a command does not know is
// a fault as well: a misspelt "dry_run" must not become a reload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "understudy/base/time.hpp"

namespace understudy::ctl {

inline constexpr int kVersion = 1;
inline constexpr std::size_t kLongestRequest = std::size_t{64} * 1024;  // octets, without the line end

// Who answers, and what it understands.
struct Ping {
    friend bool operator==(const Ping&, const Ping&) = default;
};
// What the instances do; of one, if it is named.
struct Status {
    std::optional<std::string> instance;
    friend bool operator==(const Status&, const Status&) = default;
};
// The text of the files that the daemon runs with.
struct ShowConfig {
    friend bool operator==(const ShowConfig&, const ShowConfig&) = default;
};
// Read the files again and, unless this is a dry run, let them take effect.
struct Reload {
    bool dry_run = false;
    friend bool operator==(const Reload&, const Reload&) = default;
};

// Give the role of an instance (none: of all) away, with its whole sync group, and keep the addresses until
// another router has taken over.
struct Drain {
    std::optional<std::string> instance;
    std::optional<std::uint64_t> seconds;  // 1 to kLongestDrain; none: until Resume
    friend bool operator==(const Drain&, const Drain&) = default;
};
struct Resume {
    std::optional<std::string> instance;
    friend bool operator==(const Resume&, const Resume&) = default;
};
// A priority instead of what the files and the trackers come to.
struct SetPriority {
    std::string instance;
    std::uint8_t priority = 1;  // 1 to 254
    friend bool operator==(const SetPriority&, const SetPriority&) = default;
};
struct UnsetPriority {
    std::string instance;
    friend bool operator==(const UnsetPriority&, const UnsetPriority&) = default;
};

// Let the router that would win take over from this one, which goes on as its backup and does not take the
// role back from it.
struct Failover {
    std::string instance;
    friend bool operator==(const Failover&, const Failover&) = default;
};

inline constexpr std::uint64_t kLongestDrain = std::uint64_t{366} * 24 * 60 * 60;  // s

// The text of one of keepalived's dumps, as it is written to a file upon a signal. `reset`: the counters
// start again at zero, each after it has been told.
enum class DumpKind : std::uint8_t { State, Statistics, Json };
struct Dump {
    DumpKind what = DumpKind::State;
    bool reset = false;
    friend bool operator==(const Dump&, const Dump&) = default;
};

// How a script or check that is tracked does.
struct CheckState {
    std::string name;
    friend bool operator==(const CheckState&, const CheckState&) = default;
};
// Run it now; the answer is how it did until then.
struct RunCheck {
    std::string name;
    friend bool operator==(const RunCheck&, const RunCheck&) = default;
};

// What is less important is not logged, until the daemon ends.
enum class LogLevel : std::uint8_t { Debug, Info, Notice, Warning, Error, Critical };
struct SetLogLevel {
    LogLevel level = LogLevel::Info;
    friend bool operator==(const SetLogLevel&, const SetLogLevel&) = default;
};

// Status, after which the counters begin again at zero.
struct ResetStatistics {
    std::optional<std::string> instance;
    friend bool operator==(const ResetStatistics&, const ResetStatistics&) = default;
};

// What has happened, to one instance if it is named, and from that time on if there is one.
struct History {
    std::optional<std::string> instance;
    std::optional<WallTime> since;  // to the millisecond
    friend bool operator==(const History&, const History&) = default;
};

// Why the instances are what they are, and what would change it; of one, if it is named.
struct Why {
    std::optional<std::string> instance;
    friend bool operator==(const Why&, const Why&) = default;
};

// Be told what happens from now on, to one instance if it is named: each entry of the history as an Event
// with the number of this request, until the client hangs up.
struct Subscribe {
    std::optional<std::string> instance;
    friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

// Let the program that stands where the daemon was started from take its place.
struct Upgrade {
    bool anew = false;  // even if the instances cannot go on
    friend bool operator==(const Upgrade&, const Upgrade&) = default;
};

using Question =
    std::variant<Ping, Status, ShowConfig, Reload, Drain, Resume, SetPriority, UnsetPriority, Dump, Failover,
                 CheckState, RunCheck, SetLogLevel, ResetStatistics, History, Why, Subscribe, Upgrade>;

// What the sender must be allowed to.
enum class Access : std::uint8_t {
    Read,    // whoever can connect
    Change,  // root, or a member of the group of the socket
    Secret,  // root alone: the answer may hold passwords
};

struct Request {
    std::uint64_t id = 0;
    Question question;
    friend bool operator==(const Request&, const Request&) = default;
};

enum class RequestFault : std::uint8_t {
    TooLong,
    NotJson,
    NotAnObject,
    UnknownVersion,
    BadId,
    MissingCommand,
    UnknownCommand,
    UnknownArgument,
    BadArgument,
};

[[nodiscard]] std::string_view name(RequestFault fault);  // "unknown-command"
[[nodiscard]] std::string_view name(DumpKind what);       // "state", "statistics", "json"
[[nodiscard]] std::string_view name(LogLevel level);      // "warning"
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view word);

struct BadRequest {
    RequestFault fault = RequestFault::NotJson;
    std::string message;
    std::uint64_t id = 0;  // as far as it could be read
    friend bool operator==(const BadRequest&, const BadRequest&) = default;
};

[[nodiscard]] std::expected<Request, BadRequest> parse_request(std::string_view line);
// One line, without its end.
[[nodiscard]] std::string to_line(const Request& request);

[[nodiscard]] std::string_view command_name(const Question& question);
[[nodiscard]] Access needed_access(const Question& question);
[[nodiscard]] std::span<const std::string_view> known_commands();

}  // namespace understudy::ctl
