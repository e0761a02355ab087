#include "understudy/wire/hmac_trailer.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <vector>

#include "understudy/base/assert.hpp"

#include "message.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kPseudoHeaderSize = 20;
constexpr std::size_t kAddressField = 16;
constexpr std::size_t kChecksumSize = 2;

void write_pseudo_header(Writer& out, const HmacInput& input) {
    out.u8(input.source.is_v4() ? 4 : 6);
    out.u8(static_cast<std::uint8_t>(input.version));
    out.u8(input.vrid.value());
    out.u8(0);
    const Bytes source = input.source.bytes();
    out.put(source);
    out.zeros(kAddressField - source.size());
}

// The checksum reads as zero: over IPv6 it covers the trailer, so it is not known before.
void write_message(Writer& out, Bytes message) {
    out.put(message.first(kChecksumOffset));
    out.zeros(kChecksumSize);
    out.put(message.subspan(kChecksumOffset + kChecksumSize));
}

std::vector<std::byte> covered(const HmacInput& input, HmacTrailer trailer) {
    UNDERSTUDY_ASSERT(input.message.size() >= kFixedSize);
    std::vector<std::byte> octets(kPseudoHeaderSize + input.message.size() + kHmacTrailerSize);
    Writer out{octets};
    write_pseudo_header(out, input);
    write_message(out, input.message);
    UNDERSTUDY_ASSERT(!out.overran());
    trailer.digest = {};
    write_hmac_trailer(std::span{octets}.subspan(out.size()), trailer);
    return octets;
}

}  // namespace

HmacTrailer decode_hmac_trailer(Bytes octets) {
    Reader in{octets};
    HmacTrailer trailer;
    trailer.type = in.u8();
    trailer.key_id = in.u8();
    trailer.reserved = in.u16();
    const std::uint64_t whole_seconds = in.u32();
    trailer.sequence = whole_seconds << 32 | in.u32();
    std::ranges::copy(in.take(kHmacDigestSize), trailer.digest.begin());
    UNDERSTUDY_ASSERT(!in.overran() && in.remaining() == 0);
    return trailer;
}

void write_hmac_trailer(std::span<std::byte> room, const HmacTrailer& trailer) {
    Writer out{room};
    out.u8(trailer.type);
    out.u8(trailer.key_id);
    out.u16(trailer.reserved);
    out.u32(static_cast<std::uint32_t>(trailer.sequence >> 32));
    out.u32(static_cast<std::uint32_t>(trailer.sequence));
    out.put(trailer.digest);
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == kHmacTrailerSize);
}

HmacDigest hmac_digest(const HmacInput& input, const HmacTrailer& trailer, Bytes secret) {
    const std::vector<std::byte> octets = covered(input, trailer);
    std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
    const unsigned char* const made =
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(octets.data()), octets.size(), whole.data(), nullptr);
    // Going on without a digest would make every sender of sixteen zeros an authentic one.
    UNDERSTUDY_ASSERT(made != nullptr);
    HmacDigest digest{};
    std::ranges::copy(std::as_bytes(std::span{whole}).first<kHmacDigestSize>(), digest.begin());
    return digest;
}

}  // namespace understudy::wire
