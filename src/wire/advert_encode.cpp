#include <span>

#include "understudy/base/assert.hpp"
#include "understudy/wire/advert.hpp"

#include "ah.hpp"
#include "ip.hpp"
#include "message.hpp"

namespace understudy::wire {

namespace {

constexpr std::uint8_t kSimpleText = 1;
constexpr std::uint8_t kAuthenticationHeader = 2;

constexpr std::size_t kMostAddresses = 255;
constexpr Centiseconds kLongestInterval{4095};
constexpr seconds kLongestVersion2Interval{255};

bool has_ah(const Outgoing& advert) {
    return advert.version == net::VrrpVersion::V2 && advert.auth_type == kAuthenticationHeader;
}

void assert_version2(const Outgoing& advert) {
    UNDERSTUDY_ASSERT(advert.source.is_v4());
    UNDERSTUDY_ASSERT(advert.interval >= seconds{1} && advert.interval <= kLongestVersion2Interval);
    UNDERSTUDY_ASSERT(advert.interval % seconds{1} == Centiseconds{0});
    UNDERSTUDY_ASSERT(advert.auth_type <= kAuthenticationHeader);
    UNDERSTUDY_ASSERT(advert.password.size() <= kAuthDataSize);
}

void assert_in_range(const Outgoing& advert) {
    const net::Family family = advert.source.family();
    UNDERSTUDY_ASSERT(advert.destination.family() == family);
    UNDERSTUDY_ASSERT(advert.addresses.size() <= kMostAddresses);
    UNDERSTUDY_ASSERT(!advert.hmac || !has_ah(advert));
    for (const net::Address& address : advert.addresses) UNDERSTUDY_ASSERT(address.family() == family);
    if (advert.version == net::VrrpVersion::V2) return assert_version2(advert);
    UNDERSTUDY_ASSERT(advert.interval >= Centiseconds{1} && advert.interval <= kLongestInterval);
}

std::uint16_t interval_word(const Outgoing& advert) {
    if (advert.version == net::VrrpVersion::V3) return static_cast<std::uint16_t>(advert.interval.count());
    const auto whole = std::chrono::duration_cast<seconds>(advert.interval);
    return static_cast<std::uint16_t>(advert.auth_type << 8 | whole.count());
}

// Authentication data holds the simple text and is zero for the other types.
void write_auth_data(Writer& out, const Outgoing& advert) {
    const std::string_view text = advert.auth_type == kSimpleText ? advert.password : std::string_view{};
    out.put(std::as_bytes(std::span{text}));
    out.zeros(kAuthDataSize - text.size());
}

ChecksumForm form_to_send(const Outgoing& advert) {
    if (advert.version == net::VrrpVersion::V2) return ChecksumForm::MessageOnly;
    return advert.source.is_v6() ? ChecksumForm::PseudoHeader : advert.checksum;
}

void write_trailer(std::span<std::byte> payload, std::size_t message_size, const Outgoing& advert) {
    const HmacSignature& signature = *advert.hmac;
    HmacTrailer trailer{.key_id = signature.key_id, .sequence = signature.sequence};
    const HmacInput input{advert.version, advert.vrid, advert.source, Bytes{payload}.first(message_size)};
    trailer.digest = hmac_digest(input, trailer, signature.secret);
    write_hmac_trailer(payload.subspan(message_size), trailer);
}

// The whole payload of the IP packet.
void write_payload(std::span<std::byte> payload, const Outgoing& advert) {
    const std::size_t size = message_size(advert.version, advert.source.family(), advert.addresses.size());
    const std::span<std::byte> message = payload.first(size);
    Writer out{message};
    out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(advert.version) << 4 | kAdvertisement));
    out.u8(advert.vrid.value());
    out.u8(advert.priority.value());
    out.u8(static_cast<std::uint8_t>(advert.addresses.size()));
    out.u16(interval_word(advert));
    out.u16(0);  // checksum, below
    for (const net::Address& address : advert.addresses) out.put(address.bytes());
    if (advert.version == net::VrrpVersion::V2) write_auth_data(out, advert);
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == message.size());
    if (advert.hmac) write_trailer(payload, size, advert);
    const ChecksumForm form = form_to_send(advert);
    // Over IPv6 the checksum belongs to IP's payload, trailer and all; over IPv4 to the message alone.
    const std::span<std::byte> summed = advert.source.is_v6() ? payload : message;
    store_u16(message, kChecksumOffset, message_checksum(form, summed, advert.source, advert.destination));
}

// The sender's IPv4 address is its security parameter index, and every receiver expects it
// (draft-ietf-vrrp-ipsecah-spec).
std::uint32_t spi_of(const net::Address& source) { return Reader{source.bytes()}.u32(); }

// The check value covers the whole packet, so this comes last.
void sign(std::span<std::byte> packet, const Outgoing& advert) {
    AhHeader header{.spi = spi_of(advert.source), .sequence = advert.ah_sequence, .icv = {}};
    const std::span<std::byte> payload = packet.subspan(kIpv4HeaderSize);
    write_ah(payload, header);
    header.icv = ah_icv(packet, advert.password);
    write_ah(payload, header);
}

}  // namespace

std::vector<std::byte> encode(const Outgoing& outgoing) {
    assert_in_range(outgoing);
    const bool signed_by_ah = has_ah(outgoing);
    const std::size_t headers = outgoing.source.is_v6() ? 0 : kIpv4HeaderSize + (signed_by_ah ? kAhSize : 0);
    const std::size_t size =
        message_size(outgoing.version, outgoing.source.family(), outgoing.addresses.size()) +
        (outgoing.hmac ? kHmacTrailerSize : 0);
    std::vector<std::byte> packet(headers + size);
    write_payload(std::span{packet}.subspan(headers), outgoing);
    if (outgoing.source.is_v6()) return packet;
    write_ipv4_header(packet, {.identification = outgoing.identification,
                               .ttl = outgoing.ttl,
                               .protocol = signed_by_ah ? net::kAhProtocol : net::kVrrpProtocol,
                               .source = outgoing.source,
                               .destination = outgoing.destination});
    if (signed_by_ah) sign(packet, outgoing);
    return packet;
}

}  // namespace understudy::wire
