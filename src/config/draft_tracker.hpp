// What was written of trackers, groups of interfaces and static addresses, each with its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/model/bfd.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/model/instance.hpp"
#include "understudy/model/tracker.hpp"

#include "given.hpp"

namespace understudy::config {

struct MemberDraft {
    std::string name;
    Span span;
};

struct TrackDraft {
    std::string name;
    Span span;
    std::optional<std::int16_t> weight;
    std::optional<bool> reverse;
    bool dropped = false;
};

// The header of a block that others refer to.
struct NamedDraft {
    std::string name;
    Span span;
    std::size_t order = 0;  // how many blocks came before
};

struct TrackFileDraft : NamedDraft {
    Given<std::string> path;
    model::Weight weight{1, false};
    std::optional<model::FileInit> init;
};

struct TrackProcessDraft : NamedDraft {
    Given<std::vector<std::string>> command;
    Given<model::Weight> weight;
    Given<std::uint32_t> quorum;
    Given<std::uint32_t> quorum_max;
    model::TrackProcess plain;  // what needs no rule
};

struct BfdDraft : NamedDraft {
    Given<net::Address> neighbor;
    Given<int> max_hops;  // -1: unchecked
    bool vrrp = false;
    bool checker = false;
    model::BfdSession plain;
};

struct TrackGroupDraft : NamedDraft {
    std::vector<MemberDraft> members;
};

struct AnnounceGroupDraft {
    Span span;
    Given<microseconds> garp_interval;
    Given<microseconds> gna_interval;
    std::vector<MemberDraft> interfaces;
};

struct PolledLinkDraft {
    model::PolledLink link;
    Span span;
};

struct LinkDelayDraft {
    model::LinkDelay delay;
    Span span;
};

struct TrackerDrafts {
    std::vector<TrackFileDraft> files;
    std::vector<TrackProcessDraft> processes;
    std::vector<BfdDraft> bfd_sessions;
    std::vector<TrackGroupDraft> groups;
    std::vector<AnnounceGroupDraft> announce_groups;
    std::vector<PolledLinkDraft> polled_links;
    std::vector<LinkDelayDraft> link_delays;
};

// An auth_hmac block.
struct HmacDraft {
    Span span;
    Given<std::uint8_t> active_key;
    Given<seconds> time_window;
    Given<model::HmacMode> mode;
    model::HmacAuthentication plain;  // keys without what is in their files
    std::vector<Span> secret_spans;   // of each key's secret or file
};

// use_vmac and use_ipvlan, before the VRID is known.
struct VirtualMacDraft {
    model::VirtualMac link;
    bool ends_in_vrid = false;  // five octets were given
};

}  // namespace understudy::config
