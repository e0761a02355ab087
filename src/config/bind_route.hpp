// One line of virtual_routes or static_routes.
#pragma once

#include "option_reader.hpp"

namespace understudy::config {

class RouteReader final : public OptionReader {
public:
    RouteReader(Build& build, const Statement& entry, const Block& options)
        : OptionReader(build, entry, options) {}

    // None after a complaint that drops the route.
    std::optional<RouteDraft> read();

    // What stands after each keyword.
    void family4() { of_family(net::Family::Ipv4, here_before()); }
    void family6() { of_family(net::Family::Ipv6, here_before()); }
    void source();
    void preferred_source() { route().preferred_source = address(); }
    void gateway() { route().gateway = address(); }
    void second_gateway();
    void translate();
    void tos() { put(route().tos, named_octet(NameKind::TypeOfService)); }
    void table() { put(route().table, named(NameKind::Table, 0xffffffff)); }
    void vrf();
    void protocol();
    void scope() { put(route().scope, scope_ = named_octet(NameKind::Scope)); }
    void metric() { put(route().metric, number<std::uint32_t>()); }
    void dev() { route().link = link(); }
    void onlink() { route().onlink = true; }
    void encap() { route().encap = encapsulation(); }
    void expires();
    void realm();
    void preference();
    void features();
    void congestion_control();
    void ttl_propagate();
    void nexthops();
    void no_track() { draft_.route.tracked = false; }
    void track_group();
    void add() { draft_.route.insertion = model::Insertion::Alone; }
    void prepend() { draft_.route.insertion = model::Insertion::Before; }
    void append() { draft_.route.insertion = model::Insertion::After; }

    template <net::Metric Which, std::uint32_t Most = 0xffffffff>
    void plain() {
        if (const auto value = number<std::uint32_t>(0, Most)) route().metrics.set(Which, *value);
    }
    template <net::Metric Which>
    void lockable() {
        take_lock(Which);
        plain<Which>();
    }
    // In units of 1/Unit ms; a bare number is one of those already.
    template <net::Metric Which, std::uint32_t Unit>
    void time() {
        take_lock(Which);
        if (const auto value = time_in(Unit)) route().metrics.set(Which, *value);
    }

private:
    net::RouteOn<std::string>& route() { return draft_.route.route; }
    [[nodiscard]] Span here_before() const { return entry_.words[at_ - 1].span; }

    template <typename T, typename From>
    static void put(T& to, const std::optional<From>& value) {
        if (value) to = *value;
    }

    void destination();
    bool take_type();
    void set_destination(const Word& word);
    void take_lock(net::Metric metric) {
        if (take("lock")) route().metrics.lock(metric);
    }
    std::optional<std::uint32_t> time_in(std::uint32_t unit);

    net::Encap encapsulation();
    net::Encap ip_encapsulation(net::Family family);
    bool ip_option(net::IpEncap& encap);
    std::optional<net::Address> outer_address(net::Family family);
    net::Encap mpls_encapsulation();
    net::Encap ila_encapsulation();
    net::NextHopOn<std::string> hop();
    bool hop_option(net::NextHopOn<std::string>& hop);

    void finish();
    void join_gateways();
    void check_family();
    void check_host_bits();
    void check_tracking();

    RouteDraft draft_;
    std::optional<Span> destination_;
    bool everything_ = false;  // the destination is `default`
    std::optional<std::uint8_t> scope_;
    std::optional<Span> only_ipv6_;
    std::string_view only_ipv6_keyword_;
    std::optional<Span> protocol_;
    std::optional<net::Address> second_gateway_;
};

// For the rows of the table.
template <auto Read>
void read_route(Build& build, const Argument&) {
    (build.route->*Read)();
}

void add_virtual_route(Build& build, const Statement& entry);
void add_static_route(Build& build, const Statement& entry);

}  // namespace understudy::config
