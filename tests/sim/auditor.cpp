#include "sim/auditor.hpp"

#include <algorithm>

#include "support/printers.hpp"

namespace understudy::sim {

namespace {

constexpr int kDownTimerAdverts = 3;
// The kernel's part: a batch of changes, an answer, a repair.
constexpr microseconds kKernelTime = milliseconds{5};
// What is deleted again and again is put back once a second, until nobody has deleted it for a while.
constexpr std::size_t kPatientRepairs = 10;
constexpr microseconds kForgiven = seconds{10};
constexpr microseconds kBetweenRepairs = seconds{1};
// The longest time between a claim and the answer to it, in a quarrel.
constexpr microseconds kAnswered = seconds{5} + milliseconds{10};

}  // namespace

Auditor::Auditor(Lan& lan, microseconds interval, bool preempting)
    : lan_(lan), interval_(interval), preempting_(preempting), disturbed_at_(lan.now()) {
    lan_.observers.push_back(this);
}

Auditor::~Auditor() { std::erase(lan_.observers, this); }

void Auditor::violated(const std::string& what) {
    if (!violation_) violation_ = to_text(lan_.now()) + " " + what + "\n" + lan_.trace.tail();
}

void Auditor::stepped() {
    for (const auto& node : lan_.nodes()) watch(*node);
    audit_pairs();
    audit_election();
    for (const auto& node : lan_.nodes()) audit_addresses(*node);
    audit_clients();
}

void Auditor::watch(const Node& node) {
    Watch& watch = watched_[&node];
    const bool present = node.has_agent() && !node.frozen();
    const vrrp::Role role = node.role();
    const agent::Standing standing =
        node.has_agent() ? node.standing() : agent::Standing{.priority = net::Priority{0}};
    const net::Priority priority = standing.priority;
    if (present != watch.present) watch.changed_at = lan_.now();
    watch.present = present;
    if (priority != watch.priority || standing.held_back != watch.held_back) disturbed();
    watch.priority = priority;
    watch.held_back = standing.held_back;
    if (role == watch.role) return;
    const vrrp::Role before = std::exchange(watch.role, role);
    watch.changed_at = lan_.now();
    const auto passive = [](vrrp::Role r) { return r == vrrp::Role::Idle || r == vrrp::Role::Fault; };
    if (passive(before) || passive(role)) disturbed();
    if (role == vrrp::Role::Backup) {
        watch.waiting_since = lan_.now();
        if (before != vrrp::Role::Master) watch.heard_peer_at = watch.heard_resign_at = std::nullopt;
    }
    if (role == vrrp::Role::Master) became_master(node, watch);
}

void Auditor::heard(const Node& receiver, const Packet& packet) {
    Watch& watch = watched_[&receiver];
    // A master that slept too long becomes a backup before it looks at the packet.
    if (receiver.role() != vrrp::Role::Backup && receiver.role() != vrrp::Role::Master) return;
    if (packet.priority == net::kResigning) {
        watch.heard_resign_at = lan_.now();
        if (is_drained(packet.source)) disturbed();
    } else if (packet.priority >= receiver.priority()) {
        watch.heard_peer_at = lan_.now();
        watch.heard_resign_at.reset();
    }
}

// One that nobody relieves invites the others by a priority of 0, which they need not have heard before.
bool Auditor::is_drained(const net::Address& source) const {
    return std::ranges::any_of(lan_.nodes(), [&](const auto& node) {
        return node->has_agent() && node->standing().drained && node->address(source.family()) == source;
    });
}

void Auditor::became_master(const Node& node, const Watch& watch) {
    if (last_master_ != nullptr && last_master_ != &node) ++failovers_;
    last_master_ = &node;
    const microseconds own_skew = skew(node.priority());
    const Instant from = std::max(watch.waiting_since, watch.heard_peer_at.value_or(watch.waiting_since));
    const bool resigned = watch.heard_resign_at && *watch.heard_resign_at >= from;
    const Instant earliest_takeover =
        resigned ? *watch.heard_resign_at + own_skew : from + kDownTimerAdverts * interval_ + own_skew;
    if (lan_.now() < earliest_takeover) violated(node.name() + " took over too early");
}

std::optional<microseconds> Auditor::advert_gets_through() const {
    const Conditions& conditions = lan_.conditions;
    if (conditions.loss_percent == 0) return interval_ + conditions.longest_delay;
    if (conditions.losses_in_a_row >= kDownTimerAdverts) return std::nullopt;
    const auto adverts = static_cast<int>(conditions.losses_in_a_row) + 1;
    return adverts * interval_ + conditions.longest_delay;
}

void Auditor::audit_pairs() {
    const auto& nodes = lan_.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (std::size_t j = i + 1; j < nodes.size(); ++j) audit_pair(*nodes[i], *nodes[j]);
}

// The time counts from when both were masters, awake and within earshot, with unchanged priorities.
void Auditor::audit_pair(const Node& a, const Node& b) {
    const auto awake_master = [&](const Node& node) {
        return watched_[&node].present && watched_[&node].role == vrrp::Role::Master;
    };
    if (!awake_master(a) || !awake_master(b) || !lan_.reaches(a, b) || !lan_.reaches(b, a)) {
        both_masters_since_.erase({&a, &b});
        return;
    }
    Instant& since = both_masters_since_.try_emplace({&a, &b}, lan_.now()).first->second;
    since = std::max(since, disturbed_at_);
    const auto bound = advert_gets_through();
    if (bound && lan_.now() > since + *bound) violated(a.name() + " and " + b.name() + " are both masters");
}

// Everybody that is switched on hears everybody, so one of them must be master, and which one is known.
bool Auditor::can_judge_election() const {
    if (!lan_.whole() || !advert_gets_through()) return false;
    return std::ranges::none_of(lan_.nodes(), [](const auto& node) { return node->frozen(); });
}

void Auditor::audit_election() {
    if (!can_judge_election()) return;
    const Node* best = nullptr;
    std::size_t masters = 0;
    bool alone = true;  // with that priority; otherwise each of them may be master
    for (const auto& [node, watch] : watched_) {
        if (watch.role == vrrp::Role::Master) ++masters;
        if (watch.role != vrrp::Role::Master && watch.role != vrrp::Role::Backup) continue;
        if (!node->kernel().has_carrier()) return;  // it is about to hear of it
        if (watch.held_back && watch.role == vrrp::Role::Backup) continue;
        if (best != nullptr && watch.priority == watched_.at(best).priority) alone = false;
        if (best != nullptr && watch.priority <= watched_.at(best).priority) continue;
        best = node;
        alone = true;
    }
    if (best == nullptr) return;
    const microseconds down = kDownTimerAdverts * interval_ + skew(watched_.at(best).priority);
    const Instant elected = disturbed_at_ + lan_.conditions.longest_delay + down;
    const Instant settled = elected + *advert_gets_through();
    if (lan_.now() > elected && masters == 0) violated("nobody is master");
    if (preempting_ && alone && lan_.now() > elected && watched_.at(best).role != vrrp::Role::Master)
        violated(best->name() + " is the best and not master");
    if (lan_.now() > settled && masters > 1) violated("there are several masters");
    for (const auto& [node, watch] : watched_)
        if (watch.changed_at > settled) violated(node->name() + " changed its role without any reason");
}

// A host that stands still or has no carrier cannot announce anything; its time counts from when it can.
void Auditor::audit_clients() {
    const Node* master = nullptr;
    std::size_t masters = 0;
    for (const auto& [node, watch] : watched_) {
        if (watch.role != vrrp::Role::Master) continue;
        ++masters;
        if (watch.present && node->kernel().has_carrier()) master = node;
    }
    if (masters != 1) master = nullptr;
    if (master != sole_master_) sole_master_since_ = lan_.now();
    sole_master_ = master;
    if (master == nullptr) return;
    if (lan_.now() <= sole_master_since_ + kAnswered + lan_.conditions.longest_delay) return;
    for (const model::VirtualAddress& address : master->config().instances[0].addresses) {
        const Node* const neighbour = lan_.neighbour(address.prefix.address);
        if (neighbour == master || !master->kernel().holds(address.prefix.address)) continue;
        violated("clients take " + (neighbour ? neighbour->name() : "nobody") + " for " + master->name());
    }
}

void Auditor::address_deleted(const Node& node) {
    Watch& watch = watched_[&node];
    if (lan_.now() - watch.deleted_at >= kForgiven) watch.deletions = 0;
    watch.deleted_at = lan_.now();
    ++watch.deletions;
}

// It has the role that its predecessor had, and has waited as long.
void Auditor::went_on(const Node& node) {
    disturbed();
    Watch& watch = watched_[&node];
    watch.role = node.role();
    watch.changed_at = lan_.now();
}

void Auditor::audit_addresses(const Node& node) {
    const Watch& watch = watched_[&node];
    if (!watch.present || !node.powered()) return;
    const bool is_often = watch.deletions > kPatientRepairs;
    const Instant repaired = watch.deleted_at + (is_often ? kBetweenRepairs : microseconds{0});
    const Instant changed = std::max(watch.changed_at, repaired);
    if (lan_.now() <= changed + kKernelTime) return;
    for (const model::VirtualAddress& address : node.config().instances[0].addresses) {
        const bool held = node.kernel().holds(address.prefix.address);
        const bool master = watch.role == vrrp::Role::Master;
        if (held != master)
            violated(node.name() + (held ? " still holds " : " lacks ") + address.prefix.to_string());
    }
}

microseconds Auditor::skew(net::Priority priority) const {
    const bool v3 = lan_.nodes().front()->config().instances[0].version == net::VrrpVersion::V3;
    const microseconds base = v3 ? interval_ : microseconds{seconds{1}};
    return base * (256 - priority.value()) / 256;
}

}  // namespace understudy::sim
