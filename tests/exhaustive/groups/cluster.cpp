#include "exhaustive/groups/cluster.hpp"

#include <algorithm>
#include <utility>

#include "understudy/agent/protocol.hpp"
#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/net/archive.hpp"
#include "understudy/vrrp/timing.hpp"
#include "understudy/wire/advert.hpp"

#include "exhaustive/instants.hpp"

namespace understudy::exhaustive::groups {

namespace {

constexpr Instant kBeginning{seconds{1000}};
constexpr WallTime kWallAtZero = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr std::uint32_t kFirstLink = 2;
constexpr std::uint8_t kFirstVrid = 51;

std::string link_name_of(std::size_t member) { return "eth" + std::to_string(member); }

// On each link a network of its own.
net::Prefix on_link_of(std::size_t member, std::size_t host_part, std::uint8_t length) {
    const auto last = static_cast<std::uint8_t>(host_part);
    return {member == 0 ? net::Address::v4(192, 0, 2, last) : net::Address::v4(198, 51, 100, last), length};
}

net::Prefix own_address_of(std::size_t host, std::size_t member) { return on_link_of(member, host + 1, 24); }
net::Prefix virtual_address_of(std::size_t member) { return on_link_of(member, 100, 32); }

model::Instance instance_of(std::size_t member, net::Priority priority) {
    model::Instance made;
    made.name = "VI_" + std::to_string(member + 1);
    made.interface = link_name_of(member);
    made.vrid = net::Vrid::from(kFirstVrid + static_cast<int>(member)).value();
    made.version = net::VrrpVersion::V3;
    made.priority = priority;
    made.multicast_group = net::vrrp_group(net::Family::Ipv4);
    model::VirtualAddress address;
    address.prefix = virtual_address_of(member);
    address.dev = made.interface;
    made.addresses = {address};
    made.announcing = {.master_delay = seconds{0}, .master_repeat = 1, .lower_priority_repeat = 0};
    return made;
}

model::Config config_of(const Experiment& experiment, std::size_t host) {
    model::Config config;
    model::SyncGroup group;
    group.name = "all";
    for (std::size_t i = 0; i < experiment.priorities[host].size(); ++i) {
        group.members.push_back(i);
        config.instances.push_back(instance_of(i, experiment.priorities[host][i]));
        config.instances.back().preempt = experiment.preempt;
    }
    config.sync_groups = {group};
    experiment.misconfigure(config);
    return config;
}

net::InterfaceAddress on_interface(std::size_t member, const net::Prefix& prefix) {
    net::InterfaceAddress address;
    address.link = link_of(member);
    address.prefix = prefix;
    return address;
}

net::Link link_with(std::size_t host, std::size_t member, bool cut) {
    net::Link link;
    link.index = link_of(member);
    link.name = link_name_of(member);
    link.mac = net::Mac::of(2, 0, 0, 0, static_cast<std::uint8_t>(host), static_cast<std::uint8_t>(member));
    link.admin_up = true;
    link.running = !cut;
    return link;
}

std::size_t member_on(net::LinkIndex link) { return link.value - kFirstLink; }

}  // namespace

net::LinkIndex link_of(std::size_t member) { return {kFirstLink + static_cast<std::uint32_t>(member)}; }

net::Address own_address(std::size_t host, std::size_t member) {
    return own_address_of(host, member).address;
}

Cluster::Cluster(Experiment experiment) : experiment_(std::move(experiment)) {
    for (std::size_t i = 0; i < experiment_.priorities.size(); ++i) {
        configs_.push_back(std::make_shared<const model::Config>(config_of(experiment_, i)));
        for (const model::Instance& instance : configs_.back()->instances)
            memory_ = std::max(memory_, 5 * instance.advert_interval);
    }
}

World Cluster::begin() {
    World world;
    world.now = world.disturbed_at = kBeginning;
    world.agents.resize(configs_.size());
    world.hosts.resize(configs_.size());
    for (Host& host : world.hosts) host.members.resize(members());
    for (std::size_t i = 0; i < world.hosts.size(); ++i) start(world, i);
    tidy(world);
    return world;
}

// As seen from now; what lies so far back that it makes no difference any more is all the same.
std::string Cluster::key(const World& world) const {
    const microseconds since_origin = world.now.time_since_epoch();
    const auto from_now = [&](Instant& instant) {
        instant = std::max(instant - since_origin, Instant{} - memory_);
    };
    std::vector<Host> hosts = world.hosts;
    for (Host& host : hosts) {
        for_each_instant(host, from_now);
        for (Member& member : host.members) for_each_instant(member, from_now);
    }
    std::vector<Flight> flights = world.flights;
    for (Flight& flight : flights) from_now(flight.until);
    Instant disturbed_at = world.disturbed_at - since_origin;
    disturbed_at = std::max(disturbed_at, Instant{} - longest_election() - microseconds{1});
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    put(out, hosts);
    put(out, flights);
    put(out, disturbed_at);
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

bool Cluster::works(const World& world, std::size_t host) { return world.hosts[host].life == Life::Works; }

bool Cluster::is_due(const World& world, std::size_t host) {
    const std::optional<Instant>& due = world.hosts[host].due;
    return works(world, host) && due && *due <= world.now;
}

std::optional<Instant> Cluster::next(const World& world) {
    std::optional<Instant> soonest;
    for (std::size_t i = 0; i < world.hosts.size(); ++i)
        if (works(world, i)) soonest = earliest(soonest, world.hosts[i].due);
    for (const Flight& flight : world.flights)
        if (works(world, flight.to)) soonest = earliest(soonest, flight.until);
    return soonest;
}

// What is due comes before time passes: our hosts are fast. One that is not is one that freezes.
std::vector<Move> Cluster::moves(const World& world) const {
    std::vector<Move> moves;
    const bool may_lose = std::ranges::find(experiment_.mishaps, Kind::Lose) != experiment_.mishaps.end();
    for (std::uint8_t i = 0; i < world.flights.size(); ++i) {
        if (works(world, world.flights[i].to)) moves.push_back({Kind::Deliver, i});
        if (may_lose) moves.push_back({Kind::Lose, i});
    }
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (is_due(world, i)) moves.push_back({Kind::Timer, static_cast<std::uint8_t>(i)});
        offer(moves, world, i);
    }
    if (const std::optional<Instant> due = next(world); due && *due > world.now)
        moves.push_back({Kind::Pass, 0});
    return moves;
}

// A fault is one of a link, of which there are as many as members: they are counted through all hosts.
void Cluster::offer(std::vector<Move>& moves, const World& world, std::size_t host) const {
    const Life life = world.hosts[host].life;
    const auto offer_if = [&](bool possible, std::initializer_list<Kind> kinds) {
        for (const Kind kind : kinds) {
            if (!possible || std::ranges::find(experiment_.mishaps, kind) == experiment_.mishaps.end())
                continue;
            const std::size_t choices = kind == Kind::Fault ? members() : 1;
            for (std::size_t i = 0; i < choices; ++i)
                moves.push_back({kind, static_cast<std::uint8_t>(host * choices + i)});
        }
    };
    offer_if(life == Life::Off, {Kind::Boot});
    offer_if(life == Life::Works, {Kind::PowerOff, Kind::Stop, Kind::Freeze, Kind::Die, Kind::Fault});
    offer_if(life == Life::Works && host == 0 && experiment_.lowered.has_value(), {Kind::Priority});
    offer_if(life == Life::Frozen, {Kind::Thaw});
    offer_if(life == Life::Dead, {Kind::PowerOff, Kind::Adopt, Kind::Begin});
}

std::optional<std::string> Cluster::make(World& world, Move move) {
    wrong_.reset();
    const bool was_settled = is_settled(world);
    const std::vector<Host> before = world.hosts;
    happen(world, move);
    if (disturbs(move.kind)) world.disturbed_at = world.now;
    tidy(world);
    for (std::size_t i = 0; i < before.size(); ++i) {
        judge_patience(world, i);
        const bool same =
            std::ranges::equal(before[i].members, world.hosts[i].members, {}, &Member::role, &Member::role);
        if (was_settled && !disturbs(move.kind) && !same)
            wrong(name_of(i) + " changes its role without any reason");
    }
    judge_election(world);
    return std::exchange(wrong_, std::nullopt);
}

void Cluster::happen(World& world, Move move) {
    if (move.kind == Kind::Pass) {
        world.now = *next(world);
    } else if (concerns_flight(move.kind)) {
        const Flight flight = world.flights[move.which];
        world.flights.erase(world.flights.begin() + move.which);
        if (move.kind == Kind::Deliver) deliver(world, flight);
    } else if (move.kind == Kind::Fault) {
        change_link(world, move.which / members(), move.which % members());
    } else {
        happen_to(world, move.kind, move.which);
    }
}

void Cluster::happen_to(World& world, Kind kind, std::size_t index) {
    Host& host = world.hosts[index];
    switch (kind) {
        case Kind::Timer:
            return tell(world, index, {agent::TimeReached{}}, {.is_timer = true});
        case Kind::Boot:
        case Kind::Begin:
            return start(world, index);
        case Kind::Stop:
            return tell(world, index, {agent::StopAsked{}});
        case Kind::PowerOff:
            return leave(world, index, Life::Off);
        case Kind::Die:
            return leave(world, index, Life::Dead);
        case Kind::Freeze:
            host.life = Life::Frozen;
            return;
        case Kind::Thaw:
            host.life = Life::Works;
            return;
        case Kind::Adopt:
            return go_on(world, index);
        case Kind::Priority: {
            host.lowered = !host.lowered;
            const std::string& name = configs_[index]->instances.front().name;
            const auto ordered = host.lowered ? experiment_.lowered : std::nullopt;
            return tell(world, index, {agent::PriorityOrdered{name, ordered}});
        }
        case Kind::Pass:
        case Kind::PassABit:
        case Kind::Deliver:
        case Kind::Duplicate:
        case Kind::Lose:
        case Kind::Fault:
        case Kind::Invite:
        case Kind::Drain:
        case Kind::Failover:
            assertion_failed("no group has to do with such a kind", __FILE__, __LINE__);
    }
}

void Cluster::deliver(World& world, const Flight& flight) {
    const model::Instance& sent = configs_[flight.from]->instances[flight.member];
    const std::vector<net::Address> addresses = agent::advertised_addresses(sent);
    wire::Outgoing outgoing = agent::advert(sent, addresses);
    outgoing.priority = flight.priority;
    outgoing.source = own_address(flight.from, flight.member);
    outgoing.destination = sent.multicast_group;
    const std::vector<std::byte> packet = wire::encode(outgoing);
    agent::PacketHeard heard;
    heard.link = link_of(flight.member);
    heard.bytes = packet;
    tell(world, flight.to, {heard}, {.heard = flight});
}

agent::KernelPictured Cluster::picture(const World& world, std::size_t host) const {
    agent::KernelPictured picture;
    for (std::size_t i = 0; i < members(); ++i) {
        const Member& member = world.hosts[host].members[i];
        picture.links.push_back(link_with(host, i, member.cut));
        picture.addresses.push_back(on_interface(i, own_address_of(host, i)));
        if (member.holds) picture.addresses.push_back(on_interface(i, virtual_address_of(i)));
    }
    return picture;
}

void Cluster::start(World& world, std::size_t index) {
    Host& host = world.hosts[index];
    host.life = Life::Works;
    host.death.reset();
    for (Member& member : host.members) member = {.holds = member.holds, .cut = member.cut};
    agent::Agent begun{configs_[index], world.now};
    const agent::WallClockRead date{kWallAtZero + world.now.time_since_epoch()};
    run(world, index, begun, {date, picture(world, index)}, {});
}

// What the master said meanwhile nobody has heard: a backup has not waited for it meanwhile.
void Cluster::go_on(World& world, std::size_t index) {
    Host& host = world.hosts[index];
    const Instant died = *std::exchange(host.death, std::nullopt);
    host.life = Life::Works;
    for (Member& member : host.members) {
        if (member.role == vrrp::Role::Backup) member.waiting_since += world.now - died;
        if (member.resigned_at) *member.resigned_at += world.now - died;
    }
    tell(world, index, {agent::PredecessorDied{died}, picture(world, index)});
}

// What is on its way by a link that goes down is lost.
void Cluster::change_link(World& world, std::size_t index, std::size_t which) {
    Member& member = world.hosts[index].members[which];
    member.cut = !member.cut;
    std::erase_if(world.flights,
                  [&](const Flight& flight) { return flight.to == index && flight.member == which; });
    tell(world, index, {agent::LinkSeen{link_with(index, which, member.cut)}});
}

// What is on its way to it is lost. A process that died leaves its state and its addresses, a host that is
// off leaves nothing.
void Cluster::leave(World& world, std::size_t index, Life life) {
    std::erase_if(world.flights, [&](const Flight& flight) { return flight.to == index; });
    Host& host = world.hosts[index];
    host.life = life;
    if (life == Life::Dead) {
        host.death = world.now;
        return;
    }
    host.lowered = false;
    host.due.reset();
    host.death.reset();
    for (Member& member : host.members) member = {.cut = member.cut};
    world.agents[index].reset();
}

void Cluster::tell(World& world, std::size_t index, News news, Turn turn) {
    auto agent = agent::Agent::restored(configs_[index], *world.agents[index]);
    UNDERSTUDY_ASSERT(agent.has_value());
    run(world, index, *agent, std::move(news), std::move(turn));
}

// What the agent orders is done before it hears anything else, and what comes of that it hears at once.
void Cluster::run(World& world, std::size_t index, agent::Agent& agent, News news, Turn turn) {
    const Host before = world.hosts[index];
    for (; !news.empty(); news.pop_front()) {
        if (!experiment_.hears(world.hosts[index], news.front())) continue;
        for (const agent::Action& action : agent.handle(news.front(), world.now))
            if (experiment_.is_done(action)) carry_out(world, index, action, news, turn);
    }
    look_at(world, index, agent);
    note(world, before, index, turn);
    judge_turn(world, before, index, turn);
    if (!works(world, index)) return leave(world, index, Life::Off);
    world.agents[index] = std::make_shared<const std::vector<std::byte>>(agent.save());
}

void Cluster::carry_out(World& world, std::size_t index, const agent::Action& action, News& news,
                        Turn& turn) const {
    std::visit(overloaded{
                   [&](const agent::SendPacket& a) { send(world, index, a, turn); },
                   [&](const agent::ChangeKernel& a) { change(world.hosts[index], a, news); },
                   [&](const agent::Listen& a) {
                       for (const agent::Listener& listener : a.listeners)
                           news.push_back(agent::ListenAnswered{listener.link, listener.family, 0});
                   },
                   [&](const agent::SetFilter&) { news.push_back(agent::FilterAnswered{0}); },
                   [&](const agent::SetScheduling&) { news.push_back(agent::SchedulingAnswered{}); },
                   [&](const agent::ReadKernel&) { news.push_back(picture(world, index)); },
                   [&](const agent::Finished&) { world.hosts[index].life = Life::Off; },
                   [](const auto&) {},  // nobody in this world has to do with it
               },
               action);
}

void Cluster::send(World& world, std::size_t from, const agent::SendPacket& packet, Turn& turn) const {
    const std::size_t member = member_on(packet.link);
    const net::Priority priority = wire::decode_ipv4(packet.bytes)->advert.priority;
    turn.said.push_back({member, priority});
    if (world.hosts[from].members[member].cut) return;
    for (std::size_t to = 0; to < world.hosts.size(); ++to) {
        const Host& host = world.hosts[to];
        const bool listens = host.life == Life::Works || host.life == Life::Frozen;
        if (to != from && listens && !host.members[member].cut)
            world.flights.push_back({static_cast<std::uint8_t>(to), static_cast<std::uint8_t>(from),
                                     static_cast<std::uint8_t>(member), priority,
                                     world.now + experiment_.grain});
    }
}

void Cluster::change(Host& host, const agent::ChangeKernel& order, News& news) const {
    for (const agent::KernelChange& one : order.changes) {
        const auto& change = std::get<desired::Change>(one);
        Member& member = host.members[member_on(change.object.link)];
        member.holds = change.kind != desired::ChangeKind::Remove;
        if (member.holds)
            news.push_back(agent::AddressSeen{change.object});
        else
            news.push_back(agent::AddressVanished{change.object});
    }
    news.push_back(agent::ChangesAnswered{std::vector<int>(order.changes.size(), 0), microseconds{0}});
}

void Cluster::look_at(World& world, std::size_t index, const agent::Agent& agent) const {
    Host& host = world.hosts[index];
    host.due = agent.deadline();
    for (std::size_t i = 0; i < members(); ++i) {
        Member& member = host.members[i];
        const auto standing = agent.standing(i);
        member.role = standing ? standing->role : vrrp::Role::Idle;
        if (standing) member.priority = standing->priority;
        member.takeover_at.reset();
        if (member.role == vrrp::Role::Backup)
            member.takeover_at = agent.why(configs_[index]->instances[i].name)->takeover_at;
    }
}

void Cluster::tidy(World& world) {
    for (Flight& flight : world.flights) flight.until = std::max(flight.until, world.now);
    std::ranges::sort(world.flights);
    const auto alike = std::ranges::unique(world.flights);
    world.flights.erase(alike.begin(), alike.end());
}

std::string Cluster::describe(const World& before, Move move) const {
    const std::string what{words_of(move.kind)};
    if (move.kind == Kind::Pass) return std::to_string((*next(before) - before.now).count()) + " us pass";
    if (move.kind == Kind::Fault)
        return name_of(move.which / members()) + ": " + link_name_of(move.which % members()) +
               " goes down or up";
    if (!concerns_flight(move.kind)) return name_of(move.which) + ": " + what;
    const Flight& flight = before.flights[move.which];
    return name_of(flight.to) + ": an advert of " + name_of(flight.from) + " on " +
           link_name_of(flight.member) + " with priority " + std::to_string(flight.priority.value()) + " " +
           what;
}

std::string Cluster::describe(const World& world) const {
    std::string text;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const Host& host = world.hosts[i];
        text += (i > 0 ? "; " : "") + name_of(i);
        if (host.life != Life::Works) text += " " + std::string{name_of(host.life)};
        for (const Member& member : host.members) {
            text += &member == &host.members.front() ? " " : " and ";
            text += vrrp::name(member.role);
            if (member.cut) text += " (cut)";
            if (member.asked) text += " (has asked)";
            if (member.takeover_at)
                text += " for " + std::to_string((*member.takeover_at - world.now).count()) + " us";
        }
    }
    return text + "\n";
}

}  // namespace understudy::exhaustive::groups
