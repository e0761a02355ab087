// Rules about virtual servers: what they refer to, families and ports that do not fit, quorums that cannot be
// reached, and where their settings come from when they are given further out.
#include <algorithm>
#include <set>

#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"

#include "check.hpp"
#include "check_checker.hpp"

namespace understudy::config {

namespace {

constexpr std::uint8_t kLongestPrefix = 128;

std::string to_text(const model::Endpoint& endpoint) {
    return quote(endpoint.address.to_string()) +
           (endpoint.port != 0 ? " port " + std::to_string(endpoint.port) : "");
}

bool is_tunnel(const model::ForwardingMethod& method) {
    return method.forwarding == model::Forwarding::Tunnel;
}
bool is_nat(const model::ForwardingMethod& method) { return method.forwarding == model::Forwarding::Nat; }

template <typename T>
void inherit(Given<T>& own, const Given<T>& outer) {
    if (!own) own = outer;
}

class ServerCheck {
public:
    ServerCheck(const CheckContext& context, const VirtualServerDraft& draft,
                const std::vector<model::VirtualServerGroup>& groups, const model::Config& config)
        : context_(context), draft_(draft), groups_(groups), config_(config) {}

    std::optional<model::VirtualServer> run() {
        server_.service = draft_.service;
        if (!find_group()) return std::nullopt;
        server_.method = draft_.method.value_or({});
        find_family();
        say_what_is_missing();
        server_.persistence = persistence();
        real_servers();
        if (server_.real_servers.empty()) {
            context_.diags.add(Code::NoRealServer, draft_.span, "this virtual server has no real server")
                .label("ignored");
            return std::nullopt;
        }
        compare_with_group();
        sorry_server();
        quorum();
        take_the_rest();
        return std::move(server_);
    }

private:
    Complaint complain(Code code, Span span, std::string message) const {
        return context_.diags.add(code, span, std::move(message));
    }

    [[nodiscard]] const model::VirtualServerGroup* group() const {
        const auto* const service = std::get_if<model::GroupService>(&server_.service);
        return service != nullptr ? &groups_[service->group] : nullptr;
    }
    [[nodiscard]] const model::Endpoint* endpoint() const {
        return std::get_if<model::Endpoint>(&server_.service);
    }
    [[nodiscard]] bool has_marks() const {
        return group() != nullptr ? !group()->marks.empty() : endpoint() == nullptr;
    }
    [[nodiscard]] bool has_addresses() const {
        return group() != nullptr ? !group()->ranges.empty() : endpoint() != nullptr;
    }
    // Whether packets to any port are served.
    [[nodiscard]] bool serves_all_ports() const {
        if (const auto* const one = endpoint()) return one->port == 0;
        const auto open = [&](const model::AddressRange& range) {
            return range.port == 0 && range.first.family() == server_.family;
        };
        return group() != nullptr && std::ranges::any_of(group()->ranges, open);
    }
    // Whether the group has something that is not of the family of the servers.
    [[nodiscard]] bool mixes_families() const {
        if (group() == nullptr) return false;
        const auto other_range = [&](const model::AddressRange& range) {
            return range.first.family() != server_.family;
        };
        const auto other_mark = [&](const model::FirewallMark& mark) {
            return mark.family && *mark.family != server_.family;
        };
        return std::ranges::any_of(group()->ranges, other_range) ||
               std::ranges::any_of(group()->marks, other_mark);
    }

    bool find_group() {
        auto* const service = std::get_if<model::GroupService>(&server_.service);
        if (service == nullptr) return true;
        const auto found = std::ranges::find(groups_, draft_.group, &model::VirtualServerGroup::name);
        if (found != groups_.end()) {
            service->group = static_cast<std::size_t>(found - groups_.begin());
            return true;
        }
        std::vector<std::string_view> names;
        for (const ServerGroupDraft& one : context_.draft.load_balancing.groups)
            names.push_back(one.group.name);
        // One that was dropped because it is empty was already complained about.
        if (std::ranges::find(names, draft_.group) != names.end()) return false;
        const auto meant = closest_word(draft_.group, names);
        complain(Code::UnknownServerGroup, draft_.span,
                 "there is no virtual_server_group " + quote(draft_.group))
            .label("this virtual server is ignored")
            .hint(meant ? "did you mean " + std::string{*meant} + "?" : "");
        return false;
    }

    // The service's own family, or what its settings and servers say.
    void find_family() {
        if (const auto* const one = endpoint()) {
            server_.family = one->address.family();
            if (draft_.family && *draft_.family != server_.family)
                complain(Code::FamilyMix, draft_.family.span,
                         "this virtual server is " + std::string{net::name(server_.family)})
                    .label("ignored: its address says which family it is");
            return;
        }
        const RealServerDraft* first = nullptr;
        for (const RealServerDraft& one : draft_.real_servers)
            if (first == nullptr || (is_tunnel(method_of(*first)) && !is_tunnel(method_of(one))))
                first = &one;
        if (draft_.family) {
            server_.family = *draft_.family;
        } else if (draft_.granularity) {
            server_.family = draft_.granularity->contains('.') ? net::Family::Ipv4 : net::Family::Ipv6;
        } else if (first != nullptr) {
            server_.family = first->address.family();
        }
    }

    void say_what_is_missing() {
        server_.scheduler = draft_.scheduler.value_or(server_.scheduler);
        if (!draft_.scheduler) default_used("lb_algo", "wlc");
        if (!draft_.method) default_used("lb_kind", "NAT");
        server_.transport = draft_.transport.value_or(model::Transport::Udp);
        if (!has_addresses()) {
            server_.transport = model::Transport::Any;
            if (draft_.transport && !mixes_families())
                complain(Code::TransportIgnored, draft_.transport.span, "marked packets are of any protocol")
                    .label("ignored");
        } else if (!draft_.transport) {
            default_used("protocol", "UDP");
        }
    }

    void default_used(std::string_view keyword, std::string_view value) {
        complain(Code::ServiceDefaultUsed, draft_.span, "this virtual server has no " + std::string{keyword})
            .label(std::string{value} + " is used");
    }

    std::optional<model::Persistence> persistence() {
        model::Persistence made;
        const bool wanted = draft_.persistence_timeout || draft_.granularity;
        if (!wanted && !serves_all_ports()) {
            if (draft_.persistence_engine) made.engine = *draft_.persistence_engine;
            return draft_.persistence_engine ? std::optional{made} : std::nullopt;
        }
        if (!wanted)
            complain(Code::PersistenceImplied, draft_.span, "a service of all ports must be persistent")
                .label("persistence_timeout 360 is used")
                .hint("give the port, or persistence_timeout");
        made.timeout = draft_.persistence_timeout.value_or(made.timeout);
        made.engine = draft_.persistence_engine.value_or("");
        if (draft_.granularity) granularity(made);
        return made;
    }

    void granularity(model::Persistence& made) {
        const std::string& text = *draft_.granularity;
        const auto number = parse_number<std::uint32_t>(text);
        if (server_.family == net::Family::Ipv6) {
            if (number && *number >= 1 && *number <= kLongestPrefix) {
                made.prefix_length = static_cast<std::uint8_t>(*number);
                return;
            }
            complain(Code::BadGranularity, draft_.granularity.span, quote(text) + " is not a prefix length")
                .label("expected 1 to 128");
            return;
        }
        const auto mask = number ? std::optional{from_number(*number)} : net::Address::parse(text);
        if (!mask || !mask->is_v4()) {
            complain(Code::BadGranularity, draft_.granularity.span, quote(text) + " is not a netmask")
                .label("expected one like 255.255.255.0");
            return;
        }
        made.netmask = *mask;
        if (!has_holes(*mask)) return;
        complain(Code::OddNetmask, draft_.granularity.span,
                 quote(mask->to_string()) + " is no netmask of a network")
            .label("clients are grouped in a way that is hardly meant")
            .hint(number && *number <= 32 ? "a netmask is written like 255.255.255.0" : "");
    }

    static net::Address from_number(std::uint32_t number) {
        const auto octet = [&](unsigned shift) { return static_cast<std::uint8_t>(number >> shift); };
        return net::Address::v4(octet(24), octet(16), octet(8), octet(0));
    }

    static bool has_holes(const net::Address& mask) {
        std::uint32_t bits = 0;
        for (const std::byte octet : mask.bytes()) bits = bits << 8 | std::to_integer<std::uint32_t>(octet);
        return (~bits & (~bits + 1)) != 0;
    }

    [[nodiscard]] model::ForwardingMethod method_of(const RealServerDraft& one) const {
        return one.method.value_or(server_.method);
    }

    void real_servers() {
        for (const RealServerDraft& draft : draft_.real_servers) {
            const model::ForwardingMethod method = method_of(draft);
            if (!fits_family(draft.address, method, draft.span)) continue;
            model::RealServer made = real_server(draft, method);
            const auto same = [&](const auto& other) { return other.endpoint == made.endpoint; };
            if (std::ranges::any_of(server_.real_servers, same)) {
                complain(Code::DuplicateRealServer, draft.span, to_text(made.endpoint) + " is listed twice")
                    .label("ignored: the first one counts");
                continue;
            }
            server_.real_servers.push_back(std::move(made));
        }
    }

    bool fits_family(const net::Address& address, const model::ForwardingMethod& method, Span span) const {
        if (is_tunnel(method) || address.family() == server_.family) return true;
        complain(Code::FamilyMix, span, quote(address.to_string()) + " is of the other family")
            .label("ignored: the virtual server is " + std::string{net::name(server_.family)})
            .hint("only tunnels lead from one family to the other");
        return false;
    }

    // Only NAT changes ports.
    std::uint16_t port_of(const Given<std::uint16_t>& given, const model::ForwardingMethod& method) const {
        const std::uint16_t own = endpoint() != nullptr ? endpoint()->port : 0;
        const std::uint16_t port = given.value_or(own);
        if (is_nat(method) || !given) return port;
        if (group() != nullptr) {
            const auto differs = [&](const auto& range) { return range.port != port; };
            if (std::ranges::any_of(group()->ranges, differs))
                complain(Code::PortReset, given.span, "the group has another port")
                    .label("only NAT leads from one port to another");
            return port;
        }
        if (port == own) return port;
        complain(Code::PortReset, given.span, "only NAT leads from one port to another")
            .label(own != 0 ? std::to_string(own) + " is used" : "ignored: packets keep their port");
        return own;
    }

    model::RealServer real_server(const RealServerDraft& draft, const model::ForwardingMethod& method) {
        model::RealServer made;
        made.endpoint = {draft.address, port_of(draft.port, method)};
        made.weight = draft.weight.value_or(draft_.weight.value_or(made.weight));
        made.method = method;
        made.upper_threshold = draft.upper_threshold.value_or(0);
        made.lower_threshold = draft.lower_threshold.value_or(0);
        if (made.upper_threshold != 0 && made.lower_threshold > made.upper_threshold)
            complain(Code::ThresholdsReversed, draft.lower_threshold.span,
                     "the server resumes above the connections at which it stops")
                .label("expected at most " + std::to_string(made.upper_threshold));
        made.inhibit_on_failure =
            draft.inhibit_on_failure.value_or(draft_.inhibit_on_failure.value_or(false));
        made.notify_up = check_notify_script(context_, draft.notify_up);
        made.notify_down = check_notify_script(context_, draft.notify_down);
        made.smtp_alert = draft.smtp_alert.value;
        made.snmp_name = draft.snmp_name.value_or("");
        const CheckerDefaults defaults = defaults_for(draft, made.endpoint);
        made.alpha = defaults.schedule.alpha.value_or(false);
        made.checkers = check_checkers(context_, draft.checkers, defaults, config_);
        return made;
    }

    CheckerDefaults defaults_for(const RealServerDraft& draft, const model::Endpoint& to) const {
        CheckerDefaults made;
        made.address = to.address;
        made.port = to.port;
        made.schedule = draft.schedule;
        inherit(made.schedule.retry, draft_.schedule.retry);
        inherit(made.schedule.delay_before_retry, draft_.schedule.delay_before_retry);
        inherit(made.schedule.warmup, draft_.schedule.warmup);
        inherit(made.schedule.delay_loop, draft_.schedule.delay_loop);
        inherit(made.schedule.alpha, draft_.schedule.alpha);
        made.connect_timeout =
            draft.connect_timeout.value_or(draft_.connect_timeout.value_or(made.connect_timeout));
        made.service_delay_loop = draft_.schedule.delay_loop.value_or(made.service_delay_loop);
        made.log_all_failures = context_.draft.load_balancing.log_all_failures.value_or(false);
        made.virtual_host = draft.virtual_host.value_or(draft_.virtual_host.value_or(""));
        made.order = draft_.order;
        return made;
    }

    void compare_with_group() {
        const bool all_tunnels =
            std::ranges::all_of(server_.real_servers, [](const auto& one) { return is_tunnel(one.method); });
        if (!mixes_families() || all_tunnels) return;
        complain(Code::GroupFamilyMix, draft_.span,
                 "not everything in the group " + quote(draft_.group) + " is " +
                     std::string{net::name(server_.family)})
            .label("its servers cannot be reached from there without tunnels");
    }

    void sorry_server() {
        if (!draft_.sorry_server) return;
        const SorryServerDraft& draft = *draft_.sorry_server;
        const model::ForwardingMethod method = draft.method.value_or(server_.method);
        if (!fits_family(draft.address, method, draft.span)) return;
        server_.sorry_server =
            model::SorryServer{{draft.address, port_of(draft.port, method)}, method, draft.inhibit};
    }

    void quorum() {
        std::uint64_t total = 0;
        for (const model::RealServer& one : server_.real_servers) total += one.weight;
        server_.quorum = draft_.quorum.value_or(1);
        server_.hysteresis = draft_.hysteresis.value_or(0);
        const Span span = draft_.quorum ? draft_.quorum.span : draft_.span;
        if (server_.quorum > total) {
            complain(Code::QuorumUnreachable, span,
                     "all servers together weigh " + std::to_string(total) + ", which is less than " +
                         std::to_string(server_.quorum))
                .label(total > 0 ? std::to_string(total) + " is used" : "nothing ever serves");
            server_.quorum = static_cast<std::uint32_t>(std::max<std::uint64_t>(total, 1));
        }
        if (server_.hysteresis >= server_.quorum) {
            complain(Code::HysteresisTooLarge, draft_.hysteresis.span,
                     "the hysteresis must be below the quorum, which is " + std::to_string(server_.quorum))
                .label(std::to_string(server_.quorum - 1) + " is used");
            server_.hysteresis = server_.quorum - 1;
        }
        if (server_.hysteresis > 0 && std::uint64_t{server_.quorum} + server_.hysteresis > total)
            complain(
                Code::QuorumNeverRegained, draft_.hysteresis.span,
                "quorum and hysteresis exceed the weight of all servers, which is " + std::to_string(total))
                .label("a quorum once lost never comes back");
    }

    void take_the_rest() {
        server_.flags = draft_.flags;
        server_.one_packet = draft_.one_packet.value_or(false);
        if (server_.one_packet && has_addresses() && server_.transport != model::Transport::Udp) {
            complain(Code::OnePacketIgnored, draft_.one_packet.span, "one-packet scheduling is for UDP")
                .label("ignored");
            server_.one_packet = false;
        }
        server_.ha_suspend = draft_.ha_suspend.value_or(false);
        if (server_.ha_suspend && has_marks()) {
            complain(Code::SuspendIgnored, draft_.ha_suspend.span,
                     "a firewall mark is no address to look for")
                .label("ignored");
            server_.ha_suspend = false;
        }
        server_.omega = draft_.omega.value_or(false);
        server_.quorum_up = check_notify_script(context_, draft_.quorum_up);
        server_.quorum_down = check_notify_script(context_, draft_.quorum_down);
        server_.smtp_alert = draft_.smtp_alert.value;
        server_.snmp_name = draft_.snmp_name.value_or("");
    }

    const CheckContext& context_;
    const VirtualServerDraft& draft_;
    const std::vector<model::VirtualServerGroup>& groups_;
    const model::Config& config_;
    model::VirtualServer server_;
};

std::vector<model::VirtualServerGroup> check_server_groups(const CheckContext& context) {
    std::vector<model::VirtualServerGroup> groups;
    for (const ServerGroupDraft& draft : context.draft.load_balancing.groups) {
        if (!draft.group.ranges.empty() || !draft.group.marks.empty()) {
            groups.push_back(draft.group);
        } else {
            context.diags.add(Code::EmptyServerGroup, draft.span, quote(draft.group.name) + " has no entries")
                .label("ignored, with the virtual servers that use it");
        }
    }
    return groups;
}

std::string service_key(const model::VirtualServer& server, const VirtualServerDraft& draft) {
    const std::string transport = std::to_string(static_cast<int>(server.transport));
    const std::string family = server.family == net::Family::Ipv4 ? "4" : "6";
    return std::visit(
        overloaded{
            [&](const model::Endpoint& one) { return to_text(one) + transport; },
            [&](const model::FirewallMark& one) { return "fwmark " + std::to_string(one.mark) + family; },
            [&](const model::GroupService&) { return "group " + draft.group + transport + family; }},
        server.service);
}

}  // namespace

void check_virtual_servers(const CheckContext& context, model::Config& config) {
    const Tolerance of_all{context.diags, kVirtualServer.feature != Feature::Active};
    const LoadBalancingDraft& draft = context.draft.load_balancing;
    config.load_balancing = draft.settings;
    config.ssl = draft.tls.value_or(model::TlsClient{});
    config.virtual_server_groups = check_server_groups(context);
    std::set<std::string> services;
    for (const VirtualServerDraft& one : draft.servers) {
        auto server = ServerCheck{context, one, config.virtual_server_groups, config}.run();
        if (!server) continue;
        if (!services.insert(service_key(*server, one)).second)
            context.diags.add(Code::DuplicateVirtualServer, one.span, "there already is this virtual server")
                .label("both change one service of the kernel")
                .hint("put all real servers into one virtual_server");
        config.virtual_servers.push_back(std::move(*server));
    }
}

}  // namespace understudy::config
