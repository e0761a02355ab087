// One configured instance at run time: the operator's settings, the protocol state, and what the agent has to
// remember beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/report.hpp"
#include "understudy/model/config.hpp"
#include "understudy/vrrp/announce.hpp"
#include "understudy/vrrp/hmac.hpp"
#include "understudy/vrrp/instance.hpp"
#include "understudy/vrrp/receive.hpp"
#include "understudy/vrrp/stats.hpp"

#include "hooks.hpp"
#include "peers.hpp"
#include "split_brain.hpp"

namespace understudy::agent {

// Why an instance is in FAULT, by name of the thing to blame; computed from the present facts every time.
struct Fault {
    std::string text;
    bool by_group = false;
    friend bool operator==(const Fault&, const Fault&) = default;
};

// What an instance tells beyond what everybody wants to know, by its `debug`; each level tells what those
// below it tell, too.
enum class Debug : std::uint8_t {
    Refused = 1,  // each packet that is refused, not only the first of its kind
    Heard,        // each advert that is accepted
    Sent,         // each advert that is sent
    Quarrels,     // what comes with every advert of a rival, each time
};

// What the operator has ordered by DrainAsked.
struct Drain {
    Instant since;
    std::optional<Instant> until = std::nullopt;  // it resumes by itself then
    DrainStage stage = DrainStage::HandedOver;
    std::optional<Instant> next_stage = std::nullopt;
    int invitations = 0;    // how often it has said priority 0
    bool failover = false;  // by FailoverAsked: it is over when the role has moved, or cannot
};

// Whether it reaches none of its witnesses (split_brain), and what has become of that.
enum class Cut : std::uint8_t {
    No,
    KeptAway,  // as backup: it did not take over from a silent master
    GaveWay,   // as master
};
struct Witnessed {
    Cut cut = Cut::No;
    bool reached = false;                         // one of them, since it is master
    std::optional<Instant> heard = std::nullopt;  // an advert that was accepted, last
};

struct AdvertEnds {
    net::Address source;
    net::Address destination;
};

struct VirtualRouter {
    std::size_t id = 0;  // never used again for another instance
    model::Instance settings;
    vrrp::Router me;
    vrrp::State state = vrrp::Idle{};
    Instant role_since;
    std::string role_reason;  // why it has this role, in words
    Instant priority_since;
    Instant faults_since;  // that the reasons are these
    vrrp::ReceiveRules rules;
    vrrp::AnnounceSettings announcing;
    vrrp::AnnounceSchedule schedule;
    vrrp::Stats stats;
    std::optional<net::LinkIndex> base;      // the configured interface; 0: none is needed
    std::optional<net::LinkIndex> link;      // that adverts use: the same, or the one with the virtual MAC
    std::vector<std::string> link_names;     // all interfaces it uses, sorted
    std::vector<std::string> watched_links;  // besides: of its routes and rules, sorted
    std::vector<net::Address> advertised;
    std::shared_ptr<const std::vector<Announcement>> announcements;  // all managed addresses, for bursts
    // One address of each interface whose MAC switches would forget, because no adverts leave by it.
    std::shared_ptr<const std::vector<Announcement>> extra_announcements;
    std::vector<Fault> faults;
    std::optional<net::Priority> ordered_priority;  // by the operator
    std::optional<Drain> drain;
    net::Address last_source;                  // the last that was any: whoever loses it resigns from it
    std::uint16_t identification = 0;          // of the last IPv4 packet
    std::uint32_t ah_sequence = 0;             // one counter for sending and receiving
    vrrp::HmacSequence hmac_clock;             // of our own trailers
    std::uint64_t hmac_sequence = 0;           // of the present advert
    vrrp::ReplayMarks replay_marks;            // they outlive a reload
    std::uint32_t rounds_to_come = 0;          // of announcements, once all addresses are in place
    std::vector<Hook> hooks_to_come;           // held until the kernel holds what the role asks for
    std::vector<std::string> lines_to_come;    // for the notify pipes, as the hooks
    std::vector<vrrp::Refusal> told_refusals;  // since the last change of role: each kind is told once
    std::vector<wire::PacketFault> told_faults;
    std::map<vrrp::Reason, Instant> told_reasons;  // of those that come with every advert: when each was told
    std::optional<net::Address> checked_master;
    Peers peers;
    SplitBrain split_brain;
    Witnessed witnessed;
    std::optional<net::Address> followed;  // the master that was heard last as backup
    Instant followed_since;
    std::uint8_t heard_priority = 0;               // of the last master that was heard as backup; 0: none yet
    std::vector<net::Address> old_checksum_peers;  // unicast: their last advert had the form of before 1.3.6
    bool told_addresses_differ = false;
    bool told_interval_differs = false;
    bool told_clock_differs = false;
    bool told_send_failure = false;
    std::optional<Instant> unheard_since;  // no copy of any advert has left since then
    int unheard_because = 0;               // errno
    std::uint32_t copies_lost = 0;         // of the last advert
    Instant last_lost;                     // when the last advert turned out to be
    std::uint32_t adverts_since_loss = 0;
    bool told_unheard = false;
    bool started = false;
    bool newcomer = true;  // has never been master or in FAULT, and has heard no master it follows
    bool leaving = false;  // removed by a reload: gone once the kernel has let go
    bool guards = false;   // its announced addresses against whoever else claims them
    std::optional<std::size_t> group;

    static constexpr std::size_t kMembers = 57;

    explicit VirtualRouter(std::size_t router_id) : id(router_id) {}

    // Takes over settings at start or on reload; `me.priority`, `me.address` and `link` are the agent's to
    // keep.
    void adopt(const model::Instance& instance);
    [[nodiscard]] wire::ChecksumForm checksum_form_for(const net::Address& peer) const;
    [[nodiscard]] vrrp::Role role() const { return vrrp::role(state); }
    [[nodiscard]] bool tells(Debug what) const { return settings.debug >= static_cast<std::uint8_t>(what); }
};

}  // namespace understudy::agent
