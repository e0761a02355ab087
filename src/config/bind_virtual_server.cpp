#include "bind_virtual_server.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "bind.hpp"

namespace understudy::config {

namespace {

constexpr std::uint32_t kLargestPort = 65535;
constexpr std::size_t kLongestEngine = 15;  // of the kernel's IP_VS_PENAME_MAXLEN without its terminator

// A number from words[at], which is there.
template <typename Int>
std::optional<Int> read_number(Build& build, const Word& word, std::int64_t least, std::int64_t most,
                               Code code = Code::BadNumber) {
    const auto value = parse_number<std::int64_t>(word.text);
    if (value && *value >= least && *value <= most) return static_cast<Int>(*value);
    build.diags.add(code, word.span, quote(word.text) + " is not a valid number")
        .label("expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

bool has_value(Build& build, const Statement& statement, std::string_view expected) {
    if (statement.size() > 1) return true;
    build.diags
        .add(Code::MissingArgument, statement.keyword().span,
             std::string{statement.keyword().text} + " needs a value")
        .label("expected " + std::string{expected} + " after this");
    return false;
}

// Reads NAT, DR, or TUN and what a tunnel may be told.
class ForwardingReader {
public:
    ForwardingReader(Build& build, const Statement& statement) : build_(build), statement_(statement) {}

    std::optional<model::ForwardingMethod> read() {
        if (!has_value(build_, statement_, "NAT, DR or TUN") || !kind()) return std::nullopt;
        for (at_ = 2; at_ < statement_.size(); ++at_)
            if (!option()) return std::nullopt;
        return fits() ? std::optional{method_} : std::nullopt;
    }

private:
    [[nodiscard]] const Word& word() const { return statement_.words[at_]; }

    bool refuse(Span span, std::string message, std::string label) {
        build_.diags.add(Code::BadForwarding, span, std::move(message)).label(std::move(label));
        return false;
    }

    bool kind() {
        const std::string_view text = statement_.words[1].text;
        if (text == "NAT") return true;
        if (text == "DR") return method_.forwarding = model::Forwarding::DirectRouting, true;
        if (text == "TUN") return method_.forwarding = model::Forwarding::Tunnel, true;
        return refuse(statement_.words[1].span, quote(text) + " is no way of forwarding",
                      "expected NAT, DR or TUN");
    }

    bool option() {
        if (word().text == "type") return has_next("a type of tunnel") && tunnel();
        if (word().text == "port") return has_next("a port") && port();
        if (word().text == "nocsum") return method_.checksum = model::TunnelChecksum::None, true;
        if (word().text == "csum") return method_.checksum = model::TunnelChecksum::Local, true;
        if (word().text == "remcsum") return method_.checksum = model::TunnelChecksum::Remote, true;
        return refuse(word().span, quote(word().text) + " is not an option of tunnels",
                      "expected type, port, nocsum, csum or remcsum");
    }

    bool has_next(std::string_view what) {
        if (at_ + 1 < statement_.size()) return ++at_, true;
        return refuse(word().span, std::string{what} + " is missing", "expected after this");
    }

    bool tunnel() {
        if (word().text == "ipip") return method_.tunnel = model::TunnelType::Ipip, true;
        if (word().text == "gue") return method_.tunnel = model::TunnelType::Gue, true;
        if (word().text == "gre") return method_.tunnel = model::TunnelType::Gre, true;
        return refuse(word().span, quote(word().text) + " is not a type of tunnel",
                      "expected ipip, gue or gre");
    }

    bool port() {
        const auto port = read_number<std::uint16_t>(build_, word(), 1, kLargestPort, Code::BadForwarding);
        method_.tunnel_port = port.value_or(0);
        return port.has_value();
    }

    bool fits() {
        const Span span = statement_.words[1].span;
        const bool gue = method_.tunnel == model::TunnelType::Gue;
        if (gue != (method_.tunnel_port != 0))
            return refuse(span, gue ? "a gue tunnel needs a port" : "only a gue tunnel has a port",
                          gue ? "put port and a number behind the type" : "leave the port out");
        if (method_.tunnel == model::TunnelType::Ipip && method_.checksum != model::TunnelChecksum::None)
            return refuse(span, "an ipip tunnel has no checksum", "leave csum and remcsum out");
        if (method_.tunnel == model::TunnelType::Gre && method_.checksum == model::TunnelChecksum::Remote)
            return refuse(span, "a gre tunnel has no remote checksum", "use csum or nocsum");
        return true;
    }

    Build& build_;
    const Statement& statement_;
    std::size_t at_ = 0;
    model::ForwardingMethod method_;
};

template <typename Owner>
void set_method(Build& build, const Argument& argument, Owner& owner) {
    if (const auto method = ForwardingReader{build, argument.statement}.read())
        owner.method.give(*method, argument.statement.words[1].span);
}

VirtualServerDraft& server_of(Build& build) { return build.draft.load_balancing.servers.back(); }

bool open_mark(Build& build, const Statement& header, VirtualServerDraft& server) {
    if (header.size() < 3) {
        build.diags.add(Code::MissingArgument, header.words[1].span, "fwmark needs a number")
            .label("expected a firewall mark after this");
        return false;
    }
    const auto mark = read_number<std::uint32_t>(build, header.words[2], 1, kUnlimited);
    if (mark) server.service = model::FirewallMark{*mark, std::nullopt};
    return mark.has_value();
}

bool open_group_service(Build& build, const Statement& header, VirtualServerDraft& server) {
    if (header.size() < 3) {
        build.diags.add(Code::MissingArgument, header.words[1].span, "group needs a name")
            .label("expected the name of a virtual_server_group after this");
        return false;
    }
    server.service = model::GroupService{};
    server.group = header.words[2].text;
    server.span = header.words[2].span;
    return true;
}

bool open_endpoint(Build& build, const Statement& header, VirtualServerDraft& server) {
    const auto endpoint = read_endpoint(build, header, 1);
    if (!endpoint) return false;
    server.service = model::Endpoint{endpoint->address, endpoint->port.value_or(0)};
    return true;
}

// A flag of the schedulers that hash. What they are is only known once lb_algo was read.
bool hashes_source(Build& build, const Argument& argument) {
    const auto scheduler = server_of(build).scheduler.value_or("");
    if (scheduler == "sh" || scheduler == "mh") return true;
    build.diags
        .add(Code::SchedulerFlagUnused, argument.span,
             std::string{argument.keyword} + " is for the schedulers sh and mh")
        .label("ignored")
        .hint(scheduler.empty() ? "put lb_algo above it" : "");
    return false;
}

bool sorry_server_known(Build& build, const Argument& argument) {
    if (server_of(build).sorry_server) return true;
    build.diags
        .add(Code::SorrySettingUnused, argument.span,
             std::string{argument.keyword} + " stands before any sorry_server")
        .label("ignored")
        .hint("put sorry_server above it");
    return false;
}

}  // namespace

std::optional<EndpointWords> read_endpoint(Build& build, const Statement& statement, std::size_t at) {
    const Word& word = statement.words[at];
    const std::string_view host = word.text.substr(0, word.text.find_first_of("-/"));
    const auto address = net::Address::parse(host);
    if (!address) {
        build.diags.add(Code::BadAddress, word.span, quote(word.text) + " is not an address")
            .label("expected an IPv4 or IPv6 address");
        return std::nullopt;
    }
    if (host.size() < word.text.size())
        build.diags.add(Code::RangeIgnored, word.span, "a server is a single address")
            .label("only " + std::string{host} + " is used")
            .hint("ranges are for virtual_server_group");
    EndpointWords found{*address, {}};
    if (at + 1 >= statement.size()) return found;
    const auto port = read_number<std::uint16_t>(build, statement.words[at + 1], 0, kLargestPort);
    if (!port) return std::nullopt;
    found.port.give(*port, statement.words[at + 1].span);
    if (at + 2 < statement.size())
        build.diags
            .add(Code::IgnoredWords, statement.words[at + 2].span, "words after the port have no effect")
            .label("ignored");
    return found;
}

bool open_ssl(Build& build, const Statement& header) {
    auto& tls = build.draft.load_balancing.tls;
    if (tls)
        build.diags.add(Code::RepeatedTlsSetting, header.keyword().span, "there already is an SSL block")
            .label("this one replaces it");
    tls.emplace();
    return true;
}

void set_tls(Build& build, const Argument& argument, std::string model::TlsClient::* field) {
    std::string& value = (*build.draft.load_balancing.tls).*field;
    if (!value.empty())
        build.diags
            .add(Code::RepeatedTlsSetting, argument.span,
                 std::string{argument.keyword} + " is given a second time")
            .label("replaces the one above");
    value = std::get<std::string_view>(argument.value);
}

bool open_virtual_server(Build& build, const Statement& header) {
    if (!has_value(build, header, "an address, fwmark or group")) return false;
    VirtualServerDraft server;
    server.span = header.words[1].span;
    const std::string_view kind = header.words[1].text;
    const bool opened = kind == "fwmark"  ? open_mark(build, header, server)
                        : kind == "group" ? open_group_service(build, header, server)
                                          : open_endpoint(build, header, server);
    if (!opened) return false;
    server.order = build.draft.blocks++;
    build.draft.load_balancing.servers.push_back(std::move(server));
    return true;
}

bool open_real_server(Build& build, const Statement& header) {
    if (!has_value(build, header, "an address")) return false;
    const auto endpoint = read_endpoint(build, header, 1);
    if (!endpoint) return false;
    RealServerDraft& server = server_of(build).real_servers.emplace_back();
    server.span = header.words[1].span;
    server.address = endpoint->address;
    server.port = endpoint->port;
    return true;
}

void set_service_family(Build& build, const Argument& argument) {
    const bool v6 = std::get<std::string_view>(argument.value) == "inet6";
    server_of(build).family.give(v6 ? net::Family::Ipv6 : net::Family::Ipv4, argument.span);
}

void set_transport(Build& build, const Argument& argument) {
    const std::string_view name = std::get<std::string_view>(argument.value);
    const auto transport = name == "TCP"   ? model::Transport::Tcp
                           : name == "UDP" ? model::Transport::Udp
                                           : model::Transport::Sctp;
    server_of(build).transport.give(transport, argument.span);
}

void set_service_method(Build& build, const Argument& argument) {
    set_method(build, argument, server_of(build));
}

void set_server_method(Build& build, const Argument& argument) {
    set_method(build, argument, server_of(build).real_servers.back());
}

void set_sorry_server(Build& build, const Argument& argument) {
    if (!has_value(build, argument.statement, "an address")) return;
    const auto endpoint = read_endpoint(build, argument.statement, 1);
    if (!endpoint) return;
    server_of(build).sorry_server =
        SorryServerDraft{endpoint->address, endpoint->port, argument.statement.words[1].span, {}, false};
}

void set_sorry_inhibit(Build& build, const Argument& argument) {
    if (sorry_server_known(build, argument)) server_of(build).sorry_server->inhibit = true;
}

void set_sorry_method(Build& build, const Argument& argument) {
    if (sorry_server_known(build, argument)) set_method(build, argument, *server_of(build).sorry_server);
}

void set_persistence_timeout(Build& build, const Argument& argument) {
    const auto* const given = std::get_if<std::int64_t>(&argument.value);
    const seconds timeout = given != nullptr ? seconds{*given} : model::Persistence{}.timeout;
    server_of(build).persistence_timeout.give(timeout, argument.span);
}

void set_persistence_engine(Build& build, const Argument& argument) {
    std::string name{std::get<std::string_view>(argument.value)};
    if (name.size() > kLongestEngine) {
        name.resize(kLongestEngine);
        build.diags.add(Code::ValueCorrected, argument.span, "the name of an engine has at most 15 letters")
            .label(quote(name) + " is used");
    }
    server_of(build).persistence_engine.give(std::move(name), argument.span);
}

void refuse_hashed(Build& build, const Argument& argument) {
    build.diags.add(Code::SchedulerFlagUnused, argument.span, "hashed has no effect with any scheduler")
        .label("ignored");
}

void set_hash_fallback(Build& build, const Argument& argument) {
    if (hashes_source(build, argument)) server_of(build).flags.flag_1 = true;
}

void set_hash_port(Build& build, const Argument& argument) {
    if (hashes_source(build, argument)) server_of(build).flags.flag_2 = true;
}

}  // namespace understudy::config
