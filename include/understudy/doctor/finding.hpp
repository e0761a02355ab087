// What may be wrong with a host that is to run a configuration: a code, whom it concerns, what was found and
// what to do about it. One table says of each code how severe it is and why it matters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::doctor {

enum class Severity : std::uint8_t { Note, Warning, Error };

enum class Code : std::uint8_t {
    // packet filters
    FirewallDropsIncoming,
    FirewallDropsOutgoing,
    FirewallMayDrop,
    // interfaces
    InterfaceMissing,
    InterfaceAwaited,
    InterfaceDown,
    NoCarrier,
    NoMulticast,
    NoAddress,
    SourceElsewhere,
    AdvertTooLong,
    ManagerDeletesAddresses,
    // kernel settings
    SourceCheckDropsPeer,
    SourceCheckOfTwins,
    ArpUnanswered,
    ArpAnsweredByTwin,
    ArpAnnouncedByTwin,
    Ipv6Disabled,
    NonlocalBindOff,
    // the kernel and its clock
    KernelFeatureMissing,
    ClockUnsynchronised,
    ClockStepped,
    // files
    ConfigurationRefused,
    HiddenFromService,
    ScriptProblem,
    ScriptsRunAsRoot,
    PidFileStale,
    PidFileOfAnother,
    RunDirectoryOpen,
    // others on this host and on the wire
    OtherProgram,
    OtherProgramSameVrid,
    AdvertFaulty,
    AdvertRefused,
    AddressesDiffer,
    IntervalDiffers,
    ClockDiffers,
    TwoMasters,
    AddressAnswered,
};

struct CodeRow {
    Code code;
    std::string_view id;  // as shown: error[no-multicast]
    Severity severity;
    std::string_view why;  // it matters, as a whole sentence
};

[[nodiscard]] std::span<const CodeRow> all_codes();
[[nodiscard]] const CodeRow& describe(Code code);
[[nodiscard]] std::string_view name(Severity severity);

struct Finding {
    Code code{};
    std::string subject;  // an instance, an interface, a file
    std::string what;
    std::string remedy;

    [[nodiscard]] Severity severity() const { return describe(code).severity; }
    friend bool operator==(const Finding&, const Finding&) = default;
};

// What could not be looked at, and why not.
struct Unchecked {
    std::string what;
    std::string why;
    friend bool operator==(const Unchecked&, const Unchecked&) = default;
};

struct Report {
    std::vector<Finding> findings;  // the most severe first
    std::vector<Unchecked> unchecked;
    std::vector<std::string> remarks;  // how it was judged

    // 0: sane; 1: there are warnings or errors; 2: none, but not all could be checked.
    [[nodiscard]] int exit_status() const;
};

}  // namespace understudy::doctor
