// Complaints to the operator as values: a code, a place, a message, a label under the caret, a hint. Reading
// goes on after each, so one run finds them all. One table says of each code whether it refuses the file and
// with which status `understudyd -t` ends, which is the status keepalived -t has for the same finding.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "understudy/config/source.hpp"

namespace understudy::config {

enum class Severity : std::uint8_t { Warning, Error };

enum class Code : std::uint8_t {
    // files
    MissingFile,
    RequiredFileMissing,
    UnreadableFile,
    IncludeSkipped,
    IncludeFailed,
    HiddenFromService,
    ConditionalInclude,
    NotText,
    ByteOrderMark,
    LineTooLong,
    ExpansionLimit,
    // words and blocks
    UnterminatedQuote,
    UnknownKeyword,
    UnexpectedBrace,
    MissingOpenBrace,
    MissingCloseBrace,
    ExtraCloseBrace,
    MissingArgument,
    MissingName,
    IgnoredWords,
    RepeatedKeyword,
    RepeatedScript,
    DuplicateName,
    KeywordNotActive,
    DeprecatedKeyword,
    NoConfiguration,
    TooManyFindings,
    // variables, loops, conditions
    UnknownVariable,
    LiteralDollar,
    BadLoop,
    ConditionNeverHolds,
    // values
    BadNumber,
    BadPriority,
    BadVrid,
    BadInterval,
    BadBoolean,
    BadChoice,
    BadAddress,
    BadPrefix,
    BadWeight,
    BadScope,
    BadLabel,
    BadOption,
    BadCommand,
    RelativePath,
    EmptyCommand,
    ValueCorrected,
    Ipv4OnlyOption,
    OptionIgnored,
    NotMulticast,
    // routes and rules
    UnknownRouteName,
    IncompleteRoute,
    RouteWithoutInterface,
    HostBitsSet,
    TimeRaised,
    IncompleteRule,
    RuleWithoutPriority,
    GroupNeedsInterface,
    UnknownTrackGroup,
    // one instance
    MissingVrid,
    MissingInterface,
    UnknownInterface,
    LoopbackInterface,
    DuplicateVrid,
    NoVirtualAddress,
    MissingVirtualAddress,
    FamilyMix,
    DualStackUnused,
    DuplicateAddress,
    SurplusAddresses,
    VersionConflict,
    IntervalRounded,
    IntervalLimited,
    LeaseTooLong,
    LeaseTooShort,
    SplitBrainBlind,
    NopreemptCleared,
    PreemptDelayCleared,
    TimerExpiredUnused,
    AuthPassCut,
    AuthIgnored,
    AuthIncomplete,
    AuthTypeMissing,
    StrictCorrected,
    StrictAccept,
    StrictUnicast,
    StrictLinkLocal,
    UnicastWithoutPeers,
    UnicastSettingUnused,
    EmptyTtlRange,
    OwnerSettingUnused,
    OwnerWithoutAddress,
    OverlapsOwnAddress,
    UnusableAddress,
    AutojoinIgnored,
    SharedAddress,
    DuplicatePeer,
    PeerIsSelf,
    PeerIsVirtual,
    SourceIsVirtual,
    AnnouncingUnused,
    OwnInterfaceTracked,
    DuplicateTracker,
    // weights
    OwnerWeightIgnored,
    WeightAboveEnd,
    WeightBelowEnd,
    WeightUnderNopreempt,
    // references
    UnknownScript,
    DefinedLater,
    UnknownMember,
    MemberOfTwoGroups,
    EmptyGroup,
    LonelyGroup,
    GroupWeightIgnored,
    MixedPreemption,
    // scripts
    MissingScript,
    ScriptNotFound,
    ScriptNotExecutable,
    UnusedScript,
    BadCheck,
    CheckSettingUnused,
    TimeoutPastInterval,
    NotifyScriptNotFound,
    ScriptHidden,
    NoShell,
    InsecureScript,
    InsecureScriptDisabled,
    NotifyScriptDisabled,
    ScriptSecurityOff,
    UnknownUser,
    // virtual servers
    RangeIgnored,
    BadForwarding,
    BadRange,
    ValueMissing,
    BadDigest,
    BadStatusCode,
    BadHex,
    BadDnsName,
    BadPatternSetting,
    NoRealServer,
    DuplicateRealServer,
    DuplicateVirtualServer,
    UnknownServerGroup,
    EmptyServerGroup,
    DuplicateServerGroup,
    GroupFamilyMix,
    ServiceDefaultUsed,
    TransportIgnored,
    PortReset,
    PersistenceImplied,
    OddNetmask,
    BadGranularity,
    SchedulerFlagUnused,
    OnePacketIgnored,
    SuspendIgnored,
    QuorumUnreachable,
    HysteresisTooLarge,
    QuorumNeverRegained,
    SorrySettingUnused,
    ThresholdsReversed,
    CheckerIncomplete,
    UrlIncomplete,
    LinkLocalCheck,
    CheckScriptUnusable,
    CheckRepeated,
    ReplyLengthsReversed,
    RepeatedTlsSetting,
    // other trackers, groups and virtual links
    UnknownTrackFile,
    UnknownTrackProcess,
    UnknownBfdSession,
    MissingTrackedPath,
    MissingProcess,
    MissingNeighbor,
    DuplicateNeighbor,
    PacingMissing,
    LinkOfTwoGroups,
    HmacIncomplete,
    KeyFileUnusable,
    KeyFileExposed,
    BadVirtualLink,
    VirtualLinkUnused,
    IpvlanWithoutAddress,
    VrfWithInterface,
    NotAVrf,
    MissingLink,
    TrackGroupMember,
};

struct CodeRow {
    Code code;
    std::string_view id;  // as shown: error[bad-priority]
    Severity severity;
    bool fatal;                // refuses the file even when loading is lenient
    std::uint8_t test_status;  // exit status of -t: 0, 2, 4, 5 or 6
    std::string_view meaning;
};

[[nodiscard]] std::span<const CodeRow> all_codes();
[[nodiscard]] const CodeRow& describe(Code code);

struct Diagnostic {
    Code code{};
    Severity severity{};
    Span span;
    std::string file;
    std::string message;
    std::string label;  // stands beside the caret
    std::string hint;
    std::string source;  // the line complained about

    [[nodiscard]] std::string_view id() const { return describe(code).id; }
};

// Adds to a complaint that was just made.
class Complaint {
public:
    explicit Complaint(Diagnostic* diagnostic)
        : diagnostic_(diagnostic), has_hint_(diagnostic != nullptr && !diagnostic->hint.empty()) {}

    // Whether it is kept: nobody needs to look for a hint otherwise.
    explicit operator bool() const { return diagnostic_ != nullptr; }

    Complaint& label(std::string text) {
        if (diagnostic_ != nullptr) diagnostic_->label = std::move(text);
        return *this;
    }
    Complaint& hint(std::string text) {
        if (diagnostic_ != nullptr && !has_hint_) diagnostic_->hint = std::move(text);
        return *this;
    }

private:
    Diagnostic* diagnostic_;  // none when the complaint repeats another or is one too many
    bool has_hint_;           // from the start, as what was written tells enough
};

class Diagnostics {
public:
    // At most this many are kept; the rest only count.
    static constexpr std::size_t kMost = 1000;

    // Lenient: what keepalived tolerates is a warning. `sources` must outlive the last add().
    explicit Diagnostics(const Sources& sources, bool lenient = false)
        : sources_(&sources), lenient_(lenient) {}

    // The same complaint about the same place is made once: a loop would repeat it.
    Complaint add(Code code, Span span, std::string message);

    [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
    // Whether a start or a reload with this configuration is refused.
    [[nodiscard]] bool has_errors() const { return has_errors_; }
    // What `-t` ends with: 2 if an argument is missing, else the first of 6, 5, 4 and 0 that some finding
    // asks for.
    [[nodiscard]] int exit_status() const { return status_; }
    // In the order of the files.
    void sort();

private:
    friend class Tolerance;
    void raise_status(std::uint8_t status);

    const Sources* sources_;
    bool lenient_;
    bool has_errors_ = false;
    int status_ = 0;
    std::vector<Diagnostic> all_;
    std::unordered_set<std::string> seen_;
};

// While it lives what keepalived tolerates is a warning, if that is wanted: what has no effect must not keep
// the rest of a file from being used.
class Tolerance {
public:
    Tolerance(Diagnostics& diags, bool wanted) : diags_(diags), before_(diags.lenient_) {
        diags_.lenient_ = before_ || wanted;
    }
    Tolerance(const Tolerance&) = delete;
    Tolerance& operator=(const Tolerance&) = delete;
    ~Tolerance() { diags_.lenient_ = before_; }

private:
    Diagnostics& diags_;
    bool before_;
};

}  // namespace understudy::config
