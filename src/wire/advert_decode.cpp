#include <algorithm>

#include "understudy/base/assert.hpp"
#include "understudy/wire/advert.hpp"

#include "ah.hpp"
#include "ip.hpp"
#include "message.hpp"

namespace understudy::wire {

namespace {

struct Route {
    const net::Address& source;
    const net::Address& destination;
};

// None: the version has no meaning over that IP version. Version 2 was never defined over IPv6 (RFC 3768 §1).
std::optional<net::VrrpVersion> version_over(net::Family family, unsigned number) {
    if (number == 2 && family == net::Family::Ipv4) return net::VrrpVersion::V2;
    if (number == 3) return net::VrrpVersion::V3;
    return std::nullopt;
}

// The form the sender used, or none when the checksum is wrong in every form that is possible. RFC 9568
// §5.2.8 and RFC 5798 as keepalived reads it disagree about IPv4, so both are read. Where two forms give the
// same sum, the one that is sent by default is named.
std::optional<ChecksumForm> checksum_form(net::VrrpVersion version, Bytes message, const Route& route) {
    const auto fits = [&](ChecksumForm form) {
        return message_checksum(form, message, route.source, route.destination) == 0;
    };
    if (version == net::VrrpVersion::V2)
        return fits(ChecksumForm::MessageOnly) ? std::optional{ChecksumForm::MessageOnly} : std::nullopt;
    if (fits(ChecksumForm::PseudoHeader)) return ChecksumForm::PseudoHeader;
    if (route.source.is_v6()) return std::nullopt;
    if (fits(ChecksumForm::MessageOnly)) return ChecksumForm::MessageOnly;
    if (fits(ChecksumForm::OldUnicast)) return ChecksumForm::OldUnicast;
    return std::nullopt;
}

// Octets 4 and 5, where the versions part: authentication type and seconds, or four reserved bits, which RFC
// 9568 §5.2.6 has receivers ignore, and twelve of centiseconds.
void decode_interval(std::uint16_t word, Advert& advert) {
    if (advert.version == net::VrrpVersion::V2) {
        advert.auth_type = static_cast<std::uint8_t>(word >> 8);
        advert.interval = seconds{word & 0xff};
    } else {
        advert.interval = Centiseconds{word & 0x0fff};
    }
}

// A message may have nothing behind it, or a trailer, which nothing but the length tells of.
std::expected<Bytes, PacketFault> trailer_behind(Bytes payload, std::size_t message_size) {
    if (payload.size() < message_size) return std::unexpected(PacketFault::Truncated);
    const Bytes trailer = payload.subspan(message_size);
    if (!trailer.empty() && trailer.size() != kHmacTrailerSize)
        return std::unexpected(PacketFault::TrailingBytes);
    return trailer;
}

// The order of refusals is that of RFC 9568 §7.1: version, type, completeness, checksum, VRID.
std::expected<Advert, PacketFault> decode_message(Bytes payload, const Route& route) {
    const net::Family family = route.source.family();
    Reader in{payload};
    const std::uint8_t version_and_type = in.u8();
    const std::optional<net::Vrid> vrid = net::Vrid::from(in.u8());
    Advert advert;
    advert.priority = net::Priority::clamped(in.u8());
    const std::size_t count = in.u8();
    const std::uint16_t interval_word = in.u16();
    in.skip(2);  // checksum
    if (in.overran()) return std::unexpected(PacketFault::Truncated);

    const std::optional<net::VrrpVersion> version = version_over(family, version_and_type >> 4);
    if (!version) return std::unexpected(PacketFault::BadVersion);
    if ((version_and_type & 0x0f) != kAdvertisement) return std::unexpected(PacketFault::BadType);
    const std::size_t size = message_size(*version, family, count);
    const std::expected<Bytes, PacketFault> trailer = trailer_behind(payload, size);
    if (!trailer) return std::unexpected(trailer.error());
    advert.message = payload.first(size);
    const Bytes summed = family == net::Family::Ipv6 ? payload : advert.message;
    const std::optional<ChecksumForm> form = checksum_form(*version, summed, route);
    if (!form) return std::unexpected(PacketFault::BadChecksum);
    if (!vrid) return std::unexpected(PacketFault::BadVrid);

    advert.version = *version;
    advert.vrid = *vrid;
    advert.checksum = *form;
    decode_interval(interval_word, advert);
    advert.addresses = AddressList{family, in.take(count * net::address_size(family))};
    if (*version == net::VrrpVersion::V2) std::ranges::copy(in.take(kAuthDataSize), advert.auth_data.begin());
    if (!trailer->empty()) advert.hmac = decode_hmac_trailer(*trailer);
    return advert;
}

}  // namespace

std::string_view describe(PacketFault fault) {
    switch (fault) {
        case PacketFault::Truncated:
            return "is shorter than it says";
        case PacketFault::TrailingBytes:
            return "is longer than its addresses";
        case PacketFault::BadIpHeader:
            return "has a bad IP header";
        case PacketFault::NotVrrp:
            return "is not VRRP";
        case PacketFault::BadAhHeader:
            return "has a bad authentication header";
        case PacketFault::BadVersion:
            return "has an unknown version";
        case PacketFault::BadType:
            return "is not an advertisement";
        case PacketFault::BadVrid:
            return "has virtual router number 0";
        case PacketFault::BadChecksum:
            return "has a wrong checksum";
    }
    return "has an unknown fault";
}

net::Address AddressList::operator[](std::size_t index) const {
    UNDERSTUDY_ASSERT(index < size());
    const std::size_t width = net::address_size(family_);
    return *net::Address::from_bytes(bytes_.subspan(index * width, width));
}

bool AddressList::contains(const net::Address& address) const {
    for (std::size_t i = 0; i < size(); ++i)
        if ((*this)[i] == address) return true;
    return false;
}

std::expected<Received, PacketFault> decode_ipv4(Bytes packet) {
    const std::expected<Ipv4Header, PacketFault> header = decode_ipv4_header(packet);
    if (!header) return std::unexpected(header.error());
    Bytes message = packet.subspan(header->size);
    std::optional<AhHeader> ah;
    if (header->protocol == net::kAhProtocol) {
        const std::expected<AhHeader, PacketFault> found = decode_ah(message);
        if (!found) return std::unexpected(found.error());
        ah = *found;
        message = message.subspan(kAhSize);
    } else if (header->protocol != net::kVrrpProtocol) {
        return std::unexpected(PacketFault::NotVrrp);
    }
    std::expected<Advert, PacketFault> advert =
        decode_message(message, {header->source, header->destination});
    if (!advert) return std::unexpected(advert.error());
    // Version 3 knows no authentication, so nothing says what such a packet would mean.
    if (ah && advert->version != net::VrrpVersion::V2) return std::unexpected(PacketFault::BadVersion);
    // Whoever signs with a trailer has no other authentication.
    if (ah && advert->hmac) return std::unexpected(PacketFault::TrailingBytes);
    advert->ah = ah;
    return Received{*advert, header->source, header->destination, header->ttl};
}

std::expected<Received, PacketFault> decode_ipv6(Bytes message, const Ipv6Carrier& carrier) {
    UNDERSTUDY_ASSERT(carrier.source.is_v6() && carrier.destination.is_v6());
    std::expected<Advert, PacketFault> advert =
        decode_message(message, {carrier.source, carrier.destination});
    if (!advert) return std::unexpected(advert.error());
    return Received{*advert, carrier.source, carrier.destination, carrier.hop_limit};
}

}  // namespace understudy::wire
