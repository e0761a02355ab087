#include "understudy/vrrp/refused.hpp"

#include <cstddef>

namespace understudy::vrrp {

std::string_view reason(Refusal refusal) {
    switch (refusal) {
        case Refusal::WrongVersion:
            return "wrong-version";
        case Refusal::WrongTtl:
            return "wrong-ttl";
        case Refusal::NotForUnicast:
            return "wrong-destination";
        case Refusal::UnknownPeer:
            return "unknown-peer";
        case Refusal::NoAddresses:
            return "no-addresses";
        case Refusal::AuthTypeMismatch:
            return "auth-type-mismatch";
        case Refusal::AuthTypeUnknown:
            return "auth-type-unknown";
        case Refusal::AuthFailed:
            return "auth-failed";
        case Refusal::AhReplayed:
            return "ah-replayed";
        case Refusal::IntervalZero:
            return "interval-zero";
        case Refusal::IntervalMismatch:
            return "interval-mismatch";
        case Refusal::ChecksumForm:
            return "checksum-form";
        case Refusal::FirstAddressNotLinkLocal:
            return "first-address-not-link-local";
        case Refusal::OwnerIgnores:
            return "owner-ignores";
        case Refusal::TrailerUnexpected:
            return "auth-ext-unexpected";
        case Refusal::TrailerMissing:
            return "auth-ext-missing";
        case Refusal::TrailerMalformed:
            return "auth-ext-malformed";
        case Refusal::TrailerStale:
            return "auth-ext-stale";
        case Refusal::TrailerOfUnknownKey:
            return "auth-ext-unknown-key";
        case Refusal::TrailerNotAuthentic:
            return "auth-ext-invalid-hmac";
        case Refusal::TrailerReplayed:
            return "auth-ext-replay";
    }
    return "";
}

std::string_view reason(wire::PacketFault fault) {
    switch (fault) {
        case wire::PacketFault::Truncated:
            return "truncated";
        case wire::PacketFault::TrailingBytes:
            return "trailing-bytes";
        case wire::PacketFault::BadIpHeader:
            return "bad-ip-header";
        case wire::PacketFault::NotVrrp:
            return "not-vrrp";
        case wire::PacketFault::BadAhHeader:
            return "bad-ah-header";
        case wire::PacketFault::BadVersion:
            return "bad-version";
        case wire::PacketFault::BadType:
            return "bad-type";
        case wire::PacketFault::BadVrid:
            return "bad-vrid";
        case wire::PacketFault::BadChecksum:
            return "bad-checksum";
    }
    return "";
}

std::vector<RefusedPackets> refused_packets(const Stats& stats) {
    std::vector<RefusedPackets> all;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(wire::PacketFault::BadChecksum); ++i)
        all.push_back({reason(static_cast<wire::PacketFault>(i)), stats.faulty[i]});
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Refusal::TrailerReplayed); ++i)
        all.push_back({reason(static_cast<Refusal>(i)), stats.refused[i]});
    return all;
}

}  // namespace understudy::vrrp
