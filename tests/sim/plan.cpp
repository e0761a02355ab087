#include "sim/plan.hpp"

namespace understudy::sim {

namespace {

model::Command command(std::vector<std::string> words) { return {std::move(words), {}, {}}; }

}  // namespace

model::Instance instance_of(const Plan& plan) {
    model::Instance instance;
    instance.name = "VI_" + std::to_string(plan.vrid);
    instance.interface = kInterface;
    instance.vrid = net::Vrid::from(plan.vrid).value();
    instance.family = plan.family;
    instance.version = plan.version;
    instance.starts_as_master = plan.starts_as_master;
    if (plan.virtual_mac) instance.virtual_mac.emplace();
    instance.accept = plan.accept;
    instance.address_lease = plan.address_lease;
    instance.split_brain = plan.split_brain;
    if (plan.split_brain) instance.notify.split_brain = command({"notify"});
    instance.priority = net::Priority::from(plan.priority).value();
    instance.advert_interval = plan.interval;
    instance.preempt = plan.preempt;
    instance.preempt_delay = plan.preempt_delay;
    instance.multicast_group = net::vrrp_group(plan.family);
    for (const std::string& text : plan.addresses) {
        model::VirtualAddress address;
        address.prefix = net::Prefix::parse(text).value();
        address.dev = kInterface;
        instance.addresses.push_back(address);
    }
    for (const std::string& text : plan.routes) {
        model::Route& asked = instance.routes.emplace_back();
        asked.route.destination = net::Prefix::parse(text).value();
        asked.route.link = kInterface;
        asked.route.preferred_source = instance.addresses.front().prefix.address;
    }
    for (const std::string& text : plan.rules) {
        model::Rule& asked = instance.rules.emplace_back();
        asked.rule.from = net::Prefix::parse(text).value();
        asked.rule.priority = 100;
        asked.rule.table = 100;
    }
    instance.notify.any = command({"notify"});
    for (std::size_t i = 0; i < plan.scripts.size(); ++i)
        instance.tracked_scripts.push_back({i, {plan.scripts[i].weight, false}});
    return instance;
}

std::shared_ptr<model::Config> config_of(const Plan& plan) {
    auto config = std::make_shared<model::Config>();
    for (const PlannedScript& planned : plan.scripts) {
        model::Script script;
        script.name = planned.name;
        script.command = command({planned.name});
        script.interval = planned.interval;
        script.timeout = planned.timeout;
        script.rise = planned.rise;
        script.fall = planned.fall;
        config->scripts.push_back(script);
    }
    config->instances.push_back(instance_of(plan));
    if (!plan.witness.empty()) {
        model::Script check;
        check.name = "witness " + plan.witness;
        check.is_witness = true;
        check.probe.emplace().host = net::Address::parse(plan.witness).value();
        check.interval = check.timeout = plan.interval / 4;
        check.rise = check.fall = 8;
        config->instances.back().split_brain->witnesses.push_back({config->scripts.size(), {}});
        config->scripts.push_back(check);
    }
    return config;
}

}  // namespace understudy::sim
