// The rules of such a world: which moves there are in it, what comes of each, and what must be true of the
// result. Every decision is that of the protocol core, unchanged (vrrp::step).
//
//   addresses           A host has the virtual addresses while its router is master, and only then.
//   justified takeover  No backup becomes master unless it has heard nobody of at least its own priority for
//                       a whole master down interval, or for its skew since a resignation.
//   no word out of turn Only a master advertises, the priority it has; only an owner says 255; whoever says 0
//                       gives the role up. A master that slept longer than its peers wait says nothing at
//                       all.
//   owners              An owner yields to nobody.
//   start-up delay      Before it is over a router heeds no advert, and its wait begins only then.
//   drains              Who was drained keeps role and addresses until another is master; who has failed over
//                       takes the role back from nobody.
//   timers              Whoever waits has a deadline, and one that is reached gives way to a later one.
//   election            One master down interval of the best router after the last disturbance, and what was
//                       under way then, somebody is master, and it is the best one if all preempt; an advert
//                       later there is no other; and from then on no role changes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exhaustive/world.hpp"

namespace understudy::exhaustive {

using Decide =
    std::function<vrrp::Step(const vrrp::Router&, const vrrp::State&, const vrrp::Event&, Instant)>;

struct Experiment {
    std::vector<vrrp::Router> routers;       // in the order of their addresses
    std::vector<Kind> mishaps;               // of those that disturb
    microseconds grain = milliseconds{250};  // the longest delay of an advert, and the shortest wait
    std::vector<net::Priority> lowered;      // by Kind::Priority
    microseconds startup_delay{0};           // of every start
    bool duplicates = false;
    bool all_moments = false;  // mishaps between events, too: at every grain
    Decide decide = vrrp::step;
};

// Three routers at most: what an address ends with is its host's number.
[[nodiscard]] vrrp::Router router(net::VrrpVersion version, net::Priority priority);
[[nodiscard]] Experiment experiment_of(std::vector<vrrp::Router> routers, std::vector<Kind> mishaps);

// Searchable.
class Cluster {
public:
    explicit Cluster(Experiment experiment);

    [[nodiscard]] World begin();
    [[nodiscard]] std::string key(const World& world) const;
    [[nodiscard]] std::vector<Move> moves(const World& world) const;
    [[nodiscard]] std::optional<std::string> make(World& world, Move move);
    [[nodiscard]] std::string describe(const World& before, Move move) const;
    [[nodiscard]] std::string describe(const World& world) const;

private:
    [[nodiscard]] bool works(const World& world, std::size_t host) const;
    [[nodiscard]] bool is_due(const World& world, std::size_t host) const;
    [[nodiscard]] vrrp::Router me(const World& world, std::size_t host) const;
    [[nodiscard]] std::optional<Instant> next(const World& world) const;
    [[nodiscard]] bool offers(Kind kind) const;
    void offer(std::vector<Move>& moves, const World& world, std::size_t host) const;

    void happen(World& world, Move move);
    void pass(World& world, microseconds time) const;
    void deliver(World& world, const Flight& flight);
    void tell(World& world, std::size_t host, const vrrp::Event& event);
    void start(World& world, std::size_t host);
    void go_on(World& world, std::size_t host);
    void role_changed(World& world, std::size_t host, vrrp::Role before);
    void drain_or_resume(World& world, std::size_t host);
    void leave(World& world, std::size_t host, Life life) const;
    void send(World& world, std::size_t from, net::Priority priority) const;
    void forget_the_past(World& world) const;

    // The onlooker.
    void note_heard(Host& host, const vrrp::Router& self, net::Priority priority) const;
    void judge_step(const Host& host, const vrrp::Router& self, const vrrp::Event& event,
                    const vrrp::Step& next);
    void judge_adverts(const Host& host, const vrrp::Router& self, const vrrp::Event& event,
                       const vrrp::Step& next);
    void judge_takeover(const Host& host, const vrrp::Router& self);
    [[nodiscard]] Instant wait_begins(const Host& host, const vrrp::Router& self) const;
    void judge_deafness(const Host& host, const vrrp::Event& event, const vrrp::Step& next);
    void judge_rest(const Host& host);
    void judge_election(const World& world);
    [[nodiscard]] bool is_settled(const World& world) const;
    [[nodiscard]] microseconds longest_delay_of(const vrrp::Router& self) const;
    [[nodiscard]] microseconds until_told(const vrrp::Router& self) const;
    [[nodiscard]] microseconds longest_election() const;
    void wrong(std::string what);

    Experiment experiment_;
    bool preempting_;
    microseconds memory_;  // how far back anything can lie and still matter
    std::optional<std::string> wrong_;
};

}  // namespace understudy::exhaustive
