// global_defs and the statements outside of all blocks. What stands at its default is not written.
#include <fmt/format.h>

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

const model::Globals& standard() {
    static const model::Globals kStandard;
    return kStandard;
}

void outline_file(const model::Globals& globals, Statements& out) {
    out.flag("use_pid_dir", globals.use_pid_dir).text("instance", globals.instance_name);
    out.text("net_namespace", globals.namespaces.vrrp);
    out.flag("namespace_with_ipsets", globals.namespaces.ipsets_in_namespace);
    out.flag("linkbeat_use_polling", globals.poll_links);
    out.unless("child_wait_time", globals.processes.child_wait, standard().processes.child_wait);
}

void outline_mail(const model::Mail& mail, Statements& out) {
    std::vector<Node> recipients;
    for (const std::string& recipient : mail.recipients) recipients.push_back({.keyword = recipient});
    out.entries("notification_email", std::move(recipients));
    out.text("notification_email_from", mail.from);
    if (!mail.server.empty())
        out.node({.keyword = "smtp_server", .terms = {mail.server, std::int64_t{mail.port}}});
    out.text("smtp_helo_name", mail.helo_name);
    out.unless("smtp_connect_timeout", mail.connect_timeout, standard().mail.connect_timeout);
    out.maybe("smtp_alert", mail.alert).maybe("smtp_alert_vrrp", mail.alert_vrrp);
    out.maybe("smtp_alert_checker", mail.alert_checker);
    out.flag("no_email_faults", mail.no_faults);
}

void outline_snmp(const model::Snmp& snmp, Statements& out) {
    out.text("snmp_socket", snmp.socket).flag("enable_traps", snmp.traps);
    out.flag("enable_snmp_vrrp", snmp.vrrp).flag("enable_snmp_checker", snmp.checker);
    out.flag("enable_snmp_rfcv2", snmp.rfc_v2).flag("enable_snmp_rfcv3", snmp.rfc_v3);
    out.unless("snmp_vs_stats_update_interval", snmp.virtual_server_age, standard().snmp.virtual_server_age);
    out.maybe("snmp_rs_stats_update_interval", snmp.real_server_age);
}

void outline_dbus(const model::Dbus& dbus, Statements& out) {
    out.flag("enable_dbus", dbus.enabled);
    out.unless("dbus_service_name", dbus.service_name, standard().dbus.service_name);
    out.text("dbus_no_interface_name", dbus.no_interface_name);
}

void outline_process(const std::string& who, const model::Process& process, Statements& out) {
    const Scheduling& how = process.scheduling;
    out.text(who + "_process_name", process.name).maybe(who + "_priority", how.nice);
    out.maybe(who + "_rt_priority", how.realtime).flag(who + "_no_swap", how.no_swap);
    Node cpus{.keyword = who + "_cpu_affinity"};
    for (const std::uint32_t cpu : how.cpus) cpus.terms.emplace_back(std::int64_t{cpu});
    if (!how.cpus.empty()) out.node(std::move(cpus));
    if (how.realtime_limit != Scheduling{}.realtime_limit)
        out.number(who + "_rlimit_rttime", how.realtime_limit.count());
}

void outline_processes(const model::Processes& processes, Statements& out) {
    out.flag("process_names", processes.distinct_names).text("process_name", processes.parent_name);
    outline_process("vrrp", processes.vrrp, out);
    outline_process("checker", processes.checker, out);
    outline_process("bfd", processes.bfd, out);
    out.unless("max_auto_priority", processes.max_auto_priority, standard().processes.max_auto_priority);
    if (processes.min_auto_priority_delay != standard().processes.min_auto_priority_delay)
        out.number("min_auto_priority_delay", processes.min_auto_priority_delay.count());
}

void outline_buffer(const std::string& which, const model::Buffer& buffer, Statements& out) {
    out.unless(which + "_rcv_bufs", buffer.size, 0u);
    if (buffer.force) out.boolean(which + "_rcv_bufs_force", true);
}

void outline_buffers(const model::Buffers& buffers, Statements& out) {
    outline_buffer("vrrp_netlink_cmd", buffers.vrrp_command, out);
    outline_buffer("vrrp_netlink_monitor", buffers.vrrp_monitor, out);
    outline_buffer("process_monitor", buffers.process_monitor, out);
    outline_buffer("lvs_netlink_cmd", buffers.checker_command, out);
    outline_buffer("lvs_netlink_monitor", buffers.checker_monitor, out);
    switch (buffers.receive_policy) {
        case model::ReceivePolicy::Kernel:
            break;
        case model::ReceivePolicy::Mtu:
            out.add("vrrp_rx_bufs_policy", "MTU");
            break;
        case model::ReceivePolicy::Advert:
            out.add("vrrp_rx_bufs_policy", "ADVERT");
            break;
        case model::ReceivePolicy::Fixed:
            out.number("vrrp_rx_bufs_policy", buffers.receive_size);
            break;
    }
    out.unless("vrrp_rx_bufs_multiplier", buffers.receive_multiplier, standard().buffers.receive_multiplier);
}

void outline_pipe(const std::string& keyword, const model::NotifyPipe& pipe, Statements& out) {
    Node node{.keyword = keyword, .terms = {pipe.path}};
    if (!pipe.user.empty()) node.terms.emplace_back(pipe.user);
    if (!pipe.group.empty()) node.terms.emplace_back(pipe.group);
    if (!pipe.path.empty()) out.node(std::move(node));
    out.command(keyword + "_script", pipe.reader);
}

void outline_filter(const model::PacketFilter& filter, Statements& out) {
    if (filter.nftables) out.add("nftables", filter.table);
    out.unless("nftables_priority", filter.priority, standard().filter.priority);
    out.flag("nftables_ifindex", filter.by_interface_index).flag("nftables_counters", filter.counters);
    if (filter.iptables)
        out.node({.keyword = "vrrp_iptables", .terms = {filter.input_chain, filter.output_chain}});
    Node sets{.keyword = "vrrp_ipsets"};
    for (const std::string& name : filter.ipset_names) sets.terms.emplace_back(name);
    if (!filter.ipsets || !filter.ipset_names.empty()) out.node(std::move(sets));
}

void outline_scripts(const model::Globals& globals, Statements& out) {
    const seconds timeout = model::DaemonScript{}.timeout;
    out.command("startup_script", globals.startup.command);
    out.unless("startup_script_timeout", globals.startup.timeout, timeout);
    out.command("shutdown_script", globals.shutdown.command);
    out.unless("shutdown_script_timeout", globals.shutdown.timeout, timeout);
    if (globals.use_symlink_paths) out.boolean("use_symlink_paths", true);
    if (globals.supplementary_groups) out.boolean("set_supplementary_groups", true);
}

void outline_pipes(const model::NotifyPipes& pipes, Statements& out) {
    outline_pipe("notify_fifo", pipes.all, out);
    outline_pipe("vrrp_notify_fifo", pipes.vrrp, out);
    outline_pipe("lvs_notify_fifo", pipes.lvs, out);
    out.flag("fifo_write_vrrp_states_on_reload", pipes.states_on_reload);
}

void outline_reloading(const model::Globals& globals, Statements& out) {
    const model::Reloading& reloading = globals.reloading;
    if (globals.reload_check_config) out.add("reload_check_config", reloading.check_log);
    out.text("reload_time_file", reloading.time_file).flag("reload_repeat", reloading.repeat);
    if (reloading.file.empty()) out.flag("reload_file", reloading.write_file);
    out.text("reload_file", reloading.file);
}

void outline_dumps(const model::Dumps& dumps, Statements& out) {
    out.text("config_save_dir", dumps.config_folder).text("tmp_config_directory", dumps.temporary_folder);
    if (dumps.use_instance) out.boolean("data_use_instance", true);
    out.unless("json_version", dumps.json_version, standard().dumps.json_version);
    out.text("state_dump_file", dumps.state_file).text("stats_dump_file", dumps.stats_file);
    out.text("json_dump_file", dumps.json_file);
}

void outline_links(const model::Globals& globals, Statements& out) {
    out.unless("default_interface", globals.default_interface, standard().default_interface);
    out.flag("disable_local_igmp", globals.disable_local_igmp);
    out.flag("log_unknown_vrids", globals.log_unknown_vrids);
    out.unless("vmac_prefix", globals.vmac_prefix, standard().vmac_prefix);
    out.text("vmac_addr_prefix", globals.vmac_address_prefix);
    out.unless("vrrp_garp_interval", globals.pacing.garp_interval, microseconds{0});
    out.unless("vrrp_gna_interval", globals.pacing.gna_interval, microseconds{0});
}

}  // namespace

void outline_globals(const model::Config& config, Statements& out) {
    const model::Globals& globals = config.globals;
    outline_file(globals, out);
    Statements inside;
    inside.text("router_id", globals.router_id);
    if (globals.interfaces_may_change) {
        inside.add("dynamic_interfaces", "allow_if_changes");
    } else {
        inside.flag("dynamic_interfaces", globals.dynamic_interfaces);
    }
    inside.flag("enable_script_security", globals.script_security);
    inside.unless("vrrp_startup_delay", globals.startup_delay, microseconds{0});
    inside.unless("vrrp_delay_after_boot", globals.delay_after_boot, microseconds{0});
    inside.unless("graceful_handover", globals.graceful_handover, seconds{0});
    if (globals.umask != standard().umask) inside.add("umask", fmt::format("{:04o}", globals.umask));
    inside.maybe("random_seed", globals.random_seed);
    outline_links(globals, inside);
    outline_mail(globals.mail, inside);
    outline_snmp(globals.snmp, inside);
    outline_dbus(globals.dbus, inside);
    outline_processes(globals.processes, inside);
    outline_buffers(globals.buffers, inside);
    outline_scripts(globals, inside);
    outline_pipes(globals.pipes, inside);
    outline_filter(globals.filter, inside);
    outline_reloading(globals, inside);
    outline_dumps(globals.dumps, inside);
    inside.text("iproute_usr_dir", globals.iproute_usr_folder);
    inside.text("iproute_etc_dir", globals.iproute_etc_folder);
    outline_load_balancing(config.load_balancing, inside);
    out.block("global_defs", {}, inside.take(), Node::Kind::Single);
}

}  // namespace understudy::config
