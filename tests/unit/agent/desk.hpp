// One agent on a desk of its own: configurations of one line, and a host that does what it is told to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/wire/advert.hpp"

#include "support/twin.hpp"

namespace understudy::agent::test {

inline constexpr Instant kBoot{seconds{1000}};
inline constexpr WallTime kWallAtBoot = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
inline constexpr net::LinkIndex kEth0{2};
inline constexpr net::LinkIndex kEth1{3};
// Of an interface with a virtual MAC.
inline constexpr net::LinkIndex kVirtualLink{7};
inline const net::Address kOurs = net::Address::v4(192, 0, 2, 1);
inline const net::Address kPeer = net::Address::v4(192, 0, 2, 2);

inline net::Link eth1() {
    net::Link link{.index = kEth1, .name = "eth1", .mac = net::Mac::of(2, 0, 0, 0, 0, 3)};
    link.admin_up = link.running = true;
    return link;
}

inline model::VirtualAddress virtual_address(const char* prefix) {
    model::VirtualAddress address;
    address.prefix = net::Prefix::parse(prefix).value();
    address.dev = "eth0";
    return address;
}

inline model::Instance instance(int vrid = 51) {
    model::Instance made;
    made.name = "VI_" + std::to_string(vrid);
    made.interface = "eth0";
    made.vrid = net::Vrid::from(vrid).value();
    made.version = net::VrrpVersion::V3;
    made.multicast_group = net::vrrp_group(net::Family::Ipv4);
    made.addresses = {virtual_address("192.0.2.100/24")};
    return made;
}

inline std::shared_ptr<const model::Config> shared(model::Config config) {
    return std::make_shared<const model::Config>(std::move(config));
}

inline model::Command command(const std::string& word) { return {{word}, "", ""}; }

inline PacketHeard heard(Bytes packet) {
    PacketHeard event;
    event.link = kEth0;
    event.bytes = packet;
    return event;
}

// One agent and the least of a host: what it orders is kept, and answered when a test says so.
class Desk {
public:
    explicit Desk(model::Config config) : agent(shared(std::move(config)), kBoot) {}

    void hear(const Event& event) {
        const std::span<const Action> ordered = agent.handle(event, now);
        if (const auto difference = twin_.follow(agent, event, now, ordered)) ADD_FAILURE() << *difference;
        for (const Action& action : ordered) {
            orders.push_back(action);
            if (std::holds_alternative<SetFilter>(action)) ++unanswered_filters;
        }
    }

    void answer_filters(int error = 0) {
        for (; unanswered_filters > 0; --unanswered_filters) hear(FilterAnswered{error});
    }

    // `left_over`: addresses that the kernel holds already.
    void start(std::vector<net::InterfaceAddress> left_over = {}) {
        hear(WallClockRead{kWallAtBoot + (now - kBoot)});
        net::Link eth0{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
        eth0.admin_up = eth0.running = true;
        net::InterfaceAddress own;
        own.link = kEth0;
        own.prefix = {kOurs, 24};
        left_over.push_back(own);
        hear(KernelPictured{{eth0}, std::move(left_over), {}, {}});
        hear(ListenAnswered{kEth0, net::Family::Ipv4, 0});
    }

    void run_for(microseconds duration) {
        const Instant end = now + duration;
        while (agent.deadline() && *agent.deadline() <= end) {
            now = std::max(now, *agent.deadline());
            hear(TimeReached{});
        }
        now = end;
    }

    // The kernel does what the last batch asked for.
    void answer_changes() {
        const std::vector<ChangeKernel> batches = all<ChangeKernel>();
        ASSERT_FALSE(batches.empty());
        hear(ChangesAnswered{std::vector<int>(batches.back().changes.size(), 0), microseconds{100}});
    }

    void become_master() {
        start();
        run_for(seconds{4});
        answer_changes();
        run_for(milliseconds{1});
    }

    void hear_advert(net::Priority priority) {
        wire::Outgoing advert = unsent(priority);
        advert.destination = net::vrrp_group(net::Family::Ipv4);
        hear_advert(advert);
    }

    void hear_unicast(net::Priority priority, wire::ChecksumForm form) {
        wire::Outgoing advert = unsent(priority);
        advert.destination = kOurs;
        advert.checksum = form;
        hear_advert(advert);
    }

    // The forms of the checksums of what has been sent to that address.
    [[nodiscard]] std::vector<wire::ChecksumForm> checksums_to(const net::Address& destination) const {
        std::vector<wire::ChecksumForm> forms;
        for (const SendPacket& packet : all<SendPacket>())
            if (packet.destination == destination)
                forms.push_back(wire::decode_ipv4(packet.bytes)->advert.checksum);
        return forms;
    }

    template <typename Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const Action& action : orders)
            if (const auto* const match = std::get_if<Kind>(&action)) found.push_back(*match);
        return found;
    }

    [[nodiscard]] std::size_t announced() const {
        std::size_t count = 0;
        for (const SendAnnouncements& slice : all<SendAnnouncements>()) count += slice.announcements.size();
        return count;
    }

    [[nodiscard]] std::vector<std::string> programs() const {
        std::vector<std::string> names;
        for (const RunProgram& run : all<RunProgram>()) names.push_back(run.command.words.front());
        return names;
    }

    [[nodiscard]] std::size_t told(std::string_view id) const {
        const std::vector<Tell> records = all<Tell>();
        return static_cast<std::size_t>(
            std::ranges::count(records, id, [](const Tell& tell) { return tell.record.id; }));
    }

    // The one that was run last.
    void end_last_program(bool success, int status) {
        hear(ProgramEnded{all<RunProgram>().back().run, success, status});
    }

    [[nodiscard]] vrrp::Role role() const { return agent.report().front().role; }

    Agent agent;
    Instant now = kBoot;
    std::vector<Action> orders;
    int unanswered_filters = 0;

private:
    // From the peer, of the address of instance().
    static wire::Outgoing unsent(net::Priority priority) {
        static const std::vector<net::Address> addresses{net::Address::v4(192, 0, 2, 100)};
        wire::Outgoing advert;
        advert.version = net::VrrpVersion::V3;
        advert.vrid = net::Vrid{51};
        advert.priority = priority;
        advert.source = kPeer;
        advert.addresses = addresses;
        return advert;
    }

    void hear_advert(const wire::Outgoing& advert) {
        const std::vector<std::byte> packet = wire::encode(advert);
        hear(heard(packet));
    }

    Twin twin_;
};

inline model::Config config_of(std::vector<model::Instance> instances) {
    model::Config config;
    config.instances = std::move(instances);
    return config;
}

// All of them in one sync group.
inline model::Config grouped(std::vector<model::Instance> instances) {
    model::Config config = config_of(std::move(instances));
    model::SyncGroup group;
    group.name = "all";
    for (std::size_t member = 0; member < config.instances.size(); ++member) group.members.push_back(member);
    config.sync_groups = {group};
    return config;
}

inline ConfigLoaded loaded(model::Config config) {
    return {std::make_shared<const model::Config>(std::move(config))};
}

}  // namespace understudy::agent::test
