// What auth_hmac decides with: the sequence numbers of our own trailers, and what each sender's last one was,
// so that no advert is believed twice. A sequence is a time of day: 32 bits of seconds since 1970, 16 bits of
// their binary fraction, 16 bits to tell apart what bears one time. Numbers are compared by the sign of their
// difference (RFC 1982), so they may wrap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/authentication.hpp"
#include "understudy/net/address.hpp"

namespace understudy::vrrp {

// The first sequence of that moment.
[[nodiscard]] std::uint64_t hmac_sequence(WallTime at);

// How far the whole seconds of a sequence are ahead of the clock; negative: behind it.
[[nodiscard]] seconds ahead_of(std::uint64_t sequence, WallTime clock);

[[nodiscard]] bool is_within(seconds difference, seconds window);

// Whether the one number is greater than the other.
[[nodiscard]] bool is_later(std::uint64_t sequence, std::uint64_t than);

// The numbers we send: the clock's, and ever growing though it stands still or is set back a little. A clock
// that is set back by more than the window is followed, or our adverts would be stale for everybody.
class HmacSequence {
public:
    [[nodiscard]] std::uint64_t next(WallTime clock, const model::HmacAuthentication& settings);

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 1;

    std::optional<std::uint64_t> last_;
};

// Of whom adverts with a good digest were accepted, the latest of each.
class ReplayMarks {
public:
    struct Mark {
        net::Address source;
        std::uint64_t sequence = 0;
        seconds ahead{0};  // of our clock, when it was heard
    };
    // Of this many senders; the one longest unheard gives way to a new one. Only whoever has the key gets in.
    static constexpr std::size_t kFewest = 16;
    // The most senders that are to be remembered, if that is more.
    void make_room(std::size_t senders);

    // Whether the sequence is one that this sender has used, or an older one.
    [[nodiscard]] bool is_replay(const net::Address& source, std::uint64_t sequence, WallTime clock,
                                 const model::HmacAuthentication& settings) const;
    void heard(const Mark& mark);
    // The latest heard comes last.
    [[nodiscard]] std::span<const Mark> all() const { return marks_; }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 2;

    std::vector<Mark> marks_;
    std::size_t most_ = kFewest;
};

}  // namespace understudy::vrrp
