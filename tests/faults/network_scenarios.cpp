// The network of a namespace of the test's own: eth0 and eth1 are the ends of one cable.
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "understudy/net/packet_filter.hpp"
#include "understudy/net/virtual_link.hpp"
#include "understudy/os/advert_socket.hpp"
#include "understudy/os/advert_tap.hpp"
#include "understudy/os/frame_socket.hpp"
#include "understudy/os/http_server.hpp"
#include "understudy/os/link_beat.hpp"
#include "understudy/os/link_requests.hpp"
#include "understudy/os/links.hpp"
#include "understudy/os/mail.hpp"
#include "understudy/os/neighbour_watch.hpp"
#include "understudy/os/netlink.hpp"
#include "understudy/os/packet_filter.hpp"
#include "understudy/os/prober.hpp"
#include "understudy/os/routes.hpp"
#include "understudy/os/unique_fd.hpp"

#include "../unit/os/run_until.hpp"
#include "board.hpp"
#include "stage.hpp"

namespace understudy::os::test {
namespace {

net::Address address(std::string_view text) { return *net::Address::parse(text); }
net::LinkIndex link(const char* name) { return {::if_nametoindex(name)}; }

// Runs until it is so, or a moment has passed: where something failed, it never is.
template <typename Condition>
void run_a_moment(Loop& loop, Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{250};
    while (!condition() && std::chrono::steady_clock::now() < until) {
        run_ready(loop);
        ::usleep(500);
    }
}

std::vector<std::byte> octets(std::initializer_list<unsigned> numbers) {
    std::vector<std::byte> result;
    for (const unsigned number : numbers) result.push_back(static_cast<std::byte>(number));
    return result;
}

// From 192.0.2.77 to 224.0.0.18; what is wrong with the rest of it does not matter to a socket.
const std::vector<std::byte>& advert() {
    static const auto kAdvert = octets({0x45, 0xc0, 0, 32, 0,    0,  0,   0, 255, 112, 0, 0, 192, 0, 2, 77,
                                        224,  0,    0, 18, 0x31, 51, 100, 1, 0,   100, 0, 0, 192, 0, 2, 10});
    return kAdvert;
}

AdvertSocketOptions advert_options(const char* name, net::Family family) {
    AdvertSocketOptions options;
    options.family = family;
    options.link = link(name);
    options.groups = {address(family == net::Family::Ipv4 ? "224.0.0.18" : "ff02::12")};
    options.vrids.set(51);
    options.hear_ah = family == net::Family::Ipv4;
    options.foreign_source = family == net::Family::Ipv6;
    options.receive_buffer = ReceiveBuffer{65536, true};
    return options;
}

void exchange_adverts(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::size_t heard = 0;
    stage.act([&] {
        const auto failed = [&](const SysError& error) { stage.complain(error); };
        auto speaker = AdvertSocket::open(loop, advert_options("eth0", net::Family::Ipv4),
                                          {[](const ReceivedPacket&) {}, failed});
        if (!stage.check(speaker)) return;
        auto hearer = AdvertSocket::open(loop, advert_options("eth1", net::Family::Ipv4),
                                         {[&](const ReceivedPacket&) { ++heard; }, failed});
        if (!stage.check(hearer)) return;
        stage.check(hearer->hear(advert_options("eth1", net::Family::Ipv4).vrids));
        stage.check(hearer->resize_buffer(std::nullopt));
        OutgoingPacket packet;
        packet.bytes = advert();
        packet.destination = address("224.0.0.18");
        for (const int error : speaker->send(std::array{packet, packet})) stage.complain_of(error);
        run_a_moment(loop, [&] { return heard == 2; });
        hearer->hear_waiting();
    });
    stage.result(std::to_string(heard));
}

void open_a_socket_for_ipv6(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act([&] {
        const auto failed = [&](const SysError& error) { stage.complain(error); };
        stage.check(AdvertSocket::open(loop, advert_options("eth0", net::Family::Ipv6),
                                       {[](const ReceivedPacket&) {}, failed}));
    });
}

void overhear(Stage& stage) {
    stage.act([&] {
        const TapPlace place{link("eth1"), {address("224.0.0.18"), address("ff02::12")}};
        stage.check(overhear_adverts({place}, milliseconds{3}));
    });
}

void send_frames(Stage& stage) {
    const std::vector<std::byte> frame(60);
    stage.act([&] {
        auto frames = FrameSocket::open();
        if (!stage.check(frames)) return;
        const OutgoingFrame one{frame, link("eth0")};
        for (const int error : frames->send(std::array{one, one})) stage.complain_of(error);
    });
}

// 192.0.2.9 is at 02:00:00:00:00:09.
std::vector<std::byte> arp_reply() {
    return octets({255, 255, 255, 255, 255, 255, 2,   0,   0,   0,   0,   9, 8, 6,
                   0,   1,   8,   0,   6,   4,   0,   2,   2,   0,   0,   0, 0, 9,
                   192, 0,   2,   9,   255, 255, 255, 255, 255, 255, 192, 0, 2, 1});
}

void send_arp_reply(Stage& stage, const char* from) {
    stage.aside([&] {
        const auto frame = arp_reply();
        static_cast<void>(FrameSocket::open()->send(std::array{OutgoingFrame{frame, link(from)}}));
    });
}

void watch_neighbours(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    bool claimed = false;
    const std::array guarded{address("192.0.2.9")};
    const std::array guarded_v6{address("2001:db8::9")};
    stage.act([&] {
        auto watch = NeighbourWatch::open(loop, link("eth1"), net::Family::Ipv4, guarded,
                                          [&](const NeighbourClaim&) { claimed = true; });
        stage.check(NeighbourWatch::open(loop, link("eth1"), net::Family::Ipv6, guarded_v6,
                                         [](const NeighbourClaim&) {}));
        if (!stage.check(watch)) return;
        stage.check(watch->guard(guarded));
        send_arp_reply(stage, "eth0");
        run_a_moment(loop, [&] { return claimed; });
    });
    stage.result(claimed ? "claimed" : "silent");
}

Question question(Question::Kind kind, std::string_view host) {
    Question result;
    result.kind = kind;
    result.host = address(host);
    return result;
}

void ask(Stage& stage, const Question& asked, const std::function<void()>& other_side) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::optional<ProbeAnswer> answer;
    stage.act([&] {
        Prober prober{loop, [&](std::uint64_t, const ProbeAnswer& heard) { answer = heard; }};
        prober.ask(1, asked);
        other_side();
        run_a_moment(loop, [&] { return answer.has_value(); });
    });
    stage.result(answer ? answer->reason : "no answer");
    if (!answer || !answer->good) stage.complain(answer ? answer->reason : "no answer");
}

void ask_a_neighbour(Stage& stage) {
    Question asked = question(Question::Kind::Neighbour, "192.0.2.9");
    asked.interface = "eth0";
    ask(stage, asked, [&] { send_arp_reply(stage, "eth1"); });
}

void ask_a_neighbour_by_ipv6(Stage& stage) {
    Question asked = question(Question::Kind::Neighbour, "2001:db8::9");
    asked.interface = "eth0";
    asked.source = address("2001:db8::1");
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act([&] {
        Prober prober{loop, [&](std::uint64_t, const ProbeAnswer& heard) { stage.complain(heard.reason); }};
        prober.ask(1, asked);
        for (int turn = 0; turn < 4; ++turn) run_ready(loop);
    });
}

void ask_for_an_echo(Stage& stage) {
    Question asked = question(Question::Kind::Echo, "127.0.0.1");
    asked.source = address("127.0.0.1");
    ask(stage, asked, [] {});
}

void ask_a_link_local_host(Stage& stage) {
    Question asked = question(Question::Kind::Echo, "fe80::9");
    asked.interface = "eth0";
    PreparedLoop prepared;
    stage.act([&] {
        Prober prober{prepared.loop,
                      [&](std::uint64_t, const ProbeAnswer& heard) { stage.complain(heard.reason); }};
        prober.ask(1, asked);
        for (int turn = 0; turn < 4; ++turn) run_ready(prepared.loop);
    });
}

void ask_a_server(Stage& stage) {
    const UniqueFd listener{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* const generic = reinterpret_cast<sockaddr*>(&where);
    if (::bind(listener.get(), generic, size) < 0 || ::listen(listener.get(), 4) < 0 ||
        ::getsockname(listener.get(), generic, &size) < 0)
        return;
    Question asked = question(Question::Kind::HttpStatus, "127.0.0.1");
    asked.port = ntohs(where.sin_port);
    asked.request = "GET / HTTP/1.1\r\n\r\n";
    asked.least = 200;
    asked.most = 299;
    UniqueFd client;
    ask(stage, asked, [&] {
        stage.aside([&] {
            client = UniqueFd{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\n\r\n";
            ::send(client.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
        });
    });
}

void mirror_the_kernel(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    bool settled = false;
    stage.act([&] {
        KernelMirrorHandlers handlers;
        handlers.changed = [](std::span<const wire::RtnlMessage>) {};
        handlers.resync_started = [] {};
        handlers.resynchronised = [&](const KernelPicture&) { settled = true; };
        handlers.failed = [&](const SysError& error) { stage.complain(error); };
        auto mirror = KernelMirror::open(loop, std::move(handlers));
        if (!stage.check(mirror)) return;
        run_a_moment(loop, [&] { return settled || !stage.complaints().empty(); });
        settled = false;
        mirror->resynchronise();
        run_a_moment(loop, [&] { return settled || !stage.complaints().empty(); });
    });
    stage.result(settled ? "settled" : "unsettled");
}

void change_addresses(Stage& stage) {
    net::InterfaceAddress one;
    one.link = link("eth0");
    one.prefix = *net::Prefix::parse("198.51.100.5/32");
    const std::array added{KernelChange{AddressChange{ChangeKind::Add, one}}};
    const std::array removed{KernelChange{AddressChange{ChangeKind::Remove, one}}};
    stage.act([&] {
        auto changes = KernelChanges::open();
        if (!stage.check(changes)) return;
        for (const auto& batch : {added, removed}) {
            const auto applied = changes->apply(batch);
            if (stage.check(applied)) stage.complain_of(applied->errors.front());
        }
    });
    static_cast<void>(KernelChanges::open()->apply(removed));
}

void make_a_link(Stage& stage) {
    net::VirtualLink wanted;
    wanted.name = "vrrp.51";
    wanted.base = link("eth0");
    wanted.base_name = "eth0";
    wanted.mac = net::Mac::of(0, 0, 0x5e, 0, 1, 51);
    stage.act([&] {
        auto requests = LinkRequests::open();
        if (!stage.check(requests)) return;
        const auto made = requests->make(wanted);
        if (!stage.check(made)) return;
        stage.check(requests->stop_address_generation(*made));
        stage.check(requests->set_alias(*made, "alias"));
        stage.check(requests->set_up(*made));
        stage.check(requests->remove(*made));
    });
    if (const auto left = link("vrrp.51"); left.value != 0)
        static_cast<void>(LinkRequests::open()->remove(left));
}

void look_at_links(Stage& stage) {
    stage.act([&] {
        const auto facts = link_by_name("eth0");
        static_cast<void>(all_addresses(net::Family::Ipv4));
        static_cast<void>(link_name({1}));
        static_cast<void>(has_link_beat("eth0", LinkBeat::Any));
        stage.result(facts ? std::to_string(facts->mtu) : "unknown");
    });
}

void find_the_gateway(Stage& stage) {
    stage.act([&] {
        const auto gateway = default_gateway(net::Family::Ipv4);
        if (stage.check(gateway)) stage.result(gateway->address.to_string());
    });
}

void set_a_packet_filter(Stage& stage) {
    net::PacketFilter filter;
    filter.v4.refused = {address("198.51.100.5")};
    stage.act([&] {
        auto socket = PacketFilterSocket::open();
        if (!stage.check(socket)) return;
        stage.check(socket->set(filter));
        stage.check(socket->set({}));
    });
}

// Takes whatever it is told for a letter.
class MailServer25 {
public:
    MailServer25() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* const generic = reinterpret_cast<sockaddr*>(&where);
        ::bind(listener_.get(), generic, size);
        ::listen(listener_.get(), 4);
        ::getsockname(listener_.get(), generic, &size);
        port = ntohs(where.sin_port);
        process_ = ::fork();
        if (process_ != 0) return;
        faults::leave();
        serve();
        ::_exit(0);
    }
    MailServer25(const MailServer25&) = delete;
    MailServer25& operator=(const MailServer25&) = delete;
    ~MailServer25() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

    std::uint16_t port = 0;

private:
    void serve() const {
        const int client = ::accept(listener_.get(), nullptr, nullptr);
        FILE* const in = ::fdopen(client, "r");
        say(client, "220 ready\r\n");
        std::array<char, 512> line{};
        bool text = false;
        while (std::fgets(line.data(), static_cast<int>(line.size()), in) != nullptr) {
            const std::string_view heard{line.data()};
            if (text && heard != ".\r\n") continue;
            text = heard.starts_with("DATA");
            say(client, text ? "354 go on\r\n" : heard.starts_with("QUIT") ? "221 bye\r\n" : "250 good\r\n");
        }
    }
    static void say(int client, std::string_view text) {
        ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    }

    UniqueFd listener_;
    pid_t process_ = 0;
};

void send_a_mail(Stage& stage) {
    const MailServer25 server;
    wire::Letter letter;
    letter.sender = "ha@example.com";
    letter.recipients = {"root@example.com"};
    letter.subject = "subject";
    letter.text = "text\n";
    stage.act([&] {
        const auto delivered =
            deliver({"127.0.0.1", server.port, seconds{10}}, wire::SmtpDialogue{"example.com", letter});
        if (!delivered) stage.complain(delivered.error().text);
        stage.result(delivered ? "delivered" : "kept");
    });
}

void serve_by_http(Stage& stage) {
    namespace asio = boost::asio;
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::string heard;
    UniqueFd client;
    stage.act([&] {
        HttpServerOptions options;
        options.address = address("127.0.0.1");
        auto server = HttpServer::open(loop, options, [](const HttpRequest&, HttpServer::Answer answer) {
            answer({200, "text/plain", "text"});
        });
        if (!stage.check(server)) return;
        stage.aside([&] {
            client = UniqueFd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
            sockaddr_in where{};
            where.sin_family = AF_INET;
            where.sin_port = htons(server->port());
            where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            ::connect(client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where);
            constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";
            ::send(client.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
        });
        run_a_moment(loop, [&] {
            stage.aside([&] {
                std::array<char, 512> room{};
                const ssize_t size = ::recv(client.get(), room.data(), room.size(), MSG_DONTWAIT);
                if (size > 0) heard.append(room.data(), static_cast<std::size_t>(size));
            });
            return heard.ends_with("text");
        });
    });
    stage.result(heard.ends_with("text") ? "served" : "refused");
}

}  // namespace

std::vector<Scenario> network_scenarios() {
    return {{"advert_socket", "ExchangeAdverts", exchange_adverts},
            {"advert_socket", "OpenASocketForIpv6", open_a_socket_for_ipv6},
            {"advert_receive", "ExchangeAdverts", exchange_adverts},
            {"send_batch", "ExchangeAdverts", exchange_adverts},
            {"socket_options", "ExchangeAdverts", exchange_adverts},
            {"advert_tap", "Overhear", overhear},
            {"frame_socket", "SendFrames", send_frames},
            {"send_batch", "SendFrames", send_frames},
            {"neighbour_watch", "WatchNeighbours", watch_neighbours},
            {"neighbour_question", "AskANeighbour", ask_a_neighbour},
            {"neighbour_question", "AskANeighbourByIpv6", ask_a_neighbour_by_ipv6},
            {"probe_address", "AskANeighbourByIpv6", ask_a_neighbour_by_ipv6},
            {"probe_address", "AskALinkLocalHost", ask_a_link_local_host},
            {"probe_socket", "AskForAnEcho", ask_for_an_echo},
            {"probe_socket", "AskAServer", ask_a_server},
            {"prober", "AskAServer", ask_a_server},
            {"netlink_mirror", "MirrorTheKernel", mirror_the_kernel},
            {"netlink_socket", "MirrorTheKernel", mirror_the_kernel},
            {"netlink_socket", "ChangeAddresses", change_addresses},
            {"netlink_changes", "ChangeAddresses", change_addresses},
            {"link_requests", "MakeALink", make_a_link},
            {"links", "LookAtLinks", look_at_links},
            {"link_beat", "LookAtLinks", look_at_links},
            {"routes", "FindTheGateway", find_the_gateway},
            {"packet_filter", "SetAPacketFilter", set_a_packet_filter},
            {"mail", "SendAMail", send_a_mail},
            {"http_server", "ServeByHttp", serve_by_http}};
}

}  // namespace understudy::os::test
