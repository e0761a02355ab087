// A client's view of a virtual address, in two modes, both printed as one JSON object on standard output.
//
//   probe echo ADDRESS SOURCE INTERVAL_US SECONDS
//       sends ICMP echo requests at a steady pace and tells every gap
//   probe neighbours INTERFACE SOURCE4 SOURCE6 PAUSE_US SECONDS < ADDRESSES
//       asks for each address by ARP or neighbour solicitation until it answers, and tells when all had
//
// Requests carry their number; answers are timed by the kernel, not by this program's wake-ups. SIGTERM and
// SIGINT end a run early, with its results. The sender's own lateness is part of the report, because no
// figure is better than it.

#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <expected>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neighbour_frames.hpp"

namespace {

using namespace understudy::bench;

using std::chrono::duration_cast;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::uint16_t kEchoIdentifier = 0x7072;
constexpr nanoseconds kReportedGap{2'000'000};
constexpr nanoseconds kLastAnswersWait{200'000'000};

volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

nanoseconds now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return seconds{time.tv_sec} + nanoseconds{time.tv_nsec};
}

void sleep_until(nanoseconds when) {
    const timespec time{.tv_sec = duration_cast<seconds>(when).count(),
                        .tv_nsec = (when % seconds{1}).count()};
    ::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, nullptr);
}

double as_seconds(nanoseconds time) { return std::chrono::duration<double>{time}.count(); }
double as_milliseconds(nanoseconds time) { return std::chrono::duration<double, std::milli>{time}.count(); }

struct Pace {
    nanoseconds step{};
    nanoseconds length{};
};

struct Received {
    std::vector<std::uint8_t> bytes;
    nanoseconds time{};
};

// The kernel's receive stamp; without one the answer cannot be placed and counts as unheard.
std::expected<nanoseconds, int> stamp_of(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec time{};
        std::memcpy(&time, CMSG_DATA(part), sizeof time);
        return seconds{time.tv_sec} + nanoseconds{time.tv_nsec};
    }
    return std::unexpected(ENODATA);
}

std::expected<Received, int> receive(int socket) {
    std::array<std::uint8_t, 2048> buffer{};
    std::array<char, 128> control{};
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto length = ::recvmsg(socket, &message, MSG_DONTWAIT);
    if (length < 0) return std::unexpected(errno);
    const auto time = stamp_of(message);
    if (!time) return std::unexpected(time.error());
    return Received{{buffer.begin(), buffer.begin() + length}, *time};
}

int prepare(int socket) {
    const int on = 1;
    const int buffer_bytes = 32 << 20;
    if (socket < 0 || ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0 ||
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) < 0) {
        std::cerr << "probe: cannot open a raw socket: " << std::strerror(errno) << '\n';
        std::exit(1);
    }
    return socket;
}

// ---- echo
// ---- echo -------------------------------------------------------------------------------------------

struct Echo {
    nanoseconds sent{};
    nanoseconds answered{};  // zero while unanswered
};

class EchoSession {
public:
    EchoSession(const std::string& target, const std::string& source, const std::string& scope)
        : is_ipv6_(target.contains(':')),
          socket_(prepare(is_ipv6_ ? ::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6)
                                   : ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP))) {
        resolve(target, scope, target_, target_length_);
        sockaddr_storage own{};
        socklen_t own_length = 0;
        resolve(source, scope, own, own_length);
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&own), own_length) < 0) {
            std::cerr << "probe: cannot send from " << source << ": " << std::strerror(errno) << '\n';
            std::exit(1);
        }
    }
    EchoSession(const EchoSession&) = delete;
    EchoSession& operator=(const EchoSession&) = delete;
    ~EchoSession() { ::close(socket_); }

    void run(Pace pace) {
        const nanoseconds start = now();
        for (nanoseconds due = start; due < start + pace.length && stop_requested == 0; due += pace.step) {
            sleep_until(due);
            const nanoseconds late = now() - due;
            worst_lateness_ = std::max(worst_lateness_, late);
            // A machine that slept through several turns does not make up for them in a burst.
            if (late > 10 * pace.step) due += late - late % pace.step;
            send();
            collect();
        }
        sleep_until(now() + kLastAnswersWait);
        collect();
    }

    [[nodiscard]] std::span<const Echo> echoes() const { return echoes_; }
    [[nodiscard]] nanoseconds worst_lateness() const { return worst_lateness_; }

private:
    static void resolve(const std::string& text, const std::string& scope, sockaddr_storage& into,
                        socklen_t& length) {
        auto& four = reinterpret_cast<sockaddr_in&>(into);
        auto& six = reinterpret_cast<sockaddr_in6&>(into);
        if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
            four.sin_family = AF_INET;
            length = sizeof four;
        } else if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
            six.sin6_family = AF_INET6;
            // A scope on a global address would be refused, so only link-local ones get it.
            if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) six.sin6_scope_id = ::if_nametoindex(scope.c_str());
            length = sizeof six;
        } else {
            std::cerr << "probe: " << text << " is not an address\n";
            std::exit(1);
        }
    }

    // The number of a request is split over the header's sequence and the payload, so that it never wraps.
    void send() {
        std::array<std::uint8_t, 16> packet{};
        const auto number = static_cast<std::uint32_t>(echoes_.size());
        packet[0] = is_ipv6_ ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO};
        const std::uint16_t identifier = htons(kEchoIdentifier);
        std::memcpy(&packet[4], &identifier, sizeof identifier);
        std::memcpy(&packet[8], &number, sizeof number);
        if (!is_ipv6_) add_checksum(packet);
        echoes_.push_back({.sent = now()});
        // A refusal (no neighbour yet, queue full) is an unanswered request, which is all a client would
        // notice.
        static_cast<void>(::sendto(socket_, packet.data(), packet.size(), MSG_DONTWAIT,
                                   reinterpret_cast<const sockaddr*>(&target_), target_length_));
    }

    static void add_checksum(std::span<std::uint8_t, 16> packet) {
        std::uint32_t sum = 0;
        for (std::size_t at = 0; at < packet.size(); at += 2)
            sum += static_cast<std::uint32_t>(packet[at] << 8 | packet[at + 1]);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        packet[2] = static_cast<std::uint8_t>(~sum >> 8 & 0xff);
        packet[3] = static_cast<std::uint8_t>(~sum & 0xff);
    }

    void collect() {
        while (true) {
            const auto heard = receive(socket_);
            if (!heard && (heard.error() == EAGAIN || heard.error() == EINTR)) return;
            if (heard) note(*heard);
        }
    }

    void note(const Received& heard) {
        const std::size_t header = is_ipv6_ || heard.bytes.empty() ? 0 : (heard.bytes[0] & 15U) * 4U;
        if (heard.bytes.size() < header + 12) return;
        const std::span icmp = std::span{heard.bytes}.subspan(header);
        const auto reply = is_ipv6_ ? std::uint8_t{ICMP6_ECHO_REPLY} : std::uint8_t{ICMP_ECHOREPLY};
        std::uint16_t identifier = 0;
        std::uint32_t number = 0;
        std::memcpy(&identifier, &icmp[4], sizeof identifier);
        std::memcpy(&number, &icmp[8], sizeof number);
        if (icmp[0] != reply || ntohs(identifier) != kEchoIdentifier || number >= echoes_.size()) return;
        if (echoes_[number].answered == nanoseconds{}) echoes_[number].answered = heard.time;
    }

    bool is_ipv6_;
    int socket_;
    sockaddr_storage target_{};
    socklen_t target_length_ = 0;
    std::vector<Echo> echoes_;
    nanoseconds worst_lateness_{};
};

struct Gap {
    nanoseconds last_answer{};
    nanoseconds first_lost{};      // when the first unanswered request left
    nanoseconds first_answered{};  // when the first answered request after it left
    nanoseconds next_answer{};
    std::size_t lost = 0;
};

std::vector<Gap> gaps_in(std::span<const Echo> echoes) {
    std::vector<Gap> gaps;
    const Echo* last = nullptr;
    const Echo* lost = nullptr;
    std::size_t count = 0;
    for (const Echo& echo : echoes) {
        if (echo.answered == nanoseconds{}) {
            if (lost == nullptr) lost = &echo;
            ++count;
            continue;
        }
        if (last != nullptr && (lost != nullptr || echo.answered - last->answered > kReportedGap))
            gaps.push_back(
                {last->answered, lost != nullptr ? lost->sent : echo.sent, echo.sent, echo.answered, count});
        last = &echo;
        lost = nullptr;
        count = 0;
    }
    return gaps;
}

std::string to_json(const Gap& gap) {
    return fmt::format(R"({{"last_answer": {:.6f}, "next_answer": {:.6f}, "gap_ms": {:.3f}, )"
                       R"("outage_ms": {:.3f}, "lost": {}}})",
                       as_seconds(gap.last_answer), as_seconds(gap.next_answer),
                       as_milliseconds(gap.next_answer - gap.last_answer),
                       as_milliseconds(gap.first_answered - gap.first_lost), gap.lost);
}

void report(const EchoSession& session) {
    auto gaps = gaps_in(session.echoes());
    const auto answered =
        std::ranges::count_if(session.echoes(), [](const Echo& e) { return e.answered != nanoseconds{}; });
    std::string listed;
    std::string longest = "null";
    nanoseconds most{};
    for (const Gap& gap : gaps) {
        const nanoseconds length = gap.next_answer - gap.last_answer;
        if (length > most) longest = to_json(gap);
        most = std::max(most, length);
        if (length > kReportedGap) listed += (listed.empty() ? "" : ", ") + to_json(gap);
    }
    std::cout
        << fmt::format(
               R"({{"sent": {}, "answered": {}, "worst_lateness_ms": {:.3f}, "longest": {}, "gaps": [{}]}})",
               session.echoes().size(), answered, as_milliseconds(session.worst_lateness()), longest, listed)
        << '\n';
}

// ---- arp
// ---- neighbours -------------------------------------------------------------------------------------

constexpr std::uint16_t kArpReply = 2;

class NeighbourSession {
public:
    NeighbourSession(const std::string& interface, const std::string& source4, const std::string& source6)
        : socket_(prepare(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)))) {
        ifreq request{};
        interface.copy(request.ifr_name, IFNAMSIZ - 1);
        sockaddr_ll link{};
        link.sll_family = AF_PACKET;
        link.sll_protocol = htons(ETH_P_ALL);
        link.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
        if (::ioctl(socket_, SIOCGIFHWADDR, &request) < 0 ||
            ::bind(socket_, reinterpret_cast<const sockaddr*>(&link), sizeof link) < 0) {
            std::cerr << "probe: cannot use " << interface << ": " << std::strerror(errno) << '\n';
            std::exit(1);
        }
        std::memcpy(mac_.data(), request.ifr_hwaddr.sa_data, mac_.size());
        ::inet_pton(AF_INET, source4.c_str(), &source4_);
        ::inet_pton(AF_INET6, source6.c_str(), &source6_);
    }
    NeighbourSession(const NeighbourSession&) = delete;
    NeighbourSession& operator=(const NeighbourSession&) = delete;
    ~NeighbourSession() { ::close(socket_); }

    // Sweeps over the addresses that have not answered yet, with a pause after each sweep.
    void run(std::span<const Target> targets, Pace pace) {
        std::vector<Target> open{targets.begin(), targets.end()};
        const nanoseconds end = now() + pace.length;
        while (!open.empty() && now() < end && stop_requested == 0) {
            for (const Target& target : open) ask(target);
            sleep_until(now() + pace.step);
            collect();
            std::erase_if(open, [&](const Target& target) { return answers_.contains(text_of(target)); });
        }
    }

    [[nodiscard]] const std::map<std::string, nanoseconds>& answers() const { return answers_; }

private:
    void ask(const Target& target) {
        if (const auto* four = std::get_if<in_addr>(&target))
            ask_by_arp(*four);
        else
            solicit(std::get<in6_addr>(target));
    }

    void ask_by_arp(in_addr target) {
        ArpFrame frame;
        frame.ethernet.source = frame.sender_mac = mac_;
        frame.sender = source4_;
        frame.target = target;
        static_cast<void>(::send(socket_, &frame, sizeof frame, 0));
    }

    // RFC 4861 §7.2.2: to the solicited-node group of the target, ff02::1:ffXX:XXXX.
    void solicit(const in6_addr& target) {
        NeighbourFrame frame;
        ::inet_pton(AF_INET6, "ff02::1:ff00:0", &frame.destination);
        std::memcpy(&frame.destination.s6_addr[13], &target.s6_addr[13], 3);
        frame.ethernet.destination = {
            0x33, 0x33, 0xff, target.s6_addr[13], target.s6_addr[14], target.s6_addr[15]};
        frame.ethernet.source = frame.option_mac = mac_;
        frame.source = source6_;
        frame.target = target;
        frame.checksum = icmp6_checksum(frame);
        static_cast<void>(::send(socket_, &frame, sizeof frame, 0));
    }

    void collect() {
        while (const auto heard = receive(socket_))
            if (const auto answered = answered_by(heard->bytes))
                answers_.try_emplace(text_of(*answered), heard->time);
    }

    // Only an answer to our question counts, not the announcement that may come before it.
    static std::optional<Target> answered_by(std::span<const std::uint8_t> bytes) {
        ArpFrame arp;
        NeighbourFrame advert;
        if (bytes.size() < sizeof arp) return std::nullopt;
        std::memcpy(&arp, bytes.data(), sizeof arp);
        if (arp.ethernet.ethertype == htons(ETHERTYPE_ARP) && arp.operation == htons(kArpReply))
            return in_addr(arp.sender);
        if (bytes.size() < sizeof advert) return std::nullopt;
        std::memcpy(&advert, bytes.data(), sizeof advert);
        if (advert.ethernet.ethertype == htons(ETHERTYPE_IPV6) && advert.next_header == IPPROTO_ICMPV6 &&
            advert.type == ND_NEIGHBOR_ADVERT && (advert.flags & ND_NA_FLAG_SOLICITED) != 0)
            return in6_addr(advert.target);
        return std::nullopt;
    }

    int socket_;
    Mac mac_{};
    in_addr source4_{};
    in6_addr source6_{};
    std::map<std::string, nanoseconds> answers_;
};

void report(const NeighbourSession& session, std::size_t asked) {
    nanoseconds last{};
    for (const auto& [address, time] : session.answers()) last = std::max(last, time);
    std::cout << fmt::format(R"({{"asked": {}, "answered": {}, "all_answered_at": {:.6f}}})", asked,
                             session.answers().size(), as_seconds(last))
              << '\n';
}

// ---- command line
// ---- command line -----------------------------------------------------------------------------------

std::int64_t whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= 0) {
        std::cerr << "probe: " << text << " is not a positive whole number\n";
        std::exit(1);
    }
    return value;
}

std::vector<Target> read_targets() {
    std::vector<Target> targets;
    for (std::string line; std::getline(std::cin, line);) {
        const auto target = target_of(line);
        if (!target) {
            std::cerr << "probe: " << target.error() << '\n';
            std::exit(1);
        }
        targets.push_back(*target);
    }
    return targets;
}

void catch_stop_signals() {
    struct sigaction action{};
    action.sa_handler = request_stop;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments{words, words + count};
    const std::string mode = count > 1 ? arguments[1] : "";
    if (!(mode == "echo" && count == 6) && !(mode == "neighbours" && count == 7)) {
        std::cerr << "usage: probe echo ADDRESS SOURCE INTERVAL_US SECONDS\n"
                     "       probe neighbours INTERFACE SOURCE4 SOURCE6 PAUSE_US SECONDS < ADDRESSES\n";
        return 1;
    }
    catch_stop_signals();
    const std::size_t last = arguments.size() - 1;
    const Pace pace{std::chrono::microseconds{whole_number(arguments[last - 1])},
                    seconds{whole_number(arguments[last])}};
    if (mode == "echo") {
        EchoSession session{arguments[2], arguments[3], "eth0"};
        session.run(pace);
        report(session);
    } else {
        const auto targets = read_targets();
        NeighbourSession session{arguments[2], arguments[3], arguments[4]};
        session.run(targets, pace);
        report(session, targets.size());
    }
    return 0;
}
