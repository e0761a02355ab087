#include "understudy/base/assert.hpp"
#include "understudy/pair/finding.hpp"

namespace understudy::pair {

namespace {

// In the order of the enumeration.
constexpr CodeRow kRows[] = {
    {Code::VersionDiffers, "version-differs", Severity::Error,
     "one host sends another version of VRRP than the other accepts"},
    {Code::IntervalDiffers, "interval-differs", Severity::Error,
     "version 2 refuses adverts of another interval"},
    {Code::AuthenticationDiffers, "authentication-differs", Severity::Error,
     "the types of authentication are not the same"},
    {Code::PasswordDiffers, "password-differs", Severity::Error, "the passwords or keys are not the same"},
    {Code::HmacKeyDiffers, "hmac-key-differs", Severity::Error,
     "one host signs with a key that the other does not have"},
    {Code::UnicastDiffers, "unicast-differs", Severity::Error,
     "one host sends to peers and the other to the multicast group"},
    {Code::NotAPeer, "not-a-peer", Severity::Error,
     "a host does not send to the unicast_src_ip of the other"},
    {Code::UnknownSource, "unknown-source", Severity::Error,
     "a host checks the source of unicast adverts and does not know the other's"},
    {Code::SameSource, "same-source", Severity::Error, "two hosts are to send from the same address"},
    {Code::TtlRefused, "ttl-refused", Severity::Error, "a host does not accept the other's TTL"},
    {Code::AddressesMissing, "addresses-missing", Severity::Error,
     "a host that advertises addresses refuses adverts without any"},
    {Code::OwnerIgnoresAdverts, "owner-ignores-adverts", Severity::Error,
     "the owner of the addresses listens to nobody"},
    {Code::FirstAddressRefused, "first-address-refused", Severity::Error,
     "in strict mode the first IPv6 address must be link-local"},
    {Code::ChecksumRefused, "checksum-refused", Severity::Error, "a host refuses the form of the checksum"},
    {Code::MulticastGroupDiffers, "multicast-group-differs", Severity::Error,
     "the hosts send to different multicast groups"},
    {Code::AdvertRefused, "advert-refused", Severity::Error, "a host refuses the adverts of the other"},
    {Code::ChecksumDiffers, "checksum-differs", Severity::Warning,
     "the checksums of version 3 are of different forms"},
    {Code::IntervalLearned, "interval-learned", Severity::Note,
     "version 3 learns the master's interval, so another one is no obstacle"},
    {Code::SourceUnknown, "source-unknown", Severity::Warning,
     "without unicast_src_ip the files do not tell whether the peers are right"},
    {Code::PeerUnknown, "peer-unknown", Severity::Warning, "a unicast peer is none of the hosts given"},
    {Code::VridDiffers, "vrid-differs", Severity::Error, "instances of one name have different VRIDs"},
    {Code::OnlyOnOneHost, "only-on-one-host", Severity::Warning, "nobody else can take over"},
    {Code::AddressElsewhere, "address-elsewhere", Severity::Error,
     "an address belongs to one virtual router here and to another there"},
    {Code::AddressesDiffer, "addresses-differ", Severity::Error,
     "an address is not on every host, so it is lost when the master moves"},
    {Code::AddressOrderDiffers, "address-order-differs", Severity::Note,
     "the addresses stand in another order, which only strangers may mind"},
    {Code::PrefixDiffers, "prefix-differs", Severity::Warning,
     "an address has another prefix length on another host"},
    {Code::TwoMasters, "two-masters", Severity::Error, "more than one host will be master"},
    {Code::TwoOwners, "two-owners", Severity::Error, "more than one host has priority 255"},
    {Code::PriorityTie, "priority-tie", Severity::Warning, "the priorities do not decide who is master"},
    {Code::BothStartAsMaster, "both-start-as-master", Severity::Note,
     "more than one host has state MASTER, which does not decide who is master"},
    {Code::PreemptDiffers, "preempt-differs", Severity::Warning,
     "one host takes back the addresses and another does not"},
    {Code::StrictDiffers, "strict-differs", Severity::Warning, "strict mode is not the same"},
    {Code::AcceptDiffers, "accept-differs", Severity::Warning,
     "the addresses answer on one host and not on the other"},
    {Code::GroupDiffers, "group-differs", Severity::Error,
     "instances move together on one host and not on the other"},
    {Code::GroupTorn, "group-torn", Severity::Warning, "the members of a sync group prefer different hosts"},
    {Code::TrackingDiffers, "tracking-differs", Severity::Warning,
     "something is tracked on one host and not on the other"},
    {Code::WeightTooSmall, "weight-too-small", Severity::Warning,
     "a failure lowers the master's priority, but not below anybody's"},
    {Code::WeightWithoutPreempt, "weight-without-preempt", Severity::Warning,
     "a failure lowers the master's priority, but nobody preempts"},
};

consteval bool in_order() {
    std::size_t at = 0;
    for (const CodeRow& row : kRows)
        if (static_cast<std::size_t>(row.code) != at++) return false;
    return at == static_cast<std::size_t>(Code::WeightWithoutPreempt) + 1;
}
static_assert(in_order(), "every code has its row, in the order of the enumeration");

}  // namespace

std::span<const CodeRow> all_codes() { return kRows; }

const CodeRow& describe(Code code) { return kRows[static_cast<std::size_t>(code)]; }

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::Note:
            return "note";
        case Severity::Warning:
            return "warning";
        case Severity::Error:
            return "error";
    }
    assertion_failed("severity is one of those named", __FILE__, __LINE__);
}

}  // namespace understudy::pair
