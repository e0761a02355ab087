// What instances can track, and the groups of interfaces and instances.
#include "outline_parts.hpp"

namespace understudy::config {

namespace {

Node weight_node(const model::Weight& weight) {
    Node node{.keyword = "weight", .terms = {std::int64_t{weight.value}}};
    if (weight.reverse) node.terms.emplace_back("reverse");
    return node;
}

std::vector<Node> words(const std::vector<std::string>& names) {
    std::vector<Node> lines;
    for (const std::string& name : names) lines.push_back({.keyword = name});
    return lines;
}

void outline_probe(const model::Probe& probe, Statements& out) {
    const std::string host = probe.host.is_v4() ? probe.host.to_string() : "[" + probe.host.to_string() + "]";
    if (probe.kind == model::ProbeKind::Ping) out.add("ping", probe.host.to_string());
    if (probe.kind == model::ProbeKind::Neighbour) out.add("arp", probe.host.to_string());
    if (probe.kind == model::ProbeKind::Tcp)
        out.node({.keyword = "tcp", .terms = {probe.host.to_string(), std::int64_t{probe.port}}});
    if (probe.kind == model::ProbeKind::Http) {
        out.add("http", "http://" + host + ":" + std::to_string(probe.port) + probe.path);
        out.add("virtualhost", probe.authority);
        out.node({.keyword = "status", .terms = {std::int64_t{probe.least}, std::int64_t{probe.most}}});
    }
    if (!probe.interface.empty()) out.add("interface", probe.interface);
    out.maybe("source", probe.source);
}

void outline_scripts(const model::Config& config, Statements& out) {
    for (const model::Script& script : config.scripts) {
        if (script.is_witness) continue;  // its instances name it
        Statements inside;
        if (script.probe)
            outline_probe(*script.probe, inside);
        else
            inside.add("script", command_line(script.command.words));
        inside.time("interval", script.interval).time("timeout", script.timeout);
        inside.number("rise", script.rise).number("fall", script.fall);
        inside.node(weight_node(script.weight));
        if (!script.command.user.empty()) {
            Node user{.keyword = "user", .terms = {script.command.user}};
            if (!script.command.group.empty()) user.terms.emplace_back(script.command.group);
            inside.node(std::move(user));
        }
        inside.flag("init_fail", script.init_fail);
        out.block(script.probe ? "vrrp_check" : "vrrp_script", {script.name}, inside.take());
    }
}

void outline_files(const model::Config& config, Statements& out) {
    for (const model::TrackFile& file : config.track_files) {
        Statements inside;
        inside.add("file", file.path).node(weight_node(file.weight));
        if (file.init) {
            Node init{.keyword = "init_file", .terms = {file.init->value}};
            if (file.init->overwrite) init.terms.emplace_back("overwrite");
            inside.node(std::move(init));
        }
        out.block("track_file", {file.name}, inside.take());
    }
}

void outline_parameters(ParameterMatch match, Statements& out) {
    if (match == ParameterMatch::Exact) out.flag("param_match", true);
    if (match == ParameterMatch::Initial) out.add("param_match", "initial");
    if (match == ParameterMatch::Partial) out.add("param_match", "partial");
}

void outline_processes(const model::Config& config, Statements& out) {
    for (const model::TrackProcess& process : config.track_processes) {
        Statements inside;
        Node command{.keyword = "process"};
        for (const std::string& word : process.command) command.terms.emplace_back(word);
        inside.node(std::move(command));
        outline_parameters(process.parameters, inside);
        inside.flag("full_command", process.full_command).node(weight_node(process.weight));
        inside.number("quorum", process.quorum).maybe("quorum_max", process.quorum_max);
        inside.unless("terminate_delay", process.terminate_delay, microseconds{0});
        inside.unless("fork_delay", process.fork_delay, microseconds{0});
        out.block("vrrp_track_process", {process.name}, inside.take());
    }
}

void outline_bfd(const model::Config& config, Statements& out) {
    for (const model::BfdSession& session : config.bfd_sessions) {
        Statements inside;
        inside.add("neighbor_ip", session.neighbor.to_string()).maybe("source_ip", session.source);
        inside.number("min_rx", session.min_rx.count()).number("min_tx", session.min_tx.count());
        inside.number("idle_tx", session.idle_tx.count()).number("multiplier", session.multiplier);
        inside.flag("passive", session.passive).number("ttl", session.ttl);
        inside.number("max_hops", session.max_hops ? int{*session.max_hops} : -1);
        if (session.multihop) inside.boolean("multihop", true);
        inside.node(weight_node(session.weight));
        const bool both = session.for_instances && session.for_checkers;
        inside.flag("vrrp", !both && session.for_instances).flag("checker", !both && session.for_checkers);
        out.block("bfd_instance", {session.name}, inside.take());
    }
}

std::string probe_name(model::LinkProbe probe) {
    switch (probe) {
        case model::LinkProbe::Any:
            return "";
        case model::LinkProbe::Mii:
            return "MII";
        case model::LinkProbe::Ethtool:
            return "ETHTOOL";
        case model::LinkProbe::Ioctl:
            return "IOCTL";
    }
    return "";
}

}  // namespace

void outline_trackers(const model::Config& config, Statements& out) {
    outline_scripts(config, out);
    outline_files(config, out);
    outline_processes(config, out);
    outline_bfd(config, out);
}

void outline_links(const model::Config& config, Statements& out) {
    std::vector<Node> polled;
    for (const model::PolledLink& link : config.polled_links) {
        Node line{.keyword = link.name};
        if (std::string probe = probe_name(link.probe); !probe.empty())
            line.terms.emplace_back(std::move(probe));
        polled.push_back(std::move(line));
    }
    out.entries("linkbeat_interfaces", std::move(polled));
    std::vector<Node> delays;
    for (const model::LinkDelay& delay : config.link_delays)
        delays.push_back({.keyword = delay.name, .terms = {delay.down, delay.up}});
    out.entries("interface_up_down_delays", std::move(delays));
    for (const model::AnnounceGroup& group : config.announce_groups) {
        Statements inside;
        inside.maybe("garp_interval", group.garp_interval).maybe("gna_interval", group.gna_interval);
        inside.entries("interfaces", words(group.interfaces));
        out.block("garp_group", {}, inside.take());
    }
}

void outline_track_groups(const model::Config& config, Statements& out) {
    for (const model::TrackGroup& group : config.track_groups) {
        std::vector<std::string> members;
        for (const std::size_t member : group.members) members.push_back(config.instances[member].name);
        Statements inside;
        inside.entries("group", words(members));
        out.block("track_group", {group.name}, inside.take());
    }
    std::vector<Node> lines;
    for (const model::StaticAddress& address : config.static_addresses) {
        Node line = address_line(address.address);
        if (address.track_group)
            line.options.push_back(
                {.keyword = "track_group", .terms = {config.track_groups[*address.track_group].name}});
        lines.push_back(std::move(line));
    }
    out.entries("static_ipaddress", std::move(lines));
}

}  // namespace understudy::config
