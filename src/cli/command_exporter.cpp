#include "command_exporter.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "understudy/base/text.hpp"
#include "understudy/os/http_server.hpp"
#include "understudy/os/signals.hpp"

#include "control_client.hpp"
#include "daemon_watch.hpp"
#include "site.hpp"

namespace understudy::cli {

namespace {

constexpr const char* kDefaultListen = "127.0.0.1:9112";

constexpr Option kExporterOptions[] = {{.name = "listen",
                                        .letter = 'l',
                                        .argument = "ADDR:PORT",
                                        .meaning = "where to answer, 127.0.0.1:9112 unless given"},
                                       kSocket};

int complain_of(const os::SysError& error, Console& console) {
    console.err << "understudyctl: " << error.to_string() << "\n";
    return kFailed;
}

std::string in_url(const net::Address& address) {
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

int serve(const Listen& listen, const std::string& socket, Console& console) {
    os::Loop loop{1};  // one thread
    const std::array numbers{SIGTERM, SIGINT};
    const auto signals = os::Signals::open(loop, numbers, [&](int) { loop.stop(); });
    if (!signals) return complain_of(signals.error(), console);
    DaemonWatch watch{loop, socket};
    if (const auto opened = watch.open(); !opened) return complain_of(opened.error(), console);
    os::HttpServerOptions options;
    options.address = listen.address;
    options.port = listen.port;
    const auto server = os::HttpServer::open(
        loop, options, [&](const os::HttpRequest& request, os::HttpServer::Answer answered) {
            if (!needs_daemon(request)) return answered(answer(request, {}));
            const auto wish = needs_history(request) ? DaemonWatch::Wish::History : DaemonWatch::Wish::Status;
            watch.look(wish, [request, answered = std::move(answered)](const Scene& scene) mutable {
                answered(answer(request, scene));
            });
        });
    if (!server) return complain_of(server.error(), console);
    console.out << fmt::format("listening at http://{}:{}/\n", in_url(listen.address), server->port());
    console.out.flush();
    loop.run();
    return kDone;
}

int exporter(const Arguments& arguments, Console& console) {
    const std::string given = arguments.value("listen").value_or(kDefaultListen);
    const auto listen = parse_listen(given);
    if (!listen) {
        console.err << "understudyctl: " << quote(given)
                    << " is no address with a port: 127.0.0.1:9112 or [::1]:9112\n";
        return kBadUsage;
    }
    return serve(*listen, arguments.value("socket").value_or(kDefaultSocket), console);
}

}  // namespace

std::optional<Listen> parse_listen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = net::Address::parse(host);
    if (!port || !address || address->is_v6() != bracketed) return std::nullopt;
    return Listen{*address, *port};
}

constinit const Command kExporter{
    .name = "exporter",
    .meaning = "Serve metrics and a page for people by HTTP",
    .details =
        "Until it is ended: /metrics for Prometheus, and / shows roles, warnings and what has happened\n"
        "in a browser, live. Nothing can be changed through it. It needs no rights but to reach the\n"
        "control socket. Whoever can connect to ADDR:PORT sees what `status` shows, so think before\n"
        "giving another address than this host's own.",
    .options = kExporterOptions,
    .run = exporter};

}  // namespace understudy::cli
