// One Ethernet segment in virtual time: hosts, the packets between them, and the only clock. run_for() and
// run_until() jump from one event to the next; everything random comes from the seed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/random.hpp"

#include "sim/faults.hpp"
#include "sim/node.hpp"
#include "sim/trace.hpp"

namespace understudy::sim {

// Looks on after every event.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void stepped() = 0;
    // The agent is about to read it.
    virtual void heard(const Node& receiver, const Packet& packet) = 0;
    virtual void disturbed() = 0;                        // something happened that may move roles
    virtual void address_deleted(const Node& node) = 0;  // by a stranger
    virtual void went_on(const Node& node) = 0;          // with what its dead predecessor was
};

class Lan {
public:
    explicit Lan(Seed seed, Conditions given = {});
    ~Lan();

    // Adds a host and boots it now.
    Node& add(const Plan& plan) { return add(config_of(plan)); }
    Node& add(std::shared_ptr<const model::Config> config);
    // Adds a host that is switched off.
    Node& add_off(std::shared_ptr<const model::Config> config);

    [[nodiscard]] Instant now() const { return now_; }
    void run_for(microseconds duration);
    // Until the claim holds; returns how long that took, or kNever if it took longer than `limit`.
    static constexpr microseconds kNever = microseconds::max();
    microseconds run_until(const std::function<bool()>& claim, microseconds limit = seconds{3600});

    // What a cut keeps back: adverts alone, as a firewall or a switch that snoops on multicast may, or the
    // announcements of addresses too.
    enum class Cut { Adverts, Everything };
    // Packets from `from` no longer reach `to`.
    void cut(const Node& from, const Node& to, Cut what = Cut::Everything);
    // These hosts hear each other and nobody else.
    void isolate(const std::vector<const Node*>& island, Cut what = Cut::Everything);
    void heal();
    [[nodiscard]] bool reaches(const Node& from, const Node& to) const;
    [[nodiscard]] bool whole() const { return cuts_.empty(); }

    Conditions conditions;
    Random random;
    Trace trace;
    std::vector<Observer*> observers;
    std::vector<std::string> differences;  // between agents and their twins, in words

    [[nodiscard]] const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
    [[nodiscard]] std::size_t masters() const;
    // Announcements are never lost at random, which only adverts are: one may reach a client and not us.
    [[nodiscard]] bool hears_announcements(const Node& from, const Node& to) const;
    // The host that a client would send to: the last that announced the address and could be heard.
    [[nodiscard]] const Node* neighbour(const net::Address& address) const;
    [[nodiscard]] const Node* neighbour(const std::string& address) const;

    // For the nodes.
    void at(Instant when, std::function<void()> what);
    void transmit(const Node& from, Packet packet);
    void announced(const Node& by, const agent::Announcement& announcement);
    void asked(Node& by, const agent::Announcement& question);
    void look();  // lets the observers see what has become of it all
    void heard(const Node& receiver, const Packet& packet);
    void disturbed();
    void address_deleted(const Node& node);
    void went_on(const Node& node);

private:
    struct Later {
        Instant at;
        std::uint64_t number;
        friend auto operator<=>(const Later&, const Later&) = default;
    };

    [[nodiscard]] std::optional<Instant> next() const;
    void learn_virtual_mac(const Node& from, const Packet& packet);
    void step(Instant when);
    void send(const Node& from, Node& to, const std::shared_ptr<const Packet>& packet);
    [[nodiscard]] bool loses(const Node& from, const Node& to, const Packet& packet);
    [[nodiscard]] microseconds delay();

    Instant now_{seconds{1000}};
    std::map<Later, std::function<void()>> queue_;
    std::uint64_t last_number_ = 0;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::pair<std::size_t, std::size_t>, Cut> cuts_;
    struct Path {
        std::optional<std::size_t> from;  // none: whoever sends
        std::size_t to;
        net::Vrid vrid;
        friend auto operator<=>(const Path&, const Path&) = default;
    };
    std::map<Path, std::size_t> losses_in_a_row_;
    std::map<net::Address, const Node*> neighbours_;
    std::size_t steps_at_this_instant_ = 0;
};

}  // namespace understudy::sim
