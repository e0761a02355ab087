#include "capture_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "understudy/base/bytes.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::cli {

namespace {

constexpr std::uint32_t kCaptureMagic = 0xa1b2c3d4;  // times in microseconds
constexpr std::uint32_t kCaptureVersion = 0x0002'0004;
constexpr std::uint32_t kLongestPacket = 65535;
constexpr std::uint32_t kRawIp = 101;
constexpr std::size_t kIpv6HeaderSize = 40;
constexpr std::uint32_t kIpv6NetworkControl = 0x6c00'0000;  // version 6, DSCP CS6

using Ipv6Header = std::array<std::byte, kIpv6HeaderSize>;

template <std::size_t N>
void append_to(std::string& content, const std::array<std::uint32_t, N>& words) {
    std::array<std::byte, N * sizeof(std::uint32_t)> octets{};
    Writer out{octets};
    for (const std::uint32_t word : words) out.u32(word);
    content.append(reinterpret_cast<const char*>(octets.data()), octets.size());
}

void append_to(std::string& content, Bytes octets) {
    content.append(reinterpret_cast<const char*>(octets.data()), octets.size());
}

// The kernel took it off, or puts it on.
template <typename Packet>
Ipv6Header header_of(const Packet& packet) {
    Ipv6Header header{};
    Writer out{header};
    out.u32(kIpv6NetworkControl);
    out.u16(static_cast<std::uint16_t>(packet.bytes.size()));
    out.u8(net::kVrrpProtocol);
    out.u8(packet.hop_limit);
    out.put(packet.source.bytes());
    out.put(packet.destination.bytes());
    return header;
}

}  // namespace

// Big-endian on every host: readers tell by the magic number.
CaptureFile::CaptureFile() {
    append_to(content_,
              std::array<std::uint32_t, 6>{kCaptureMagic, kCaptureVersion, 0, 0, kLongestPacket, kRawIp});
}

void CaptureFile::add(WallTime at, Bytes head, Bytes packet) {
    const auto size =
        static_cast<std::uint32_t>(std::min<std::size_t>(head.size() + packet.size(), kLongestPacket));
    const microseconds since = at.time_since_epoch();
    const auto whole = std::chrono::floor<seconds>(since);
    append_to(content_,
              std::array<std::uint32_t, 4>{static_cast<std::uint32_t>(whole.count()),
                                           static_cast<std::uint32_t>((since - whole).count()), size, size});
    append_to(content_, head);
    append_to(content_, packet.first(size - head.size()));
    ++packets_;
}

void CaptureFile::add(WallTime at, const agent::PacketHeard& heard) {
    if (heard.family == net::Family::Ipv4) return add(at, {}, heard.bytes);
    add(at, header_of(heard), heard.bytes);
}

void CaptureFile::add(WallTime at, const agent::SendPacket& sent) {
    if (sent.family == net::Family::Ipv4) return add(at, {}, sent.bytes);
    add(at, header_of(sent), sent.bytes);
}

}  // namespace understudy::cli
