#include "ah.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "understudy/base/assert.hpp"

#include "ip.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kIcvSize = 12;
constexpr std::size_t kIcvOffset = kAhSize - kIcvSize;
// RFC 2402 §2.2: the header's length in words of 32 bits, minus 2.
constexpr std::uint8_t kLengthField = kAhSize / 4 - 2;

// Octets that are not there need no clearing: the caller may hold any packet.
void clear(std::span<std::byte> packet, std::size_t offset, std::size_t count) {
    if (offset >= packet.size()) return;
    std::ranges::fill(packet.subspan(offset, std::min(count, packet.size() - offset)), std::byte{0});
}

bool goes_to_a_group(Bytes packet) {
    const std::optional<net::Address> destination = net::Address::from_bytes(packet.subspan(16, 4));
    return destination && destination->is_multicast();
}

std::vector<std::byte> without_mutable_fields(Bytes packet) {
    std::vector<std::byte> copy(packet.begin(), packet.end());
    clear(copy, 1, 1);   // type of service
    clear(copy, 6, 2);   // flags and fragment offset
    clear(copy, 10, 2);  // header checksum
    // RFC 2402 §3.3.3.1.1.1 counts the TTL among the mutable fields always; VRRP's senders do so on unicast
    // only.
    if (copy.size() >= kIpv4HeaderSize && !goes_to_a_group(copy)) clear(copy, 8, 1);
    const std::size_t header_size = copy.empty() ? 0 : (std::to_integer<std::size_t>(copy[0]) & 0x0f) * 4;
    clear(copy, header_size + kIcvOffset, kIcvSize);
    return copy;
}

}  // namespace

std::expected<AhHeader, PacketFault> decode_ah(Bytes payload) {
    Reader in{payload};
    const std::uint8_t next_header = in.u8();
    const std::uint8_t length = in.u8();
    const std::uint16_t reserved = in.u16();
    AhHeader header;
    header.spi = in.u32();
    header.sequence = in.u32();
    const Bytes icv = in.take(kIcvSize);
    if (in.overran()) return std::unexpected(PacketFault::Truncated);
    if (next_header != net::kVrrpProtocol) return std::unexpected(PacketFault::NotVrrp);
    if (length != kLengthField || reserved != 0) return std::unexpected(PacketFault::BadAhHeader);
    std::ranges::copy(icv, header.icv.begin());
    return header;
}

void write_ah(std::span<std::byte> payload, const AhHeader& header) {
    Writer out{payload};
    out.u8(net::kVrrpProtocol);
    out.u8(kLengthField);
    out.u16(0);  // reserved
    out.u32(header.spi);
    out.u32(header.sequence);
    out.put(header.icv);
    UNDERSTUDY_ASSERT(!out.overran());
}

std::array<std::byte, 12> ah_icv(Bytes packet, std::string_view password) {
    const std::vector<std::byte> covered = without_mutable_fields(packet);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    const unsigned char* const made =
        HMAC(EVP_md5(), password.data(), static_cast<int>(password.size()),
             reinterpret_cast<const unsigned char*>(covered.data()), covered.size(), digest.data(), nullptr);
    // Going on without a digest would make every peer that sends twelve zeros an authentic one.
    UNDERSTUDY_ASSERT(made != nullptr);
    std::array<std::byte, kIcvSize> icv{};
    std::ranges::copy(std::as_bytes(std::span{digest}).first<kIcvSize>(), icv.begin());
    return icv;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace understudy::wire
