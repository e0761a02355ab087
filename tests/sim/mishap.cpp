#include "sim/mishap.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::sim {

namespace {

using Kind = Mishap::Kind;

constexpr std::uint64_t kLongestPauseMs = 8'000;
constexpr std::uint64_t kMostOrders = 6;
constexpr std::uint64_t kLongestDrainSeconds = 20;
const net::Address kStranger = net::Address::v4(192, 0, 2, 99);

bool is_ready(const Node& node) { return node.has_agent() && !node.frozen(); }

net::Address address_of(const Node& node, std::uint64_t detail) {
    const auto& addresses = node.config().instances.front().addresses;
    return addresses[detail % addresses.size()].prefix.address;
}

// Six of ten times it succeeds, three it fails, once it hangs.
void change_script(Node& node, std::uint64_t detail) {
    const auto& scripts = node.config().scripts;
    if (scripts.empty()) return;
    const std::string name = scripts[detail % scripts.size()].name;
    const std::uint64_t chosen = detail / scripts.size() % 10;
    if (chosen < 9) return node.set_script(name, {.succeeds = chosen < 6});
    node.set_script(name, {.hangs = true, .ignores_term = true});
}

// Priorities that no other router has, whatever it is ordered or its scripts say: above all of a Day or
// below.
void order_priority(Node& node, std::uint64_t detail) {
    const std::string instance = node.config().instances.front().name;
    const std::array<std::optional<net::Priority>, 3> chosen{net::Priority::clamped(250 + node.number()),
                                                             net::Priority::clamped(10 + node.number()),
                                                             std::nullopt};
    node.order(agent::PriorityOrdered{instance, chosen[detail % chosen.size()]});
}

void flush(Node& node) {
    if (!node.kernel().has_lan()) return;
    if (!node.has_own_addresses()) return node.add_own_addresses();
    for (const model::VirtualAddress& address : node.config().instances.front().addresses)
        node.stranger_deletes(address.prefix.address.to_string());
    node.remove_own_addresses();
}

// One of three leaves all as it is. What two routers have in common now and then is a priority.
void reload(Node& node, std::uint64_t detail) {
    auto config = std::make_shared<model::Config>(node.config());
    const auto another = 60 + 10 * static_cast<int>(detail / 3 % 18) + static_cast<int>(node.number());
    if (detail % 3 > 0) config->instances.front().priority = net::Priority::clamped(another);
    node.reload(std::move(config));
}

void drain(Node& node, std::uint64_t detail) {
    agent::DrainAsked order;
    if (detail % 2 > 0) order.duration = seconds{detail / 2 % kLongestDrainSeconds + 1};
    node.order(std::move(order));
}

void set_clock(Node& node, std::uint64_t detail) {
    using std::chrono::hours, std::chrono::years;
    constexpr std::array<seconds, 6> kSteps{years{-10}, hours{-1}, seconds{-2},
                                            seconds{2}, hours{1},  years{10}};
    node.step_clock(kSteps[detail % kSteps.size()]);
}

void replace_interface(Node& node) {
    if (!node.kernel().has_lan()) return node.make_interface();
    node.act_unheard([&] { node.remove_interface(), node.make_interface(); });
}

// So that no router may take it for an advert: it comes from afar, is shorter than it says or not what was
// summed up.
void damage(std::vector<std::byte>& packet, std::uint64_t how) {
    constexpr std::size_t kTtl = 8, kIpHeader = 20;
    const std::size_t place = kIpHeader + how / 3 % (packet.size() - kIpHeader);
    if (how % 3 == 0) packet[kTtl] ^= std::byte{0x5a};
    if (how % 3 == 1) packet[place] ^= std::byte{0x5a};
    if (how % 3 == 2) packet.resize(place);
}

// One of two is sound, with any priority there is. It has the interval that all have.
void advertise(Lan& lan, Node& node, std::uint64_t detail) {
    const model::Instance& instance = node.config().instances.front();
    wire::Outgoing advert;
    advert.version = instance.version;
    advert.vrid = instance.vrid;
    advert.priority = net::Priority::clamped(detail % 256);
    advert.interval = std::chrono::floor<Centiseconds>(instance.advert_interval);
    advert.source = kStranger;
    advert.destination = net::vrrp_group(net::Family::Ipv4);
    const std::vector<net::Address> addresses{instance.addresses.front().prefix.address};
    advert.addresses = addresses;
    Packet packet{.source = kStranger,
                  .destination = advert.destination,
                  .bytes = wire::encode(advert),
                  .vrid = advert.vrid,
                  .priority = advert.priority};
    if (detail / 256 % 2 > 0) {
        damage(packet.bytes, detail / 512);
        packet.sound = false;
    }
    lan.trace.note(lan.now(), node.name(), "a stranger advertises " + std::to_string(detail % 256));
    lan.disturbed();
    node.receive(std::make_shared<const Packet>(std::move(packet)));
}

void claim(Node& node, std::uint64_t detail) {
    const net::Mac mac = net::Mac::of(2, 0, 0, 0, 1, static_cast<std::uint8_t>(detail));
    node.hear_claim({node.kernel().lan(), mac, address_of(node, detail)});
}

// Clients hear every host, and so do the hosts each other, but for the adverts that a cut keeps back.
void happen_to_ready(Lan& lan, Node& node, const Mishap& mishap) {
    Node& other = *lan.nodes().at(mishap.other);
    switch (mishap.kind) {
        case Kind::PowerOff:
            return node.power_off();
        case Kind::Die:
            return node.die();
        case Kind::DieAmid:
            return node.die_amid_next(mishap.detail);
        case Kind::Stop:
            return node.stop_agent();
        case Kind::Freeze:
            return node.freeze();
        case Kind::Carrier:
            return node.set_carrier(!node.kernel().has_carrier() && node.kernel().has_lan());
        case Kind::Cut:
            return lan.cut(node, other, Lan::Cut::Adverts);
        case Kind::Isolate:
            return lan.isolate({&node, &other}, Lan::Cut::Adverts);
        case Kind::Heal:
            return lan.heal();
        case Kind::Delete:
            return node.stranger_deletes(address_of(node, mishap.detail).to_string());
        case Kind::Script:
            return change_script(node, mishap.detail);
        case Kind::Interface:
            return node.kernel().has_lan() ? node.remove_interface() : node.make_interface();
        case Kind::Replaced:
            return replace_interface(node);
        case Kind::Flush:
            return flush(node);
        case Kind::Reload:
            return reload(node, mishap.detail);
        case Kind::Order:
            return order_priority(node, mishap.detail);
        case Kind::Drain:
            return drain(node, mishap.detail);
        case Kind::Failover:
            return node.order(agent::FailoverAsked{node.config().instances.front().name});
        case Kind::Resume:
            return node.order(agent::ResumeAsked{});
        case Kind::Clock:
            return set_clock(node, mishap.detail);
        case Kind::Advert:
            return advertise(lan, node, mishap.detail);
        case Kind::Claim:
            return claim(node, mishap.detail);
        case Kind::Boot:
        case Kind::Start:
        case Kind::GoOn:
        case Kind::Thaw:
            return;
    }
}

constexpr std::array<std::string_view, 26> kWords{
    "loses its power",
    "its vrrp process dies",
    "its vrrp process dies amid the next event",
    "stops",
    "freezes",
    "its carrier is lost or back",
    "its adverts are kept from one",
    "it and one other hear only each other's adverts",
    "the network heals",
    "a stranger deletes an address",
    "a script changes its mind",
    "its interface is removed or back",
    "its interface is replaced unheard",
    "its interface is flushed, or its own addresses are back",
    "reload",
    "the operator orders a priority",
    "is drained",
    "fails over",
    "need not stand back any more",
    "its date is set",
    "hears an advert of a stranger",
    "hears a stranger claim an address",
    "boots",
    "the agent starts anew",
    "another vrrp process goes on",
    "thaws",
};
static_assert(kWords.size() == std::to_underlying(Kind::Thaw) + 1);

Kind way_back(const Node& node, Random& random) {
    if (node.has_agent()) return Kind::Thaw;
    if (!node.powered()) return Kind::Boot;
    return node.leaves_legacy() && random.chance(60) ? Kind::GoOn : Kind::Start;
}

}  // namespace

const Node* only_master(const Lan& lan) {
    const Node* master = nullptr;
    for (const auto& node : lan.nodes()) {
        if (!node->is_master()) continue;
        if (master != nullptr) return nullptr;
        master = node.get();
    }
    return master;
}

// Drawn one after the other: the order in which arguments are evaluated is the compiler's.
Mishap invent(const Lan& lan, Random& random) {
    Mishap mishap;
    const std::size_t hosts = lan.nodes().size();
    mishap.pause = milliseconds{static_cast<std::int64_t>(random.below(kLongestPauseMs))};
    mishap.host = random.below(hosts);
    mishap.other = random.below(hosts);
    const Node* const master = only_master(lan);
    if (random.chance(60) && master != nullptr) mishap.host = master->number();
    mishap.kind = static_cast<Kind>(random.below(std::to_underlying(Kind::Boot)));
    mishap.detail = random.below(mishap.kind == Kind::DieAmid ? kMostOrders : 10'000);
    const Node& node = *lan.nodes()[mishap.host];
    if (!is_ready(node)) mishap.kind = way_back(node, random);
    return mishap;
}

void happen(Lan& lan, const Mishap& mishap) {
    Node& node = *lan.nodes().at(mishap.host);
    if (is_ready(node)) return happen_to_ready(lan, node, mishap);
    const bool waits = node.powered() && !node.has_agent();
    if (mishap.kind == Kind::Boot && !node.powered()) node.boot();
    if (mishap.kind == Kind::Start && waits) node.start_agent();
    if (mishap.kind == Kind::GoOn && waits && node.leaves_legacy()) node.go_on();
    if (mishap.kind == Kind::Thaw && node.frozen()) node.thaw();
}

std::string to_text(const Mishap& mishap) {
    return fmt::format("{:6} ms later R{}: {} ({}, R{})", mishap.pause.count() / 1000, mishap.host + 1,
                       kWords[std::to_underlying(mishap.kind)], mishap.detail, mishap.other + 1);
}

std::string to_text(const Script& script) {
    std::string text;
    for (const Mishap& mishap : script) text += to_text(mishap) + "\n";
    return text;
}

}  // namespace understudy::sim
