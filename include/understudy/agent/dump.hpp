// keepalived's dumps, which monitoring reads: the state for people (SIGUSR1), the counters (SIGUSR2), and
// all of it as JSON (SIGRTMIN+2). A dump is made of plain values that the agent hands out, in the words, the
// order and with the keys of keepalived 2.2.7, those of 2.4 where only that knows of something. What is no
// business of whoever reads a file (passwords, keys) is not in the values, and so in no dump. Where a dump is
// written is the caller's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "understudy/agent/report.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/mac.hpp"
#include "understudy/track/health.hpp"
#include "understudy/track/process.hpp"
#include "understudy/vrrp/state.hpp"

namespace understudy::agent {

struct InstanceDump {
    InstanceReport report;
    model::Instance settings;                        // without its password and keys
    std::string link;                                // that adverts leave by; empty: there is none now
    std::uint8_t heard_priority = 0;                 // of the last master it heard as backup; 0: none yet
    microseconds master_interval{0};                 // between adverts of whoever is master
    std::vector<std::vector<std::string>> commands;  // of the scripts it tracks
};

struct GroupDump {
    model::SyncGroup settings;
    vrrp::Role role = vrrp::Role::Idle;
    std::vector<std::string> members;
};
struct TrackingInstance {
    std::string name;
    model::Weight weight;
};
struct ScriptDump {
    model::Script settings;
    track::Health health = track::Health::Unknown;
    std::optional<int> last_status;  // exit code, or the signal's number negated
    bool running = false;
    std::vector<TrackingInstance> tracking;
};
struct FileDump {
    model::TrackFile settings;
    std::optional<std::int64_t> number;
    std::vector<TrackingInstance> tracking;
};
struct ProcessDump {
    model::TrackProcess settings;
    std::size_t count = 0;
    track::Health health = track::Health::Unknown;
    std::optional<track::ProcessTracker::Delay> delay;  // that is running
    std::vector<TrackingInstance> tracking;
};
struct LinkDump {
    net::Link link;
    bool up = false;  // as far as instances are concerned
    std::optional<net::Address> v4;
    std::optional<net::Address> v6;
};

// What belongs to no single instance.
struct SharedDump {
    std::vector<GroupDump> groups;
    std::vector<ScriptDump> scripts;
    std::vector<FileDump> files;
    std::vector<ProcessDump> processes;
    std::vector<LinkDump> links;  // by index
};

// The element of one instance in the file of all, and that file.
[[nodiscard]] std::string json_dump(const InstanceDump& instance, const Moment& moment);
[[nodiscard]] std::string json_file(std::span<const std::string> elements, const SharedDump& shared,
                                    std::uint32_t version);

// The parts of the state dump, in this order: settings, each instance, the rest.
[[nodiscard]] std::string state_dump(const model::Globals& globals);
[[nodiscard]] std::string state_dump(const InstanceDump& instance, const Moment& moment);
[[nodiscard]] std::string state_dump(const SharedDump& shared);

[[nodiscard]] std::string statistics_dump(const InstanceReport& report);

}  // namespace understudy::agent
