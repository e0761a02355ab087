// What the outside may know of an instance: what it is, since when, and what that rests on. A report is a
// plain value; as JSON it is the answer to `status`, whose keys are a promise to whoever reads them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/track/health.hpp"
#include "understudy/vrrp/state.hpp"
#include "understudy/vrrp/stats.hpp"

namespace understudy::agent {

struct AddressReport {
    net::Prefix prefix;
    std::string interface;
    bool advertised = true;  // false: virtual_ipaddress_excluded
    bool wanted = false;     // because of the role
    bool present = false;    // in the kernel, as far as it has told
    // When the kernel takes it away unless that is put off before; none: never, or it is to be put off at
    // once.
    std::optional<Instant> lease_end = std::nullopt;
    friend bool operator==(const AddressReport&, const AddressReport&) = default;
};

// Of virtual_routes or virtual_rules.
struct CountReport {
    std::size_t configured = 0;
    std::size_t present = 0;  // in the kernel, as far as it has told
    friend bool operator==(const CountReport&, const CountReport&) = default;
};

struct TrackerReport {
    std::string kind;  // "interface", "script", "check", "witness", "file", "process", "bfd"
    std::string name;
    model::Weight weight;
    bool by_group = false;  // tracked by its sync group
    track::Health health = track::Health::Unknown;
    std::optional<int> last_status;                 // of a script: exit code, or the signal's number negated
    std::string last_result = {};                   // in words; empty: there is none
    std::optional<Instant> last_at = std::nullopt;  // of that result
    track::Effect effect = {};                      // now
    track::Effect otherwise = {};  // if it became good where it is bad, or bad where it is not
    friend bool operator==(const TrackerReport&, const TrackerReport&) = default;
};

// Of auth_hmac: what is asked for, never a key.
struct HmacReport {
    struct Sender {
        net::Address address;
        seconds ahead{0};  // its clock, of ours; as heard last
        friend bool operator==(const Sender&, const Sender&) = default;
    };
    model::HmacMode mode = model::HmacMode::Enforce;
    model::AntiReplay anti_replay = model::AntiReplay::Time;
    seconds time_window{0};
    std::vector<std::uint8_t> keys;  // their ids
    std::uint8_t active_key = 0;
    std::vector<Sender> senders;  // whose signed adverts were accepted
    friend bool operator==(const HmacReport&, const HmacReport&) = default;
};

// A router whose adverts for this virtual router were heard, or that is configured as a unicast peer.
struct PeerReport {
    net::Address address;
    bool configured = false;                               // as unicast_peer
    std::optional<Instant> heard = std::nullopt;           // last; none: never
    std::optional<net::Priority> priority = std::nullopt;  // as advertised then; 0: it resigned
    std::optional<net::VrrpVersion> version = std::nullopt;
    std::optional<microseconds> interval = std::nullopt;
    bool refused = false;       // that advert was ignored
    std::string mismatch = {};  // in words: why it was ignored, or what differs from ours
    friend bool operator==(const PeerReport&, const PeerReport&) = default;
};

// A sync group: members move together.
struct GroupReport {
    std::string name;
    std::optional<vrrp::Role> role;  // none: its members are about to agree
    std::vector<std::string> members;
    friend bool operator==(const GroupReport&, const GroupReport&) = default;
};

// How far it is with giving the role away.
enum class DrainStage : std::uint8_t {
    Waiting,     // master, for a better one to come forward
    Inviting,    // master; has said priority 0 to those that would not preempt
    Alone,       // master, because nobody takes over
    HandedOver,  // another router is master, or was when it began
};
[[nodiscard]] std::string_view name(DrainStage stage);  // "handed-over"

struct DrainReport {
    Instant since;
    std::optional<Instant> until;
    DrainStage stage = DrainStage::HandedOver;
    bool failover = false;  // it ends when another router is master
    friend bool operator==(const DrainReport&, const DrainReport&) = default;
};

// A second machine has its addresses (split_brain).
struct SplitBrainReport {
    Instant since;
    bool yielded = false;  // this host has given way
    std::string rival;     // in words
    friend bool operator==(const SplitBrainReport&, const SplitBrainReport&) = default;
};

struct InstanceReport {
    std::string name;
    vrrp::Role role = vrrp::Role::Idle;
    Instant since;       // in this role
    std::string reason;  // why, in words; empty: it has not begun
    std::string interface;
    net::Vrid vrid{1};
    net::Family family = net::Family::Ipv4;
    net::VrrpVersion version = net::VrrpVersion::V2;
    net::Priority base_priority = net::kDefaultPriority;
    net::Priority priority = net::kDefaultPriority;  // in effect
    std::optional<net::Priority> ordered_priority;   // by the operator
    std::optional<DrainReport> drain;                // by the operator
    bool held_back = false;                          // by the operator: takes the role back from nobody
    std::optional<net::Address> source;              // of our adverts
    std::optional<net::Address> master;              // whom a backup hears
    std::optional<net::Priority> master_priority;
    std::optional<Instant> master_since;  // that it has been heard as such
    std::vector<PeerReport> peers;
    std::optional<std::string> sync_group;
    std::vector<AddressReport> addresses;
    std::optional<seconds> address_lease;
    CountReport routes;
    CountReport rules;
    std::vector<TrackerReport> trackers;
    std::optional<HmacReport> hmac;
    bool looks_for_split_brain = false;
    std::optional<SplitBrainReport> split_brain;
    std::vector<std::string> faults;  // in words; empty unless in fault
    vrrp::Stats stats;
};

// Of an InstanceReport what changes roles, for who asks after every event.
struct Standing {
    vrrp::Role role = vrrp::Role::Idle;
    net::Priority priority = net::kDefaultPriority;  // in effect
    bool drained = false;
    bool held_back = false;
    friend bool operator==(const Standing&, const Standing&) = default;
};

// A vrrp_script or vrrp_check that is tracked.
struct CheckReport {
    std::string kind;  // "script" or "check"
    std::string name;
    bool running = false;
    std::uint64_t completed = 0;  // how often it has run, in this process
    track::Health health = track::Health::Unknown;
    bool succeeded = false;          // its last run
    std::optional<int> last_status;  // of a script: exit code, or the signal's number negated
    std::string last_result = {};    // in words; empty: there is none
    friend bool operator==(const CheckReport&, const CheckReport&) = default;
};

[[nodiscard]] nlohmann::json to_json(const CheckReport& report);

// One moment on both clocks: durations are counted on one, dates are read from the other.
struct Moment {
    Instant now;
    std::chrono::sys_time<milliseconds> wall;
};

[[nodiscard]] std::string date_of(Instant when, const Moment& moment);
[[nodiscard]] nlohmann::json to_json(const InstanceReport& report, const Moment& moment);
[[nodiscard]] nlohmann::json to_json(const GroupReport& report);

}  // namespace understudy::agent
