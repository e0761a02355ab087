// The one table of what can be wrong with a configuration.
#include <algorithm>
#include <cstddef>
#include <iterator>

#include "understudy/config/diagnostic.hpp"

namespace understudy::config {

namespace {

constexpr bool kFatal = true;
constexpr bool kTolerated = false;
constexpr auto kWarning = Severity::Warning;
constexpr auto kError = Severity::Error;

constexpr CodeRow kCodes[] = {
    {Code::MissingFile, "missing-file", kError, kFatal, 0, "the configuration file does not exist"},
    {Code::RequiredFileMissing, "required-file-missing", kError, kFatal, 4,
     "the configuration file does not exist, and every file was asked to exist"},
    {Code::UnreadableFile, "unreadable-file", kError, kFatal, 0,
     "the configuration file is not a readable text file"},
    {Code::IncludeSkipped, "include-skipped", kWarning, kTolerated, 0, "an included file cannot be read"},
    {Code::IncludeFailed, "include-failed", kError, kFatal, 6,
     "an included file that must be there cannot be read"},
    {Code::ConditionalInclude, "conditional-include", kWarning, kTolerated, 0,
     "keepalived reads a file twice that a condition includes"},
    {Code::NotText, "not-text", kError, kTolerated, 5, "a file contains a zero byte"},
    {Code::ByteOrderMark, "byte-order-mark", kError, kTolerated, 5, "a file begins with an invisible mark"},
    {Code::LineTooLong, "line-too-long", kError, kTolerated, 5, "a line is longer than keepalived can read"},
    {Code::ExpansionLimit, "expansion-limit", kError, kFatal, 5,
     "includes, variables or loops grow without end"},

    {Code::UnterminatedQuote, "unterminated-quote", kError, kTolerated, 5, "a string is not closed"},
    {Code::UnknownKeyword, "unknown-keyword", kError, kTolerated, 5, "no such keyword in this block"},
    {Code::UnexpectedBrace, "unexpected-brace", kError, kTolerated, 5, "a brace opens nothing"},
    {Code::MissingOpenBrace, "missing-open-brace", kError, kTolerated, 5, "a block has no opening brace"},
    {Code::MissingCloseBrace, "missing-close-brace", kError, kTolerated, 5, "a block is not closed"},
    {Code::ExtraCloseBrace, "extra-close-brace", kError, kTolerated, 5, "a brace closes nothing"},
    {Code::MissingArgument, "missing-argument", kError, kFatal, 2, "a keyword lacks the value it needs"},
    {Code::MissingName, "missing-name", kError, kTolerated, 5, "a block needs exactly one name"},
    {Code::IgnoredWords, "ignored-words", kWarning, kTolerated, 0, "words after the value have no effect"},
    {Code::RepeatedKeyword, "repeated-keyword", kWarning, kTolerated, 0, "of two values the last is used"},
    {Code::RepeatedScript, "repeated-script", kWarning, kTolerated, 5, "of two scripts the first is used"},
    {Code::DuplicateName, "duplicate-name", kError, kTolerated, 5,
     "a name is given twice; the later block is ignored"},
    {Code::KeywordNotActive, "keyword-not-active", kWarning, kTolerated, 0, "understood, but without effect"},
    {Code::DeprecatedKeyword, "deprecated-keyword", kWarning, kTolerated, 5, "an old name for something"},
    {Code::NoConfiguration, "no-configuration", kWarning, kTolerated, 0, "there is nothing to run"},
    {Code::TooManyFindings, "too-many-findings", kWarning, kTolerated, 0, "there is more than is shown"},

    {Code::UnknownVariable, "unknown-variable", kError, kTolerated, 5,
     "a variable is used that was not defined before"},
    {Code::LiteralDollar, "literal-dollar", kWarning, kTolerated, 0,
     "a word looks like a variable but is none"},
    {Code::BadLoop, "bad-loop", kError, kTolerated, 5, "a loop cannot be understood"},
    {Code::ConditionNeverHolds, "condition-never-holds", kWarning, kTolerated, 0,
     "a condition that no id can meet"},

    {Code::BadNumber, "bad-number", kError, kTolerated, 5, "not a number, or outside its range"},
    {Code::BadPriority, "bad-priority", kError, kTolerated, 5, "not a priority"},
    {Code::BadVrid, "bad-vrid", kError, kTolerated, 5, "not a virtual router id"},
    {Code::BadInterval, "bad-interval", kError, kTolerated, 5, "not a time, or outside its range"},
    {Code::BadBoolean, "bad-boolean", kError, kTolerated, 5, "neither true, on, yes nor false, off, no"},
    {Code::BadChoice, "bad-choice", kError, kTolerated, 5, "not one of the words allowed here"},
    {Code::BadAddress, "bad-address", kError, kTolerated, 5, "not an IPv4 or IPv6 address"},
    {Code::BadPrefix, "bad-prefix", kError, kTolerated, 5, "not a prefix length; the full length is used"},
    {Code::BadWeight, "bad-weight", kError, kTolerated, 5, "not a weight"},
    {Code::BadScope, "bad-scope", kError, kTolerated, 5, "not an address scope"},
    {Code::BadLabel, "bad-label", kError, kTolerated, 5, "not an address label; the address is dropped"},
    {Code::BadOption, "bad-option", kError, kTolerated, 5, "no such option of an entry"},
    {Code::BadCommand, "bad-command", kError, kTolerated, 5, "not a command"},
    {Code::EmptyCommand, "empty-command", kWarning, kTolerated, 0, "an empty string runs nothing"},
    {Code::ValueCorrected, "value-corrected", kWarning, kTolerated, 5, "the nearest possible value is used"},
    {Code::Ipv4OnlyOption, "ipv4-only-option", kError, kTolerated, 5,
     "an option that IPv6 addresses don't have"},
    {Code::NotMulticast, "not-multicast", kError, kTolerated, 5, "a group that is not a multicast address"},

    {Code::UnknownRouteName, "unknown-route-name", kError, kTolerated, 5,
     "no such table, protocol, scope, realm or the like; the route or rule is ignored"},
    {Code::IncompleteRoute, "incomplete-route", kError, kTolerated, 5,
     "a route lacks what it cannot do without; it is ignored"},
    {Code::RouteWithoutInterface, "route-without-interface", kWarning, kTolerated, 5,
     "keepalived does not watch a route that names no interface"},
    {Code::HostBitsSet, "host-bits-set", kWarning, kTolerated, 0,
     "a destination has bits set beyond its prefix length"},
    {Code::TimeRaised, "time-raised", kWarning, kTolerated, 0, "a time of a route is too short to be used"},
    {Code::IncompleteRule, "incomplete-rule", kError, kTolerated, 5,
     "a rule does nothing, several things, or what is impossible; it is ignored"},
    {Code::RuleWithoutPriority, "rule-without-priority", kWarning, kTolerated, 5,
     "the place of a rule among the others is not given"},
    {Code::GroupNeedsInterface, "group-needs-interface", kError, kTolerated, 5,
     "a track_group on a route or rule without an interface; it is not tracked"},
    {Code::UnknownTrackGroup, "unknown-track-group", kError, kTolerated, 5,
     "there is no track_group of that name"},

    {Code::MissingVrid, "missing-vrid", kError, kFatal, 5, "an instance has no virtual_router_id"},
    {Code::MissingInterface, "missing-interface", kError, kFatal, 5, "an instance has no interface"},
    {Code::UnknownInterface, "unknown-interface", kError, kFatal, 5, "this host has no such interface"},
    {Code::LoopbackInterface, "loopback-interface", kError, kFatal, 5,
     "VRRP cannot run on a loopback interface"},
    {Code::DuplicateVrid, "duplicate-vrid", kError, kFatal, 5,
     "two instances share VRID, family and interface"},
    {Code::NoVirtualAddress, "no-virtual-address", kWarning, kTolerated, 5,
     "an instance has no virtual address"},
    {Code::MissingVirtualAddress, "missing-virtual-address", kError, kFatal, 5,
     "an instance has no virtual address, and its version or strict mode demands one"},
    {Code::FamilyMix, "family-mix", kError, kTolerated, 5, "an address of the other family; it is ignored"},
    {Code::DuplicateAddress, "duplicate-address", kWarning, kTolerated, 0, "an address is listed twice"},
    {Code::SurplusAddresses, "surplus-addresses", kWarning, kTolerated, 5,
     "an advert cannot carry that many addresses; the rest is not advertised"},
    {Code::VersionConflict, "version-conflict", kWarning, kTolerated, 0, "IPv6 needs version 3"},
    {Code::IntervalRounded, "interval-rounded", kWarning, kTolerated, 5,
     "an interval the version cannot express"},
    {Code::IntervalLimited, "interval-limited", kWarning, kTolerated, 5,
     "an interval longer than version 3 allows"},
    {Code::NopreemptCleared, "nopreempt-cleared", kWarning, kTolerated, 5, "nopreempt cannot work here"},
    {Code::PreemptDelayCleared, "preempt-delay-cleared", kWarning, kTolerated, 5,
     "preempt_delay cannot work here"},
    {Code::AuthPassCut, "auth-pass-cut", kWarning, kTolerated, 5, "only 8 octets of a password are used"},
    {Code::AuthIgnored, "auth-ignored", kWarning, kTolerated, 5, "authentication is not possible here"},
    {Code::AuthIncomplete, "auth-incomplete", kError, kTolerated, 5, "authentication without a password"},
    {Code::AuthTypeMissing, "auth-type-missing", kWarning, kTolerated, 0,
     "a password without auth_type is not used"},
    {Code::StrictCorrected, "strict-corrected", kWarning, kTolerated, 5,
     "strict mode does not allow a setting"},
    {Code::StrictAccept, "strict-accept", kWarning, kTolerated, 5,
     "strict mode has no accept mode in version 2"},
    {Code::StrictUnicast, "strict-unicast", kWarning, kTolerated, 0, "unicast is not part of the standard"},
    {Code::StrictLinkLocal, "strict-link-local", kWarning, kTolerated, 5,
     "the standard wants a link-local IPv6 address first"},
    {Code::UnicastWithoutPeers, "unicast-without-peers", kWarning, kTolerated, 5, "multicast is used"},
    {Code::UnicastSettingUnused, "unicast-setting-unused", kWarning, kTolerated, 5,
     "a setting that only unicast has"},
    {Code::EmptyTtlRange, "empty-ttl-range", kWarning, kTolerated, 5,
     "min_ttl above max_ttl: all is discarded"},
    {Code::OwnerSettingUnused, "owner-setting-unused", kWarning, kTolerated, 5,
     "a setting that only the address owner has"},
    {Code::OwnerWithoutAddress, "owner-without-address", kWarning, kTolerated, 0,
     "priority 255 on a router whose interface has none of the addresses"},
    {Code::OverlapsOwnAddress, "overlaps-own-address", kWarning, kTolerated, 0,
     "a virtual address is the interface's own address"},
    {Code::UnusableAddress, "unusable-address", kWarning, kTolerated, 0, "an address that no host can have"},
    {Code::SharedAddress, "shared-address", kWarning, kTolerated, 0, "two instances manage one address"},
    {Code::DuplicatePeer, "duplicate-peer", kWarning, kTolerated, 0, "a unicast peer is listed twice"},
    {Code::PeerIsSelf, "peer-is-self", kWarning, kTolerated, 0, "a unicast peer is this router itself"},
    {Code::PeerIsVirtual, "peer-is-virtual", kWarning, kTolerated, 0,
     "a unicast peer is one of the virtual addresses"},
    {Code::SourceIsVirtual, "source-is-virtual", kWarning, kTolerated, 0,
     "adverts come from one of the virtual addresses"},
    {Code::AnnouncingUnused, "announcing-unused", kWarning, kTolerated, 0,
     "a setting of announcements that are off"},
    {Code::OwnInterfaceTracked, "own-interface-tracked", kWarning, kTolerated, 5,
     "the instance's interface is tracked anyway"},
    {Code::DuplicateTracker, "duplicate-tracker", kWarning, kTolerated, 5, "something is tracked twice"},

    {Code::OwnerWeightIgnored, "owner-weight-ignored", kWarning, kTolerated, 5,
     "a weight cannot move the priority of an address owner"},
    {Code::WeightAboveEnd, "weight-above-end", kWarning, kTolerated, 0, "priority and weights exceed 254"},
    {Code::WeightBelowEnd, "weight-below-end", kWarning, kTolerated, 0, "priority and weights fall below 1"},
    {Code::WeightUnderNopreempt, "weight-under-nopreempt", kWarning, kTolerated, 0,
     "a weight cannot preempt where nopreempt is given"},

    {Code::UnknownScript, "unknown-script", kError, kTolerated, 5, "there is no vrrp_script of that name"},
    {Code::DefinedLater, "defined-later", kWarning, kTolerated, 5,
     "keepalived needs a script before its use"},
    {Code::UnknownMember, "unknown-member", kError, kTolerated, 5, "there is no vrrp_instance of that name"},
    {Code::MemberOfTwoGroups, "member-of-two-groups", kError, kTolerated, 5,
     "an instance can be in one sync group only"},
    {Code::EmptyGroup, "empty-group", kError, kTolerated, 5, "a sync group without members"},
    {Code::LonelyGroup, "lonely-group", kWarning, kTolerated, 5, "a sync group with one member"},
    {Code::GroupWeightIgnored, "group-weight-ignored", kWarning, kTolerated, 5,
     "a member of a sync group cannot track with a weight"},
    {Code::MixedPreemption, "mixed-preemption", kWarning, kTolerated, 0,
     "one member with nopreempt keeps its whole group from preempting"},

    {Code::MissingScript, "missing-script", kError, kTolerated, 5, "a vrrp_script without a script"},
    {Code::ScriptNotFound, "script-not-found", kError, kTolerated, 5, "a tracked script does not exist"},
    {Code::ScriptNotExecutable, "script-not-executable", kError, kTolerated, 5,
     "a tracked script cannot be executed"},
    {Code::UnusedScript, "unused-script", kWarning, kTolerated, 0, "a vrrp_script that nothing tracks"},
    {Code::TimeoutPastInterval, "timeout-past-interval", kWarning, kTolerated, 0,
     "a script may still run when its next run is due"},
    {Code::NotifyScriptNotFound, "notify-script-not-found", kWarning, kTolerated, 0,
     "a notify script does not exist or cannot be executed"},
    {Code::InsecureScript, "insecure-script", kWarning, kTolerated, 6,
     "somebody other than root can change what root runs"},
    {Code::InsecureScriptDisabled, "insecure-script-disabled", kError, kTolerated, 5,
     "an insecure script, with enable_script_security"},
    {Code::NotifyScriptDisabled, "notify-script-disabled", kWarning, kTolerated, 0,
     "a notify script that may not run, or not as its user"},
    {Code::ScriptSecurityOff, "script-security-off", kWarning, kTolerated, 6, "scripts run unchecked"},
    {Code::UnknownUser, "unknown-user", kError, kTolerated, 5, "there is no such user or group"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(kCodes); ++i)
        if (static_cast<std::size_t>(kCodes[i].code) != i) return false;
    return true;
}
static_assert(in_order(), "describe() finds a row by its number");
static_assert(static_cast<std::size_t>(Code::UnknownUser) + 1 == std::size(kCodes));

}  // namespace

std::span<const CodeRow> all_codes() { return kCodes; }

const CodeRow& describe(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

}  // namespace understudy::config
