// What is to be said about configurations that are meant to work together: a code, a host, a place, a message
// and a hint. One table says of each code how severe it is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace understudy::pair {

enum class Severity : std::uint8_t { Note, Warning, Error };

enum class Code : std::uint8_t {
    // one host does not hear the other
    VersionDiffers,
    IntervalDiffers,
    AuthenticationDiffers,
    PasswordDiffers,
    HmacKeyDiffers,
    UnicastDiffers,
    NotAPeer,
    UnknownSource,
    SameSource,
    TtlRefused,
    AddressesMissing,
    OwnerIgnoresAdverts,
    FirstAddressRefused,
    ChecksumRefused,
    MulticastGroupDiffers,
    AdvertRefused,
    // heard, but not alike
    ChecksumDiffers,
    IntervalLearned,
    SourceUnknown,
    PeerUnknown,
    // what is protected
    VridDiffers,
    OnlyOnOneHost,
    AddressElsewhere,
    AddressesDiffer,
    AddressOrderDiffers,
    PrefixDiffers,
    // who is master
    TwoMasters,
    TwoOwners,
    PriorityTie,
    BothStartAsMaster,
    PreemptDiffers,
    StrictDiffers,
    AcceptDiffers,
    // groups and what is tracked
    GroupDiffers,
    GroupTorn,
    TrackingDiffers,
    WeightTooSmall,
    WeightWithoutPreempt,
};

struct CodeRow {
    Code code;
    std::string_view id;  // as shown: error[version-differs]
    Severity severity;
    std::string_view meaning;
};

[[nodiscard]] std::span<const CodeRow> all_codes();
[[nodiscard]] const CodeRow& describe(Code code);
[[nodiscard]] std::string_view name(Severity severity);

struct Place {
    std::string file;
    std::uint32_t line = 0;  // 0: the file as a whole
    std::uint32_t column = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

struct Finding {
    Code code{};
    std::string host;  // whose file `place` is in
    Place place;
    std::string message;
    std::string hint;

    [[nodiscard]] Severity severity() const { return describe(code).severity; }
    friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace understudy::pair
