// Finds out about this host what the doctor judges: reads /proc and /run, asks the kernel, the packet
// filters' own tools and a running daemon, and listens for a while. Changes nothing. What it cannot find out
// it lists with the reason.
#pragma once

#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/doctor/facts.hpp"
#include "understudy/doctor/finding.hpp"
#include "understudy/model/config.hpp"

namespace understudy::cli {

struct Gathering {
    const model::Config* config = nullptr;
    std::string socket;
    milliseconds listening{0};
};

struct Gathered {
    doctor::Facts facts;
    std::vector<doctor::Unchecked> unchecked;
    std::vector<std::string> remarks;
};

[[nodiscard]] Gathered gather(const Gathering& asked);

// Parts of it.
void gather_interfaces(Gathered& gathered);
void gather_settings(const model::Config& config, Gathered& gathered);
void gather_firewall(Gathered& gathered);
void gather_host(const model::Config& config, Gathered& gathered);
// After the interfaces: adverts, and who answers for addresses of which no master is heard.
void gather_from_wire(const Gathering& asked, Gathered& gathered);

}  // namespace understudy::cli
