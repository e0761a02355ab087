// What a dump shows of a setting, in keepalived's words, which differ from those of the configuration.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/dump.hpp"
#include "understudy/agent/report.hpp"
#include "understudy/model/address.hpp"
#include "understudy/model/route.hpp"

namespace understudy::agent {

// "192.0.2.100/24 dev eth0 scope global set"
[[nodiscard]] std::string dumped(const model::VirtualAddress& asked, const AddressReport& now);
// "prepend 198.51.100.0/24 via inet 192.0.2.2 dev eth0 proto 18"
[[nodiscard]] std::string dumped(const model::Route& asked);
// "from 192.0.2.100 priority 500 tos 0x0 protocol 18 lookup 100"
[[nodiscard]] std::string dumped(const model::Rule& asked);
template <typename Asked>
[[nodiscard]] std::vector<std::string> dumped_all(const std::vector<Asked>& asked) {
    std::vector<std::string> texts;
    for (const Asked& one : asked) texts.push_back(dumped(one));
    return texts;
}
// Each word between quotes.
[[nodiscard]] std::string dumped_command(const std::vector<std::string>& words);
// The reports of the addresses of an instance come in one list, the excluded ones last.
[[nodiscard]] std::vector<std::string> dumped_addresses(const InstanceDump& instance);
[[nodiscard]] std::vector<std::string> dumped_excluded_addresses(const InstanceDump& instance);

// Interfaces that are tracked besides the instance's own.
[[nodiscard]] std::vector<std::string> other_tracked_links(const model::Instance& instance);
// All its addresses are wanted and there.
[[nodiscard]] bool has_its_addresses(const InstanceReport& report);
[[nodiscard]] std::string_view match_name(ParameterMatch match);
// On the wall clock.
[[nodiscard]] WallTime wall_time_of(Instant time, const Moment& moment);

}  // namespace understudy::agent
