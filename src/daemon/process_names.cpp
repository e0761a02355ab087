#include "process_names.hpp"

namespace understudy::daemon {

// process_names asks for keepalived's own names: what looks for these on a host goes on finding them.
std::string supervisor_name(const model::Processes& processes, const std::string& own) {
    if (!processes.parent_name.empty()) return processes.parent_name;
    return processes.distinct_names ? "keepalived" : own;
}

std::string worker_name(const model::Processes& processes) {
    if (!processes.vrrp.name.empty()) return processes.vrrp.name;
    return processes.distinct_names ? "keepalived_vrrp" : "understudy-vrrp";
}

std::string hooks_name(const model::Processes& processes) {
    return processes.distinct_names ? "keepalived_hook" : "understudy-hook";
}

std::string delegate_name(const model::Processes& processes) {
    return processes.distinct_names ? "keepalived_call" : "understudy-call";
}

}  // namespace understudy::daemon
