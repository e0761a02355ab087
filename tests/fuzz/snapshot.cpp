// Any octets as an event, an action and a configuration: what can be read is written as octets that are read
// as the same. And the snapshot of a busy agent with any of its octets changed, behind a digest that is right
// nevertheless: it is refused, or it is an agent that can be kept and taken up again.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/agent/archive.hpp"
#include "understudy/base/assert.hpp"

#include "seal.hpp"

namespace understudy::agent {
namespace {

constexpr net::LinkIndex kLink{2};
constexpr std::size_t kOctetsOfAChange = 3;  // where, in two, and what it is exchanged for

template <typename Value>
std::vector<std::byte> written(const Value& value) {
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    put(out, value);
    return octets;
}

template <typename Value>
void read_one(Bytes octets) {
    ArchiveReader in{octets};
    Value value;
    take(in, value);
    if (in.failed()) return;
    const std::vector<std::byte> first = written(value);
    ArchiveReader again{first};
    Value same;
    take(again, same);
    UNDERSTUDY_ASSERT(!again.failed() && again.rest().empty() && written(same) == first);
}

model::VirtualAddress virtual_address(std::uint8_t last) {
    model::VirtualAddress address;
    address.prefix = {net::Address::v4(192, 0, 2, last), 24};
    address.dev = "eth0";
    return address;
}

// Two instances that move together, and a script that one of them tracks.
std::shared_ptr<const model::Config> configuration() {
    auto config = std::make_shared<model::Config>();
    model::Script script;
    script.name = "check";
    script.command = {{"/bin/true"}, "", ""};
    config->scripts.push_back(std::move(script));
    for (const std::uint8_t number : {std::uint8_t{51}, std::uint8_t{52}}) {
        model::Instance instance;
        instance.name = "VI_" + std::to_string(number);
        instance.interface = "eth0";
        instance.vrid = net::Vrid::clamped(number);
        instance.version = net::VrrpVersion::V3;
        instance.multicast_group = net::vrrp_group(net::Family::Ipv4);
        instance.addresses = {virtual_address(number)};
        config->instances.push_back(std::move(instance));
    }
    config->instances[0].tracked_scripts.push_back({0, {}});
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    config->sync_groups.push_back(std::move(group));
    return config;
}

void hear(Agent& agent, const Event& event, Instant now) { static_cast<void>(agent.handle(event, now)); }

// Both are masters and wait for the kernel to take their addresses; a check is running.
Agent busy_agent(std::shared_ptr<const model::Config> config) {
    Instant now{seconds{1000}};
    Agent agent{std::move(config), now};
    net::Link link{.index = kLink, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    link.admin_up = link.running = true;
    net::InterfaceAddress own;
    own.link = kLink;
    own.prefix = {net::Address::v4(192, 0, 2, 1), 24};
    hear(agent, WallClockRead{WallTime{seconds{1'700'000'000}}}, now);
    hear(agent, KernelPictured{{link}, {own}, {}, {}}, now);
    hear(agent, ListenAnswered{kLink, net::Family::Ipv4, 0}, now);
    hear(agent, ProgramEnded{1, true, 0}, now);
    const Instant end = now + seconds{6};
    while (agent.deadline() && *agent.deadline() <= end) {
        now = std::max(now, *agent.deadline());
        hear(agent, TimeReached{}, now);
    }
    return agent;
}

std::vector<std::byte> with_changes(Bytes snapshot, Bytes changes) {
    std::vector<std::byte> content{snapshot.begin() + kSealSize, snapshot.end()};
    for (; changes.size() >= kOctetsOfAChange; changes = changes.subspan(kOctetsOfAChange)) {
        const auto place =
            std::to_integer<std::size_t>(changes[0]) << 8 | std::to_integer<std::size_t>(changes[1]);
        content[place % content.size()] = changes[2];
    }
    // What is left over makes it longer, or shorter.
    if (changes.size() == 1) content.push_back(changes[0]);
    if (changes.size() == 2)
        content.resize(content.size() - 1 - std::to_integer<std::size_t>(changes[0]) % 200);
    return sealed(Agent::shape(), [&](ArchiveWriter& out) { out.octets(content); });
}

void restore_changed(Bytes changes) {
    static const std::shared_ptr<const model::Config> kConfig = configuration();
    static const std::vector<std::byte> kSnapshot = busy_agent(kConfig).save();
    const auto agent = Agent::restored(kConfig, with_changes(kSnapshot, changes));
    if (!agent) return;
    const std::vector<std::byte> first = agent->save();
    const auto same = Agent::restored(kConfig, first);
    UNDERSTUDY_ASSERT(same.has_value() && same->save() == first);
    UNDERSTUDY_ASSERT(same->deadline() == agent->deadline());
}

// Whatever is taken up can be told again.
void take_any_change(Bytes octets) {
    static const std::shared_ptr<const model::Config> kConfig = configuration();
    static const Shape kShape = [] {
        Shape shape = 0;
        std::memcpy(&shape, saved_change(*kConfig, *kConfig).data(), sizeof shape);
        return shape;
    }();
    const auto changed =
        changed_config(*kConfig, sealed(kShape, [&](ArchiveWriter& out) { out.octets(octets); }));
    if (!changed) return;
    const auto same = changed_config(*kConfig, saved_change(*kConfig, **changed));
    UNDERSTUDY_ASSERT(same.has_value() && **same == **changed);
}

}  // namespace
}  // namespace understudy::agent

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace understudy;
    const Bytes octets = std::as_bytes(std::span{data, size});
    agent::read_one<agent::Event>(octets);
    agent::read_one<agent::Action>(octets);
    agent::read_one<model::Config>(octets);
    static_cast<void>(agent::Agent::restored(std::make_shared<const model::Config>(), octets));
    agent::restore_changed(octets);
    agent::take_any_change(octets);
    return 0;
}
