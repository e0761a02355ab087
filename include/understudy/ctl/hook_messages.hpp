// What the vrrp process and the hooks process say to each other: the one orders, the other, which alone forks
// and runs as root, carries out and answers. A message is a version, the number of the vrrp process that is
// meant or spoken for, what it is, and its fields, with lengths before texts and big-endian numbers. Any
// octets whatsoever decode to a message or to nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/parameter_match.hpp"
#include "understudy/ctl/request.hpp"

namespace understudy::ctl {

inline constexpr std::uint8_t kHookProtocol = 1;
inline constexpr std::size_t kLongestHookMessage = std::size_t{128} << 10;

// Ends with ProgramOver or ProgramRefused of the same run.
struct StartProgram {
    std::uint64_t run = 0;
    std::vector<std::string> words;  // words[0] is the program
    std::string user;                // empty: as the hooks process itself
    std::string group;               // empty: the user's own
    bool supplementary_groups = false;
    friend bool operator==(const StartProgram&, const StartProgram&) = default;
};
// SIGTERM or SIGKILL to its whole process group.
struct SignalProgram {
    std::uint64_t run = 0;
    bool kill = false;
    friend bool operator==(const SignalProgram&, const SignalProgram&) = default;
};

// Replaces the previous list; each that is new in it is answered with PipeOpened.
struct WantedPipe {
    std::string path;
    std::string user;
    std::string group;
    std::uint32_t mode = 0;
    friend bool operator==(const WantedPipe&, const WantedPipe&) = default;
};
struct KeepPipes {
    std::vector<WantedPipe> pipes;
    friend bool operator==(const KeepPipes&, const KeepPipes&) = default;
};
// Into each of these pipes.
struct WriteLine {
    std::string line;
    friend bool operator==(const WriteLine&, const WriteLine&) = default;
};

// Replaces the previous list; each file is told with FileHeld, and again when it changes. A long list comes
// in parts, of which all but the last have more to come.
struct FirstNumber {
    std::int64_t value = 0;
    bool overwrite = false;
    friend bool operator==(const FirstNumber&, const FirstNumber&) = default;
};
struct FollowedFile {
    std::string path;
    std::optional<FirstNumber> first;  // the file is made with this number in it
    friend bool operator==(const FollowedFile&, const FollowedFile&) = default;
};
struct FollowFiles {
    std::vector<FollowedFile> files;
    bool more = false;
    friend bool operator==(const FollowFiles&, const FollowFiles&) = default;
};

// Who a user is may have changed.
struct ForgetUsers {
    friend bool operator==(const ForgetUsers&, const ForgetUsers&) = default;
};

// Answered with MarkReached, once all that was ordered before has been begun.
struct SetMark {
    std::uint32_t number = 0;
    friend bool operator==(const SetMark&, const SetMark&) = default;
};

// Another program takes the daemon's place: the pipes stay in the file system for who comes next.
struct LeavePipes {
    friend bool operator==(const LeavePipes&, const LeavePipes&) = default;
};

// Replaces the previous list; each is told with ProcessesCounted, and again when its number changes. A long
// list comes in parts, of which all but the last have more to come.
struct CountedProcess {
    std::string name;                // of what is counted
    std::vector<std::string> words;  // the name or path of the processes, then parameters
    ParameterMatch parameters = ParameterMatch::None;
    bool full_command = false;
    friend bool operator==(const CountedProcess&, const CountedProcess&) = default;
};
struct CountProcesses {
    std::uint32_t list = 0;            // its number, which the answers bear
    std::uint32_t receive_buffer = 0;  // of the kernel's news of processes, in octets; 0: the usual
    bool beyond_limit = false;         // of the system for such buffers
    std::vector<CountedProcess> processes;
    bool more = false;
    friend bool operator==(const CountProcesses&, const CountProcesses&) = default;
};

// At an upgrade one side may be of another version for a moment: what is new comes last.
using HookOrder = std::variant<StartProgram, SignalProgram, KeepPipes, WriteLine, FollowFiles, ForgetUsers,
                               SetMark, LeavePipes, CountProcesses>;

// A hooks process has begun: it knows nothing of what another had begun before.
struct HooksReady {
    friend bool operator==(const HooksReady&, const HooksReady&) = default;
};
struct ProgramBegun {
    std::uint64_t run = 0;
    friend bool operator==(const ProgramBegun&, const ProgramBegun&) = default;
};
struct ProgramOver {
    std::uint64_t run = 0;
    std::int32_t status = 0;  // exit status, or the signal's number negated
    friend bool operator==(const ProgramOver&, const ProgramOver&) = default;
};
// It does not run, and why (errno).
struct ProgramRefused {
    std::uint64_t run = 0;
    std::int32_t error = 0;
    friend bool operator==(const ProgramRefused&, const ProgramRefused&) = default;
};
struct PipeOpened {
    std::string path;
    std::int32_t error = 0;  // 0: it is open
    friend bool operator==(const PipeOpened&, const PipeOpened&) = default;
};
struct FileHeld {
    std::string path;
    std::string content;
    std::int32_t error = 0;  // ENOENT: there is none
    friend bool operator==(const FileHeld&, const FileHeld&) = default;
};
// For the log.
struct HookRemark {
    std::string id;
    LogLevel level = LogLevel::Info;
    std::string text;
    std::string field;  // the name of what it is about; empty: nothing of its own
    std::string value;
    friend bool operator==(const HookRemark&, const HookRemark&) = default;
};
struct MarkReached {
    std::uint32_t number = 0;
    friend bool operator==(const MarkReached&, const MarkReached&) = default;
};

struct ProcessesCounted {
    std::uint32_t list = 0;  // that had been ordered
    std::string name;
    std::uint64_t count = 0;
    friend bool operator==(const ProcessesCounted&, const ProcessesCounted&) = default;
};

using HookAnswer = std::variant<HooksReady, ProgramBegun, ProgramOver, ProgramRefused, PipeOpened, FileHeld,
                                HookRemark, MarkReached, ProcessesCounted>;

// To or from the vrrp process of this number.
struct NumberedOrder {
    std::uint32_t process = 0;
    HookOrder order;
    friend bool operator==(const NumberedOrder&, const NumberedOrder&) = default;
};
struct NumberedAnswer {
    std::uint32_t process = 0;
    HookAnswer answer;
    friend bool operator==(const NumberedAnswer&, const NumberedAnswer&) = default;
};

[[nodiscard]] std::vector<std::byte> encode(std::uint32_t process, const HookOrder& order);
[[nodiscard]] std::vector<std::byte> encode(std::uint32_t process, const HookAnswer& answer);
// None: these octets are no such message, or one of another version.
[[nodiscard]] std::optional<NumberedOrder> decode_order(Bytes message);
[[nodiscard]] std::optional<NumberedAnswer> decode_answer(Bytes message);

}  // namespace understudy::ctl
