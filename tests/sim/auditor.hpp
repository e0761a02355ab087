// Watches a Lan of routers of one virtual router, all with the same interval, and holds them to what VRRP
// promises (RFC 9568 §6.4), whatever is done to them:
//
//   justified takeover  No backup becomes master unless it has heard nobody of at least its own priority for
//   a
//                       whole master down interval, or for a skew after a resignation. True under any loss.
//   one master          Two awake masters that hear each other stay so for at most the time in which one
//   advert
//                       of each must get through. Needs a bound on losses in a row.
//   a master, the best  On a whole LAN, one master down interval of the best router after the last
//   disturbance
//                       it is master, soon it is the only one, and then no role changes until the next
//                       disturbance. Needs that no three adverts in a row are lost.
//   addresses           A router holds all its virtual addresses if it is master and none if it is not; what
//                       a stranger deletes is back almost at once, or within a second if he deletes again
//                       and again, and moves no role.
//   clients             Where one router alone is master and everybody's announcements are heard, clients are
//                       with it: at once, but for a few seconds if several quarrelled before.
//
// A disturbance is anything done to a host or the network, and any change of an effective priority, into
// FAULT or out of it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/lan.hpp"

namespace understudy::sim {

class Auditor : public Observer {
public:
    // All routers run `interval` and version; with `nopreempt` among them no role is the best one's.
    Auditor(Lan& lan, microseconds interval, bool preempting = true);
    ~Auditor() override;
    Auditor(const Auditor&) = delete;
    Auditor& operator=(const Auditor&) = delete;

    void stepped() override;
    void heard(const Node& receiver, const Packet& packet) override;
    void disturbed() override { disturbed_at_ = lan_.now(); }
    void address_deleted(const Node& node) override;
    void went_on(const Node& node) override;

    // What was violated first, with the trace up to then.
    [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
    // How often a router became master after another had been.
    [[nodiscard]] std::size_t failovers() const { return failovers_; }

private:
    struct Watch {
        vrrp::Role role = vrrp::Role::Idle;
        net::Priority priority{0};
        bool held_back = false;  // after a failover: takes the role back from nobody
        bool present = false;    // powered, awake, with an agent
        Instant changed_at{};    // role, presence
        Instant deleted_at{};    // an address, by a stranger
        std::size_t deletions = 0;
        std::optional<Instant> heard_peer_at;    // an advert it must respect
        std::optional<Instant> heard_resign_at;  // later than that
        Instant waiting_since{};                 // its down timer cannot have begun earlier
    };

    void watch(const Node& node);
    void became_master(const Node& node, const Watch& watch);
    void audit_pairs();
    void audit_pair(const Node& a, const Node& b);
    void audit_election();
    void audit_addresses(const Node& node);
    void audit_clients();
    [[nodiscard]] bool can_judge_election() const;
    [[nodiscard]] bool is_drained(const net::Address& source) const;
    [[nodiscard]] microseconds skew(net::Priority priority) const;
    // Within this time one advert of a master reaches everybody that it reaches at all.
    [[nodiscard]] std::optional<microseconds> advert_gets_through() const;
    void violated(const std::string& what);

    Lan& lan_;
    microseconds interval_;
    bool preempting_;
    Instant disturbed_at_;
    std::map<const Node*, Watch> watched_;
    std::map<std::pair<const Node*, const Node*>, Instant> both_masters_since_;
    const Node* last_master_ = nullptr;
    const Node* sole_master_ = nullptr;
    Instant sole_master_since_{};
    std::size_t failovers_ = 0;
    std::optional<std::string> violation_;
};

}  // namespace understudy::sim
