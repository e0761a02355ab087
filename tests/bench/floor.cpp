// What the kernel itself takes for work that the agents have it do: bare loops of the same system calls, with
// nothing decided, heard or checked in between. Benchmarks put what an agent took beside it.
//
//   floor addresses INTERFACE SOURCE6 BATCH ROUNDS < ADDRESSES
//       adds all addresses as host addresses as both agents do: no detection of duplicates for IPv6, and
//       deprecated from the beginning. So many requests in a message and one acknowledgement for each
//       message, then announces all of them so many times, 64 frames in a system call
//   floor adverts INTERVAL_MS UNCOUNTED ROUNDS < PACKETS
//       sends all packets each interval, 64 in a system call, from one raw socket for each interface; tells
//       of the rounds behind those that are not counted. A packet is a line of an interface and of the octets
//       from the IPv4 header on, in hexadecimal
//   floor scripts PROGRAM PER_SECOND SECONDS
//       forks, executes the program and waits for its end, evenly so many times a second
//
// Each prints one JSON object on standard output: times of the clock in seconds, spans in milliseconds.

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neighbour_frames.hpp"

namespace {

using namespace understudy::bench;

constexpr std::size_t kFramesPerCall = 64;
constexpr int kRoomForFrames = 8 << 20;
constexpr std::uint32_t kForEver = 0xffff'ffff;  // of the kernel's lifetimes

[[noreturn]] void fail(std::string_view what) {
    std::cerr << "floor: cannot " << what << ": " << std::strerror(errno) << '\n';
    std::exit(1);
}

double seconds_of(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// ---- addresses --------------------------------------------------------------------------------------

using Bytes = std::vector<std::uint8_t>;

template <typename Value>
void append(Bytes& bytes, const Value& value) {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), from, from + sizeof value);
}

void append_attribute(Bytes& bytes, std::uint16_t type, std::span<const std::uint8_t> value) {
    append(bytes, nlattr{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type});
    bytes.insert(bytes.end(), value.begin(), value.end());
}

// Both kinds of address are whole numbers of words long, so nothing needs padding.
Bytes request_to_add(const Target& target, unsigned link, bool acknowledged) {
    const std::span<const std::uint8_t> address = std::visit(
        [](const auto& one) { return std::span{reinterpret_cast<const std::uint8_t*>(&one), sizeof one}; },
        target);
    Bytes bytes;
    nlmsghdr header{};
    header.nlmsg_type = RTM_NEWADDR;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
    if (acknowledged) header.nlmsg_flags |= NLM_F_ACK;
    append(bytes, header);
    ifaddrmsg body{};
    body.ifa_family = target.index() == 0 ? AF_INET : AF_INET6;
    body.ifa_prefixlen = static_cast<std::uint8_t>(8 * address.size());
    body.ifa_flags = target.index() == 0 ? 0 : IFA_F_NODAD;
    body.ifa_index = link;
    append(bytes, body);
    append_attribute(bytes, IFA_LOCAL, address);
    append_attribute(bytes, IFA_ADDRESS, address);
    if (target.index() == 1) {
        ifa_cacheinfo never_preferred{};
        never_preferred.ifa_valid = kForEver;
        append_attribute(bytes, IFA_CACHEINFO,
                         {reinterpret_cast<const std::uint8_t*>(&never_preferred), sizeof never_preferred});
    }
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes;
}

void await_acknowledgement(int socket) {
    std::array<std::uint8_t, 8192> buffer{};
    const auto length = ::recv(socket, buffer.data(), buffer.size(), 0);
    nlmsgerr answer{};
    if (length < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof answer)) fail("read the kernel's answer");
    std::memcpy(&answer, buffer.data() + NLMSG_HDRLEN, sizeof answer);
    errno = -answer.error;
    if (answer.error != 0) fail("add an address");
}

void add(std::span<const Target> targets, unsigned link, std::size_t batch) {
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0) fail("open a netlink socket");
    for (std::size_t done = 0; done < targets.size(); done += batch) {
        const std::size_t end = std::min(done + batch, targets.size());
        Bytes message;
        for (std::size_t i = done; i < end; ++i) {
            const Bytes request = request_to_add(targets[i], link, i + 1 == end);
            message.insert(message.end(), request.begin(), request.end());
        }
        if (::send(socket, message.data(), message.size(), 0) < 0) fail("ask for addresses");
        await_acknowledgement(socket);
    }
    ::close(socket);
}

// ---- announcements ----------------------------------------------------------------------------------

template <typename Frame>
Bytes bytes_of(const Frame& frame) {
    Bytes bytes;
    append(bytes, frame);
    return bytes;
}

// RFC 5227 §3: both addresses of a gratuitous ARP are the announced one.
Bytes announcement_of(in_addr target, const Mac& mac, const in6_addr&) {
    ArpFrame frame;
    frame.ethernet.source = frame.sender_mac = mac;
    frame.sender = target;
    frame.target = target;
    return bytes_of(frame);
}

// RFC 4861 §7.2.6: to all nodes, with the override flag.
Bytes announcement_of(const in6_addr& target, const Mac& mac, const in6_addr& source) {
    NeighbourFrame frame;
    ::inet_pton(AF_INET6, "ff02::1", &frame.destination);
    frame.ethernet.destination = {0x33, 0x33, 0, 0, 0, 1};
    frame.ethernet.source = frame.option_mac = mac;
    frame.source = source;
    frame.type = ND_NEIGHBOR_ADVERT;
    frame.flags = ND_NA_FLAG_OVERRIDE;
    frame.target = target;
    frame.option_type = ND_OPT_TARGET_LINKADDR;
    frame.checksum = icmp6_checksum(frame);
    return bytes_of(frame);
}

Mac mac_of(int socket, const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(socket, SIOCGIFHWADDR, &request) < 0) fail("find " + interface);
    Mac mac{};
    std::memcpy(mac.data(), request.ifr_hwaddr.sa_data, mac.size());
    return mac;
}

void send_all(int socket, std::span<Bytes> frames) {
    std::array<mmsghdr, kFramesPerCall> messages{};
    std::array<iovec, kFramesPerCall> pieces{};
    for (std::size_t done = 0; done < frames.size();) {
        const std::size_t count = std::min(kFramesPerCall, frames.size() - done);
        for (std::size_t i = 0; i < count; ++i) {
            pieces[i] = {frames[done + i].data(), frames[done + i].size()};
            messages[i].msg_hdr.msg_iov = &pieces[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        const int sent = ::sendmmsg(socket, messages.data(), static_cast<unsigned>(count), 0);
        if (sent <= 0) fail("send frames");
        done += static_cast<std::size_t>(sent);
    }
}

void announce(std::span<const Target> targets, const std::string& interface, const std::string& source,
              std::size_t rounds) {
    const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    sockaddr_ll link{};
    link.sll_family = AF_PACKET;
    link.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (socket < 0 ||
        ::setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &kRoomForFrames, sizeof kRoomForFrames) < 0 ||
        ::bind(socket, reinterpret_cast<const sockaddr*>(&link), sizeof link) < 0)
        fail("open a packet socket");
    in6_addr from{};
    ::inet_pton(AF_INET6, source.c_str(), &from);
    const Mac mac = mac_of(socket, interface);
    std::vector<Bytes> frames;
    for (const Target& target : targets)
        frames.push_back(
            std::visit([&](const auto& one) { return announcement_of(one, mac, from); }, target));
    for (std::size_t round = 0; round < rounds; ++round) send_all(socket, frames);
    ::close(socket);
}

struct Work {
    std::string interface;
    std::string source;
    std::size_t batch = 1;
    std::size_t rounds = 0;
};

void measure_addresses(std::span<const Target> targets, const Work& work) {
    const double began = seconds_of(CLOCK_REALTIME);
    const double used = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    add(targets, ::if_nametoindex(work.interface.c_str()), work.batch);
    const double added = seconds_of(CLOCK_REALTIME);
    announce(targets, work.interface, work.source, work.rounds);
    const double ended = seconds_of(CLOCK_REALTIME);
    std::cout << fmt::format(
                     R"({{"began": {:.6f}, "added_ms": {:.3f}, "wall_ms": {:.3f}, "processor_ms": {:.3f}}})",
                     began, 1000 * (added - began), 1000 * (ended - began),
                     1000 * (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - used))
              << '\n';
}

// ---- adverts ----------------------------------------------------------------------------------------

struct Sender {
    int socket = -1;
    std::vector<Bytes> packets;
};

using Senders = std::map<std::string, Sender>;

int advert_socket(const std::string& interface) {
    const int socket = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    ip_mreqn where{};
    where.imr_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    sockaddr_in group{};
    group.sin_family = AF_INET;
    ::inet_pton(AF_INET, "224.0.0.18", &group.sin_addr);
    constexpr int kNo = 0;
    if (socket < 0 ||
        ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface.data(), socklen_t(interface.size())) <
            0 ||
        ::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &where, sizeof where) < 0 ||
        ::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_LOOP, &kNo, sizeof kNo) < 0 ||
        ::setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &kRoomForFrames, sizeof kRoomForFrames) < 0 ||
        ::connect(socket, reinterpret_cast<const sockaddr*>(&group), sizeof group) < 0)
        fail("open a socket for adverts on " + interface);
    return socket;
}

Bytes bytes_of_hexadecimal(std::string_view text) {
    Bytes bytes;
    for (; text.size() >= 2; text.remove_prefix(2)) {
        std::uint8_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
        if (error != std::errc{} || end != text.data() + 2) break;
        bytes.push_back(value);
    }
    errno = EINVAL;
    if (!text.empty()) fail("read a packet");
    return bytes;
}

Senders read_senders() {
    Senders senders;
    for (std::string interface, text; std::cin >> interface >> text;) {
        Sender& sender = senders[interface];
        if (sender.socket < 0) sender.socket = advert_socket(interface);
        sender.packets.push_back(bytes_of_hexadecimal(text));
    }
    return senders;
}

void sleep_until(double when) {
    const auto whole = static_cast<time_t>(when);
    const timespec time{.tv_sec = whole,
                        .tv_nsec = static_cast<long>((when - static_cast<double>(whole)) * 1e9)};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

struct Rhythm {
    std::size_t interval_ms = 1;
    std::size_t uncounted = 0;
    std::size_t rounds = 0;
};

void measure_adverts(Senders senders, const Rhythm& rhythm) {
    const double began = seconds_of(CLOCK_MONOTONIC);
    double used = 0;
    for (std::size_t round = 0; round < rhythm.uncounted + rhythm.rounds; ++round) {
        if (round == rhythm.uncounted) used = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
        sleep_until(began + static_cast<double>(round * rhythm.interval_ms) / 1000);
        for (auto& [interface, sender] : senders) send_all(sender.socket, sender.packets);
    }
    std::size_t packets = 0;
    for (const auto& [interface, sender] : senders) packets += sender.packets.size();
    std::cout << fmt::format(R"({{"adverts": {}, "processor_ms": {:.3f}}})", packets * rhythm.rounds,
                             1000 * (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - used))
              << '\n';
}

// ---- scripts ----------------------------------------------------------------------------------------

void run_once(const char* program) {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        ::execl(program, program, static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0) fail(std::string{"run "} + program);
}

void measure_scripts(const char* program, std::size_t per_second, std::size_t seconds) {
    const double began = seconds_of(CLOCK_MONOTONIC);
    for (std::size_t run = 0; run < per_second * seconds; ++run) {
        sleep_until(began + static_cast<double>(run) / static_cast<double>(per_second));
        run_once(program);
    }
    std::cout << fmt::format(R"({{"runs": {}, "seconds": {:.3f}}})", per_second * seconds,
                             seconds_of(CLOCK_MONOTONIC) - began)
              << '\n';
}

// ---- command line -----------------------------------------------------------------------------------

std::size_t whole_number(std::string_view text, std::size_t least = 1) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least) {
        std::cerr << "floor: " << text << " is not a whole number from " << least << " on\n";
        std::exit(1);
    }
    return value;
}

std::vector<Target> read_targets() {
    std::vector<Target> targets;
    for (std::string line; std::getline(std::cin, line);) {
        const auto target = target_of(line);
        if (!target) {
            std::cerr << "floor: " << target.error() << '\n';
            std::exit(1);
        }
        targets.push_back(*target);
    }
    return targets;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments{words, words + count};
    const std::string mode = count > 1 ? arguments[1] : "";
    if (mode == "addresses" && count == 6) {
        measure_addresses(read_targets(), {arguments[2], arguments[3], whole_number(arguments[4]),
                                           whole_number(arguments[5])});
        return 0;
    }
    if (mode == "adverts" && count == 5) {
        measure_adverts(read_senders(), {whole_number(arguments[2]), whole_number(arguments[3], 0),
                                         whole_number(arguments[4])});
        return 0;
    }
    if (mode == "scripts" && count == 5) {
        measure_scripts(words[2], whole_number(arguments[3]), whole_number(arguments[4]));
        return 0;
    }
    std::cerr << "usage: floor addresses INTERFACE SOURCE6 BATCH ROUNDS < ADDRESSES\n"
                 "       floor adverts INTERVAL_MS UNCOUNTED ROUNDS < PACKETS\n"
                 "       floor scripts PROGRAM PER_SECOND SECONDS\n";
    return 1;
}
