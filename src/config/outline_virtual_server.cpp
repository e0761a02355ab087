// Virtual servers as statements again, every setting at the place where it takes effect: what a checker has
// from its real server or virtual server stands in the checker.
#include "understudy/base/overloaded.hpp"

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

std::string range_text(const model::AddressRange& range) {
    const std::string first = range.first.to_string();
    return range.first == range.last ? first : first + "-" + range.last.to_string();
}

std::vector<Term> endpoint_terms(const model::Endpoint& endpoint) {
    return {endpoint.address.to_string(), std::int64_t{endpoint.port}};
}

std::string_view family_word(net::Family family) { return family == net::Family::Ipv4 ? "inet" : "inet6"; }

Node mark_line(const model::FirewallMark& mark) {
    Node line{.keyword = "fwmark", .terms = {std::int64_t{mark.mark}}};
    if (mark.family) line.terms.emplace_back(std::string{family_word(*mark.family)});
    return line;
}

std::vector<Term> service_terms(const model::Config& config, const model::Service& service) {
    return std::visit(overloaded{[](const model::Endpoint& one) { return endpoint_terms(one); },
                                 [](const model::FirewallMark& one) {
                                     return std::vector<Term>{"fwmark", std::int64_t{one.mark}};
                                 },
                                 [&](const model::GroupService& one) {
                                     return std::vector<Term>{"group",
                                                              config.virtual_server_groups[one.group].name};
                                 }},
                      service);
}

std::string forwarding_word(model::Forwarding forwarding) {
    switch (forwarding) {
        case model::Forwarding::Nat:
            return "NAT";
        case model::Forwarding::DirectRouting:
            return "DR";
        case model::Forwarding::Tunnel:
            return "TUN";
    }
    return "";
}

std::string tunnel_word(model::TunnelType type) {
    switch (type) {
        case model::TunnelType::Ipip:
            return "ipip";
        case model::TunnelType::Gue:
            return "gue";
        case model::TunnelType::Gre:
            return "gre";
    }
    return "";
}

std::string checksum_word(model::TunnelChecksum checksum) {
    switch (checksum) {
        case model::TunnelChecksum::None:
            return "nocsum";
        case model::TunnelChecksum::Local:
            return "csum";
        case model::TunnelChecksum::Remote:
            return "remcsum";
    }
    return "";
}

Node method_line(std::string keyword, const model::ForwardingMethod& method) {
    Node line{.keyword = std::move(keyword), .terms = {forwarding_word(method.forwarding)}};
    const model::ForwardingMethod plain{.forwarding = method.forwarding};
    if (method == plain) return line;
    line.terms.emplace_back("type");
    line.terms.emplace_back(tunnel_word(method.tunnel));
    if (method.tunnel_port != 0) {
        line.terms.emplace_back("port");
        line.terms.emplace_back(std::int64_t{method.tunnel_port});
    }
    line.terms.emplace_back(checksum_word(method.checksum));
    return line;
}

void outline_transport(model::Transport transport, Statements& out) {
    switch (transport) {
        case model::Transport::Any:
            return;
        case model::Transport::Tcp:
            out.add("protocol", "TCP");
            return;
        case model::Transport::Udp:
            out.add("protocol", "UDP");
            return;
        case model::Transport::Sctp:
            out.add("protocol", "SCTP");
            return;
    }
}

void outline_persistence(const model::VirtualServer& server, Statements& out) {
    if (!server.persistence) return;
    const model::Persistence& persistence = *server.persistence;
    out.number("persistence_timeout", persistence.timeout.count());
    out.text("persistence_engine", persistence.engine);
    if (server.family == net::Family::Ipv6) {
        out.number("persistence_granularity", persistence.prefix_length);
    } else {
        out.maybe("persistence_granularity", persistence.netmask);
    }
}

void outline_sorry_server(const model::SorryServer& sorry, Statements& out) {
    out.node({.keyword = "sorry_server", .terms = endpoint_terms(sorry.endpoint)});
    out.flag("sorry_server_inhibit", sorry.inhibit);
    out.node(method_line("sorry_server_lvs_method", sorry.method));
}

Statements outline_real_server(const model::Config& config, const model::RealServer& server) {
    Statements out;
    out.number("weight", server.weight).node(method_line("lvs_method", server.method));
    out.number("uthreshold", server.upper_threshold).number("lthreshold", server.lower_threshold);
    out.boolean("inhibit_on_failure", server.inhibit_on_failure).boolean("alpha", server.alpha);
    out.command("notify_up", server.notify_up).command("notify_down", server.notify_down);
    out.maybe("smtp_alert", server.smtp_alert).text("snmp_name", server.snmp_name);
    for (const model::Checker& checker : server.checkers) outline_checker(config, checker, out);
    return out;
}

void outline_virtual_server(const model::Config& config, const model::VirtualServer& server,
                            Statements& out) {
    if (!std::holds_alternative<model::Endpoint>(server.service))
        out.add("ip_family", std::string{family_word(server.family)});
    out.add("lb_algo", server.scheduler);
    out.flag("flag-1", server.flags.flag_1).flag("flag-2", server.flags.flag_2);
    out.flag("flag-3", server.flags.flag_3).flag("ops", server.one_packet);
    out.node(method_line("lb_kind", server.method));
    outline_transport(server.transport, out);
    outline_persistence(server, out);
    out.flag("ha_suspend", server.ha_suspend).flag("omega", server.omega);
    out.number("quorum", server.quorum).number("hysteresis", server.hysteresis);
    out.command("quorum_up", server.quorum_up).command("quorum_down", server.quorum_down);
    out.maybe("smtp_alert", server.smtp_alert).text("snmp_name", server.snmp_name);
    if (server.sorry_server) outline_sorry_server(*server.sorry_server, out);
    for (const model::RealServer& one : server.real_servers)
        out.block("real_server", endpoint_terms(one.endpoint), outline_real_server(config, one).take());
}

Node sync_line(const model::ConnectionSync& sync) {
    Node line{.keyword = "lvs_sync_daemon", .terms = {sync.interface}};
    const auto add = [&](std::string_view name, Term value) {
        line.terms.emplace_back(std::string{name});
        line.terms.push_back(std::move(value));
    };
    if (!sync.instance.empty()) add("inst", sync.instance);
    if (sync.id) add("id", std::int64_t{*sync.id});
    if (sync.most_octets) add("maxlen", std::int64_t{*sync.most_octets});
    if (sync.port) add("port", std::int64_t{*sync.port});
    if (sync.ttl) add("ttl", std::int64_t{*sync.ttl});
    if (sync.group) add("group", sync.group->to_string());
    return line;
}

void outline_timeouts(const model::ConnectionTimeouts& timeouts, Statements& out) {
    Node line{.keyword = "lvs_timeouts"};
    const auto add = [&](const char* name, const std::optional<seconds>& value) {
        if (!value) return;
        line.terms.emplace_back(name);
        line.terms.emplace_back(std::int64_t{value->count()});
    };
    add("tcp", timeouts.tcp);
    add("tcpfin", timeouts.tcp_fin);
    add("udp", timeouts.udp);
    if (!line.terms.empty()) out.node(std::move(line));
}

}  // namespace

void outline_load_balancing(const model::LoadBalancing& settings, Statements& out) {
    outline_timeouts(settings.timeouts, out);
    out.flag("lvs_flush", settings.flush_at_start);
    if (settings.flush_at_stop == model::FlushAtStop::OwnServices) out.add("lvs_flush_on_stop", "VS");
    out.flag("lvs_flush_on_stop", settings.flush_at_stop == model::FlushAtStop::Everything);
    if (settings.sync) out.node(sync_line(*settings.sync));
    if (settings.group_marking) {
        out.text("nftables_ipvs", settings.group_marking->table);
        out.number("nftables_ipvs_priority", settings.group_marking->priority);
        out.number("nftables_ipvs_start_fwmark", settings.group_marking->first_mark);
    }
    out.flag("rs_init_notifies", settings.notify_at_start);
    out.flag("no_checker_emails", settings.no_checker_mails);
}

void outline_virtual_servers(const model::Config& config, Statements& out) {
    if (const auto& space = config.load_balancing.network_namespace)
        space->empty() ? out.flag("net_namespace_ipvs", true) : out.add("net_namespace_ipvs", *space);
    Statements tls;
    const model::TlsClient& ssl = config.ssl;
    if (!ssl.password.empty())
        tls.node({.keyword = "password", .terms = {ssl.password}, .kind = Node::Kind::Secret});
    tls.text("ca", ssl.ca).text("certificate", ssl.certificate).text("key", ssl.key);
    if (ssl != model::TlsClient{}) out.block("SSL", {}, tls.take(), Node::Kind::Single);
    for (const model::VirtualServerGroup& group : config.virtual_server_groups) {
        std::vector<Node> lines;
        for (const model::AddressRange& range : group.ranges)
            lines.push_back({.keyword = range_text(range), .terms = {std::int64_t{range.port}}});
        for (const model::FirewallMark& mark : group.marks) lines.push_back(mark_line(mark));
        out.node({.keyword = "virtual_server_group",
                  .terms = {group.name},
                  .block = std::move(lines),
                  .kind = Node::Kind::Repeated});
    }
    for (const model::VirtualServer& server : config.virtual_servers) {
        Statements inside;
        outline_virtual_server(config, server, inside);
        out.block("virtual_server", service_terms(config, server.service), inside.take());
    }
}

}  // namespace understudy::config
