#include "sim/lan.hpp"

#include <algorithm>
#include <utility>

#include "understudy/base/assert.hpp"

namespace understudy::sim {

namespace {

// An agent that asks to be woken for a time that has passed, again and again, would burn a processor.
constexpr std::size_t kMostStepsAtOneInstant = 20'000;

}  // namespace

Lan::Lan(Seed seed, Conditions given) : conditions(given), random(seed) {}
Lan::~Lan() = default;

Node& Lan::add(std::shared_ptr<const model::Config> config) {
    Node& node = add_off(std::move(config));
    node.boot();
    return node;
}

Node& Lan::add_off(std::shared_ptr<const model::Config> config) {
    return *nodes_.emplace_back(std::make_unique<Node>(*this, nodes_.size(), std::move(config)));
}

std::optional<Instant> Lan::next() const {
    std::optional<Instant> soonest;
    if (!queue_.empty()) soonest = queue_.begin()->first.at;
    for (const auto& node : nodes_) soonest = earliest(soonest, node->deadline());
    return soonest ? std::optional{std::max(*soonest, now_)} : std::nullopt;
}

void Lan::step(Instant when) {
    steps_at_this_instant_ = when == now_ ? steps_at_this_instant_ + 1 : 0;
    UNDERSTUDY_ASSERT(steps_at_this_instant_ < kMostStepsAtOneInstant);
    now_ = when;
    if (!queue_.empty() && queue_.begin()->first.at <= now_) {
        const auto what = std::move(queue_.begin()->second);
        queue_.erase(queue_.begin());
        what();
    } else {
        const auto due = std::ranges::find_if(nodes_, [&](const auto& node) {
            const std::optional<Instant> deadline = node->deadline();
            return deadline && *deadline <= now_;
        });
        (*due)->time_reached();
    }
    look();
}

void Lan::look() {
    for (Observer* const observer : observers) observer->stepped();
}

void Lan::run_for(microseconds duration) {
    look();  // at what was done since the last run
    const Instant end = now_ + duration;
    for (std::optional<Instant> when = next(); when && *when <= end; when = next()) step(*when);
    now_ = end;
    look();
}

microseconds Lan::run_until(const std::function<bool()>& claim, microseconds limit) {
    const Instant begun = now_;
    look();
    while (!claim()) {
        const std::optional<Instant> when = next();
        if (!when || *when - begun > limit) return kNever;
        step(*when);
    }
    return now_ - begun;
}

void Lan::at(Instant when, std::function<void()> what) {
    queue_.emplace(Later{std::max(when, now_), ++last_number_}, std::move(what));
}

void Lan::cut(const Node& from, const Node& to, Cut what) {
    cuts_.insert_or_assign({from.number(), to.number()}, what);
    trace.note(now_, from.name(), "no longer reaches " + to.name());
    disturbed();
}

void Lan::isolate(const std::vector<const Node*>& island, Cut what) {
    const auto inside = [&](const Node& node) { return std::ranges::find(island, &node) != island.end(); };
    for (const auto& a : nodes_)
        for (const auto& b : nodes_)
            if (inside(*a) != inside(*b)) cut(*a, *b, what);
}

void Lan::heal() {
    cuts_.clear();
    trace.note(now_, "LAN", "heals");
    disturbed();
}

bool Lan::reaches(const Node& from, const Node& to) const {
    return from.powered() && to.powered() && from.kernel().has_carrier() && to.kernel().has_carrier() &&
           !cuts_.contains({from.number(), to.number()});
}

std::size_t Lan::masters() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(nodes_, [](const auto& node) { return node->is_master(); }));
}

const Node* Lan::neighbour(const net::Address& address) const {
    const auto found = neighbours_.find(address);
    return found == neighbours_.end() ? nullptr : found->second;
}

const Node* Lan::neighbour(const std::string& address) const {
    return neighbour(net::Address::parse(address).value());
}

bool Lan::hears_announcements(const Node& from, const Node& to) const {
    const auto found = cuts_.find({from.number(), to.number()});
    return to.powered() && to.kernel().has_carrier() &&
           (found == cuts_.end() || found->second == Cut::Adverts);
}

void Lan::announced(const Node& by, const agent::Announcement& announcement) {
    neighbours_[announcement.address] = &by;
    for (const auto& to : nodes_)
        if (to.get() != &by && hears_announcements(by, *to))
            at(now_ + delay(), [&node = *to, announcement] { node.hear_claim(announcement); });
}

// There and back, if both ways are open for ARP.
void Lan::asked(Node& by, const agent::Announcement& question) {
    for (const auto& to : nodes_) {
        if (to.get() == &by || !hears_announcements(by, *to) || !hears_announcements(*to, by)) continue;
        at(now_ + delay(), [&by, &node = *to, question] {
            if (const auto answer = node.answer_to(question)) by.hear_claim(*answer);
        });
    }
}

void Lan::transmit(const Node& from, Packet packet) {
    trace.note(now_, from.name(), "advertises " + std::to_string(packet.priority.value()));
    learn_virtual_mac(from, packet);
    const auto shared = std::make_shared<const Packet>(std::move(packet));
    for (const auto& to : nodes_)
        if (to.get() != &from && reaches(from, *to)) send(from, *to, shared);
}

// A switch learns from every frame which port leads to its sender, so adverts take clients along, too.
void Lan::learn_virtual_mac(const Node& from, const Packet& packet) {
    for (const model::Instance& instance : from.config().instances) {
        if (!instance.virtual_mac || instance.vrid != packet.vrid) continue;
        for (const model::VirtualAddress& address : instance.addresses)
            neighbours_[address.prefix.address] = &from;
    }
}

void Lan::send(const Node& from, Node& to, const std::shared_ptr<const Packet>& packet) {
    if (loses(from, to, *packet)) {
        trace.note(now_, to.name(), "misses an advert of " + from.name());
        return;
    }
    const int copies = random.chance(conditions.duplicate_percent) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy)
        at(now_ + delay(), [&to, packet] { to.receive(packet); });  // whatever became of the sender
}

bool Lan::loses(const Node& from, const Node& to, const Packet& packet) {
    std::size_t& of_one = losses_in_a_row_[{from.number(), to.number(), packet.vrid}];
    std::size_t& of_all = losses_in_a_row_[{std::nullopt, to.number(), packet.vrid}];
    const bool lost =
        random.chance(conditions.loss_percent) && std::max(of_one, of_all) < conditions.losses_in_a_row;
    of_one = lost ? of_one + 1 : 0;
    of_all = lost ? of_all + 1 : 0;
    return lost;
}

microseconds Lan::delay() {
    const auto spread = (conditions.longest_delay - conditions.shortest_delay).count() + 1;
    return conditions.shortest_delay +
           microseconds{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(spread)))};
}

void Lan::heard(const Node& receiver, const Packet& packet) {
    for (Observer* const observer : observers) observer->heard(receiver, packet);
}

void Lan::disturbed() {
    for (Observer* const observer : observers) observer->disturbed();
}

void Lan::address_deleted(const Node& node) {
    for (Observer* const observer : observers) observer->address_deleted(node);
}

void Lan::went_on(const Node& node) {
    for (Observer* const observer : observers) observer->went_on(node);
}

}  // namespace understudy::sim
