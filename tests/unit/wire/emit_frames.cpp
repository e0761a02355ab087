// Writes a capture file of frames that our encoders make, over many combinations of parameters, for readers
// that know nothing of this code to judge. On standard output one line for each frame says what it was made
// from.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support.hpp"

namespace understudy::wire::test {
namespace {

const net::Mac kSenderMac = net::Mac::of(0x02, 0x00, 0x5e, 0x10, 0x00, 0x01);
const net::Mac kReceiverMac = net::Mac::of(0x02, 0x00, 0x5e, 0x10, 0x00, 0x02);

constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

// The capture format of libpcap, version 2.4, for Ethernet; big-endian, which its readers tell from the magic
// number.
class Capture {
public:
    explicit Capture(const std::string& path) : out_(path, std::ios::binary) {
        for (const std::uint32_t word : {0xa1b2c3d4u, 0x00020004u, 0u, 0u, 65535u, 1u}) put_word(word);
    }

    void put(Bytes frame, const std::string& made_from) {
        const auto size = static_cast<std::uint32_t>(frame.size());
        for (const std::uint32_t word : {count_++, 0u, size, size}) put_word(word);
        put_bytes(frame);
        fmt::print("{}\n", made_from);
    }

    [[nodiscard]] bool complete() {
        out_.flush();
        return out_.good();
    }

private:
    void put_word(std::uint32_t word) {
        std::array<std::byte, 4> octets{};
        Writer{octets}.u32(word);
        put_bytes(octets);
    }
    void put_bytes(Bytes bytes) {
        for (const std::byte b : bytes) out_.put(std::to_integer<char>(b));
    }

    std::ofstream out_;
    std::uint32_t count_ = 0;
};

std::array<std::byte, 14> ethernet_header(const net::Mac& destination, std::uint16_t ether_type) {
    std::array<std::byte, 14> header{};
    Writer out{header};
    out.put(destination.bytes());
    out.put(kSenderMac.bytes());
    out.u16(ether_type);
    return header;
}

// RFC 1112 §6.4 and RFC 2464 §7: a group has its own Ethernet address.
net::Mac mac_for(const net::Address& destination) {
    if (!destination.is_multicast()) return kReceiverMac;
    return destination.is_v4() ? mac("01:00:5e:00:00:12") : mac("33:33:00:00:00:12");
}

Packet framed(const Outgoing& outgoing) {
    const bool ipv6 = outgoing.source.is_v6();
    const Packet packet = encode(outgoing);
    const auto ethernet =
        ethernet_header(mac_for(outgoing.destination), ipv6 ? kEtherTypeIpv6 : kEtherTypeIpv4);
    Packet frame(ethernet.begin(), ethernet.end());
    if (ipv6) {
        std::array<std::byte, 40> header{};
        Writer out{header};
        out.u32(0x6c000000);  // version 6, traffic class 0xc0
        out.u16(static_cast<std::uint16_t>(packet.size()));
        out.u8(net::kVrrpProtocol);
        out.u8(outgoing.ttl);
        out.put(outgoing.source.bytes());
        out.put(outgoing.destination.bytes());
        std::ranges::copy(header, std::back_inserter(frame));
    }
    std::ranges::copy(packet, std::back_inserter(frame));
    return frame;
}

std::string_view authentication(const Outgoing& outgoing) {
    constexpr std::array<std::string_view, 3> kNames{"none", "simple", "ah"};
    return kNames.at(outgoing.auth_type);
}

void put(Capture& capture, const Outgoing& outgoing) {
    std::string line = fmt::format(
        "advert version={} vrid={} priority={} interval={} form={} auth={} source={} destination={} ttl={} "
        "id={}",
        static_cast<unsigned>(outgoing.version), outgoing.vrid.value(), outgoing.priority.value(),
        outgoing.interval.count(), name(outgoing.checksum), authentication(outgoing),
        outgoing.source.to_string(), outgoing.destination.to_string(), outgoing.ttl, outgoing.identification);
    line += fmt::format(" password={} sequence={} addresses=", outgoing.password, outgoing.ah_sequence);
    for (const net::Address& address : outgoing.addresses) line += address.to_string() + ",";
    capture.put(framed(outgoing), line);
}

std::vector<net::Address> many(std::size_t count, std::string_view prefix) {
    std::vector<net::Address> addresses;
    for (std::size_t i = 0; i < count; ++i) addresses.push_back(address(fmt::format("{}{}", prefix, i + 1)));
    return addresses;
}

// Each number of addresses with each priority, VRID and interval that stands at an edge.
void put_with_edges(Capture& capture, Outgoing outgoing, const std::vector<Centiseconds>& intervals) {
    const std::string_view prefix = outgoing.source.is_v6() ? "2001:db8::" : "198.51.100.";
    for (const std::size_t count : {1u, 2u, 20u, 70u}) {
        const std::vector<net::Address> addresses = many(count, prefix);
        outgoing.addresses = addresses;
        for (const net::Priority priority :
             {net::kResigning, net::Priority{1}, net::kDefaultPriority, net::kOwner})
            for (const Centiseconds interval : intervals) {
                outgoing.priority = priority;
                outgoing.interval = interval;
                outgoing.vrid = net::Vrid::clamped(priority.value());
                ++outgoing.identification;
                ++outgoing.ah_sequence;
                put(capture, outgoing);
            }
    }
}

void put_version2(Capture& capture) {
    for (const std::string_view destination : {"224.0.0.18", "192.0.2.2"})
        for (const std::uint8_t type : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
            Outgoing outgoing = version2();
            outgoing.destination = address(destination);
            outgoing.auth_type = type;
            outgoing.password = "secret";
            put_with_edges(capture, outgoing, {seconds{1}, seconds{255}});
        }
}

void put_version3(Capture& capture) {
    for (const std::string_view destination : {"224.0.0.18", "192.0.2.2"})
        for (const ChecksumForm form : {ChecksumForm::PseudoHeader, ChecksumForm::MessageOnly}) {
            Outgoing outgoing = version3();
            outgoing.destination = address(destination);
            outgoing.checksum = form;
            put_with_edges(capture, outgoing, {Centiseconds{1}, Centiseconds{100}, Centiseconds{4095}});
        }
    for (const std::string_view destination : {"ff02::12", "2001:db8::2"}) {
        Outgoing outgoing = version3_ipv6();
        outgoing.destination = address(destination);
        put_with_edges(capture, outgoing, {Centiseconds{1}, Centiseconds{100}, Centiseconds{4095}});
    }
}

// With a key of each length at the edges; what is signed is said in hexadecimal.
void put_signed(Capture& capture) {
    for (Outgoing outgoing : {version2(), version3(), version3_ipv6()})
        for (const std::size_t size : {32u, 33u, 64u}) {
            const Packet key(size, std::byte{0x5a});
            outgoing.hmac = {.key_id = static_cast<std::uint8_t>(size),
                             .secret = key,
                             .sequence = 0x6955b900fffffff0 + size};
            capture.put(framed(outgoing), fmt::format("signed version={} key={} id={} sequence={}",
                                                      static_cast<unsigned>(outgoing.version), to_hex(key),
                                                      size, outgoing.hmac->sequence));
        }
}

// Each address from one MAC only: a reader would rightly report an address that two hosts announce.
struct Announcement {
    net::Mac from;
    std::string_view address;
};

void put_announcements(Capture& capture) {
    const net::Mac virtual4 = net::virtual_mac(net::Family::Ipv4, net::Vrid{51});
    const net::Mac virtual6 = net::virtual_mac(net::Family::Ipv6, net::Vrid{255});
    for (const auto& [from, text] :
         {Announcement{kSenderMac, "192.0.2.100"}, Announcement{virtual4, "203.0.113.255"}})
        capture.put(gratuitous_arp(from, address(text)),
                    fmt::format("arp mac={} address={}", from.to_string(), text));
    for (const auto& [from, text] :
         {Announcement{kSenderMac, "fe80::100"}, Announcement{virtual6, "2001:db8::100"}})
        for (const bool router : {false, true})
            capture.put(
                unsolicited_neighbour_advert(from, address(text), router),
                fmt::format("neighbour mac={} address={} router={:d}", from.to_string(), text, router));
}

}  // namespace
}  // namespace understudy::wire::test

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: emit_frames FILE.pcap\n");
        return 2;
    }
    understudy::wire::test::Capture capture{arguments[1]};
    understudy::wire::test::put_version2(capture);
    understudy::wire::test::put_version3(capture);
    understudy::wire::test::put_signed(capture);
    understudy::wire::test::put_announcements(capture);
    return capture.complete() ? 0 : 1;
}
