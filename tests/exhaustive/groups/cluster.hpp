// The rules of such a world: which moves there are in it, what comes of each, and what must be true of the
// result. Every decision is that of the agent, unchanged (agent::Agent): what it is told are packets, news of
// the kernel and orders, and what it orders is done at once, as by a kernel that is quick.
//
//   unity               All members of a group on one host have one role after each turn of its agent.
//   one fault is all's  While a link of one member is down all are in FAULT, and otherwise none.
//   addresses           A host has the address of each member while that is master, and only then.
//   justified takeover  No group becomes master before each of its members has waited its own master down
//                       interval, or its skew since a resignation.
//   prompt takeover     Nor does it wait any longer than the slowest of them.
//   justified yielding  It gives the role up for a fault, for the advert of a better one, or because it slept
//                       longer than its peers wait.
//   last words          A group that falls into FAULT or stops resigns for every member, so that no backup
//                       waits for silence; one that yields to a better one says nothing more. Only a master
//                       advertises, with the priority it has, and none that slept too long.
//   election            A while after the last disturbance one host is master of all virtual routers, the
//                       best one if all preempt; and from then on no role changes.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/vrrp/router.hpp"

#include "exhaustive/groups/world.hpp"

namespace understudy::exhaustive::groups {

struct Experiment {
    std::vector<std::vector<net::Priority>> priorities;  // of the members on each host, ranked alike in all
    std::vector<Kind> mishaps;                           // of those that disturb
    bool preempt = true;
    microseconds grain = milliseconds{250};     // the longest delay of an advert
    std::optional<net::Priority> lowered = {};  // of the first host and all its members, by Kind::Priority
    // To see that what is wrong is found: the agents are configured in another way, or do not hear some of
    // what they are told, or not everything is done that they order.
    std::function<void(model::Config&)> misconfigure = [](model::Config&) {};
    std::function<bool(const Host&, const agent::Event&)> hears = [](const Host&, const agent::Event&) {
        return true;
    };
    std::function<bool(const agent::Action&)> is_done = [](const agent::Action&) { return true; };
};

// What came to an agent in one turn of ours, and what it said.
struct Turn {
    struct Word {
        std::size_t member;
        net::Priority priority;
    };
    std::optional<Flight> heard = {};
    bool is_timer = false;
    std::vector<Word> said = {};
};

[[nodiscard]] net::LinkIndex link_of(std::size_t member);
// Of a host on the link of that member.
[[nodiscard]] net::Address own_address(std::size_t host, std::size_t member);

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
    using News = std::deque<agent::Event>;

    [[nodiscard]] static bool works(const World& world, std::size_t host);
    [[nodiscard]] static bool is_due(const World& world, std::size_t host);
    [[nodiscard]] static std::optional<Instant> next(const World& world);
    void offer(std::vector<Move>& moves, const World& world, std::size_t host) const;
    [[nodiscard]] std::size_t members() const { return experiment_.priorities.front().size(); }

    void happen(World& world, Move move);
    void happen_to(World& world, Kind kind, std::size_t host);
    void deliver(World& world, const Flight& flight);
    void start(World& world, std::size_t host);
    void go_on(World& world, std::size_t host);
    void change_link(World& world, std::size_t host, std::size_t member);
    static void leave(World& world, std::size_t host, Life life);
    void tell(World& world, std::size_t host, News news, Turn turn = {});
    void run(World& world, std::size_t host, agent::Agent& agent, News news, Turn turn);
    void carry_out(World& world, std::size_t host, const agent::Action& action, News& news, Turn& turn) const;
    void send(World& world, std::size_t host, const agent::SendPacket& packet, Turn& turn) const;
    void change(Host& host, const agent::ChangeKernel& order, News& news) const;
    void look_at(World& world, std::size_t host, const agent::Agent& agent) const;
    static void tidy(World& world);
    [[nodiscard]] agent::KernelPictured picture(const World& world, std::size_t host) const;

    // The onlooker.
    [[nodiscard]] vrrp::Router router(const Host& host, std::size_t index, std::size_t member) const;
    void note(World& world, const Host& before, std::size_t host, const Turn& turn) const;
    void note_heard(Member& member, const vrrp::Router& self, net::Priority heard, Instant now) const;
    static void note_spoken(Member& member, const Member& was, bool speaks, bool by_timer, Instant now);
    void judge_turn(const World& world, const Host& before, std::size_t host, const Turn& turn);
    void judge_rest(const Host& host);
    void judge_words(const World& world, const Host& before, std::size_t host, const Turn& turn);
    void judge_yielding(const World& world, const Host& before, std::size_t host, const Turn& turn);
    void judge_takeover(const World& world, const Host& before, std::size_t host);
    void judge_patience(const World& world, std::size_t host);
    void judge_election(const World& world);
    [[nodiscard]] bool slept_too_long(const Host& host, std::size_t index, std::size_t member,
                                      Instant now) const;
    [[nodiscard]] bool is_settled(const World& world) const;
    [[nodiscard]] microseconds slowest_wait(const Host& host, std::size_t index) const;
    [[nodiscard]] microseconds under_way() const;
    [[nodiscard]] microseconds until_told() const;
    [[nodiscard]] microseconds longest_election() const;
    void wrong(std::string what);

    Experiment experiment_;
    std::vector<std::shared_ptr<const model::Config>> configs_;  // of the hosts
    microseconds memory_{0};  // how far back anything can lie and still matter
    std::optional<std::string> wrong_;
};

}  // namespace understudy::exhaustive::groups
