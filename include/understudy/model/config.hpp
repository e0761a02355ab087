// All that an operator asked for, as plain values: what a configuration means once it has been read, with
// defaults filled in and references resolved to indices. Nothing here knows how it was written down, nor
// whether it can be done.
#pragma once

#include <vector>

#include "understudy/model/address.hpp"
#include "understudy/model/bfd.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/model/instance.hpp"
#include "understudy/model/route.hpp"
#include "understudy/model/tracker.hpp"
#include "understudy/model/virtual_server.hpp"

namespace understudy::model {

struct Config {
    Globals globals;
    std::vector<Script> scripts;
    std::vector<Instance> instances;
    std::vector<SyncGroup> sync_groups;
    std::vector<TrackFile> track_files;
    std::vector<TrackProcess> track_processes;
    std::vector<BfdSession> bfd_sessions;
    std::vector<TrackGroup> track_groups;
    std::vector<AnnounceGroup> announce_groups;  // garp_group
    std::vector<PolledLink> polled_links;        // linkbeat_interfaces
    std::vector<LinkDelay> link_delays;          // interface_up_down_delays
    std::vector<StaticAddress> static_addresses;
    std::vector<Route> static_routes;  // in force as long as the daemon runs
    std::vector<Rule> static_rules;
    std::vector<VirtualServerGroup> virtual_server_groups;
    std::vector<VirtualServer> virtual_servers;
    LoadBalancing load_balancing;
    TlsClient ssl;  // for SSL_GET

    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace understudy::model
