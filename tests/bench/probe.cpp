// A client's view of a virtual address, in two modes, both printed as one JSON object on standard output.
//
//   probe echo ADDRESS SOURCE INTERVAL_US SECONDS   sends ICMP echo requests at a steady pace and tells every
//   gap probe arp INTERFACE SOURCE PAUSE_US SECONDS     reads addresses from standard input, asks for each by
//   ARP
//                                                   until it answers, and tells when the first answer came
//
// Requests carry their number; answers are timed by the kernel, not by this program's wake-ups. SIGTERM and
// SIGINT end a run early, with its results. The sender's own lateness is part of the report, because no
// figure is better than it.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
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
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

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
// ----------------------------------------------------------------------------------------------------

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
// ----------------------------------------------------------------------------------------------------

struct [[gnu::packed]] ArpFrame {
    std::array<std::uint8_t, 6> destination{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    std::array<std::uint8_t, 6> source{};
    std::uint16_t ethertype = htons(ETHERTYPE_ARP);
    std::uint16_t hardware = htons(1);
    std::uint16_t protocol = htons(ETHERTYPE_IP);
    std::uint8_t hardware_bytes = 6;
    std::uint8_t protocol_bytes = 4;
    std::uint16_t operation = htons(1);
    std::array<std::uint8_t, 6> sender_mac{};
    std::uint32_t sender = 0;
    std::array<std::uint8_t, 6> target_mac{};
    std::uint32_t target = 0;
};

constexpr std::uint16_t kArpReply = 2;

class ArpSession {
public:
    ArpSession(const std::string& interface, const std::string& source)
        : socket_(prepare(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETHERTYPE_ARP)))) {
        ifreq request{};
        interface.copy(request.ifr_name, IFNAMSIZ - 1);
        sockaddr_ll link{};
        link.sll_family = AF_PACKET;
        link.sll_protocol = htons(ETHERTYPE_ARP);
        link.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
        if (::ioctl(socket_, SIOCGIFHWADDR, &request) < 0 ||
            ::bind(socket_, reinterpret_cast<const sockaddr*>(&link), sizeof link) < 0) {
            std::cerr << "probe: cannot use " << interface << ": " << std::strerror(errno) << '\n';
            std::exit(1);
        }
        std::memcpy(frame_.source.data(), request.ifr_hwaddr.sa_data, frame_.source.size());
        frame_.sender_mac = frame_.source;
        frame_.sender = ::inet_addr(source.c_str());
    }
    ArpSession(const ArpSession&) = delete;
    ArpSession& operator=(const ArpSession&) = delete;
    ~ArpSession() { ::close(socket_); }

    // Sweeps over the addresses that have not answered yet, with a pause after each sweep.
    void run(std::span<const std::uint32_t> targets, Pace pace) {
        std::vector<std::uint32_t> open{targets.begin(), targets.end()};
        const nanoseconds end = now() + pace.length;
        while (!open.empty() && now() < end && stop_requested == 0) {
            for (const std::uint32_t target : open) ask(target);
            sleep_until(now() + pace.step);
            collect();
            std::erase_if(open, [&](std::uint32_t target) { return answers_.contains(target); });
        }
    }

    [[nodiscard]] const std::map<std::uint32_t, nanoseconds>& answers() const { return answers_; }

private:
    void ask(std::uint32_t target) {
        frame_.target = target;
        static_cast<void>(::send(socket_, &frame_, sizeof frame_, 0));
    }

    void collect() {
        while (const auto heard = receive(socket_)) {
            ArpFrame reply;
            if (heard->bytes.size() < sizeof reply) continue;
            std::memcpy(&reply, heard->bytes.data(), sizeof reply);
            if (reply.operation == htons(kArpReply)) answers_.try_emplace(reply.sender, heard->time);
        }
    }

    int socket_;
    ArpFrame frame_;
    std::map<std::uint32_t, nanoseconds> answers_;
};

void report(const ArpSession& session, std::size_t asked) {
    nanoseconds last{};
    for (const auto& [address, time] : session.answers()) last = std::max(last, time);
    std::cout << fmt::format(R"({{"asked": {}, "answered": {}, "all_answered_at": {:.6f}}})", asked,
                             session.answers().size(), as_seconds(last))
              << '\n';
}

// ---- command line
// ----------------------------------------------------------------------------------------------------

std::int64_t whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= 0) {
        std::cerr << "probe: " << text << " is not a positive whole number\n";
        std::exit(1);
    }
    return value;
}

std::vector<std::uint32_t> read_targets() {
    std::vector<std::uint32_t> targets;
    for (std::string line; std::getline(std::cin, line);) targets.push_back(::inet_addr(line.c_str()));
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
    if (arguments.size() != 6 || (arguments[1] != "echo" && arguments[1] != "arp")) {
        std::cerr << "usage: probe echo ADDRESS SOURCE INTERVAL_US SECONDS\n"
                     "       probe arp INTERFACE SOURCE PAUSE_US SECONDS < ADDRESSES\n";
        return 1;
    }
    catch_stop_signals();
    const Pace pace{std::chrono::microseconds{whole_number(arguments[4])},
                    seconds{whole_number(arguments[5])}};
    if (arguments[1] == "echo") {
        EchoSession session{arguments[2], arguments[3], "eth0"};
        session.run(pace);
        report(session);
    } else {
        const auto targets = read_targets();
        ArpSession session{arguments[2], arguments[3]};
        session.run(targets, pace);
        report(session, targets.size());
    }
    return 0;
}
