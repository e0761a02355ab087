// Whether a second machine has the addresses of a master (split_brain), and which of the two gives way. Asked
// are a few addresses in each round, in turn, and first the one that was answered for last: a second master
// answers for all of them. What two rounds one after the other show is a conflict; three without a sign end
// it.
//
// Who gives way with `on_conflict yield`: the lower priority, then the lower address, where adverts of the
// other one are heard, even if they are refused. Where nothing is heard of it, the lower MAC at once and the
// other one five rounds later, because only one of the two may have been told to yield. Adverts alone make
// nobody give way: anybody can send those. Who has given way takes up again once nobody answers for the
// addresses, the higher MAC first, or once it hears a master it can follow, but after each time only later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/instance.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/mac.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::agent {

// The other machine, as far as it is known.
struct Rival {
    std::optional<net::Address> address;    // of ours, that it answers for
    std::optional<net::Mac> mac;            // with which it does
    std::optional<net::Address> source;     // of its adverts
    std::optional<net::Priority> priority;  // in them
    friend bool operator==(const Rival&, const Rival&) = default;
};

class SplitBrain {
public:
    static constexpr std::size_t kMostQuestions = 16;  // in a round
    static constexpr std::uint32_t kConfirmations = 2;
    static constexpr std::uint32_t kQuietRounds = 3;
    static constexpr std::uint32_t kPatience = 5;       // rounds
    static constexpr std::uint32_t kMostDoublings = 6;  // of how long it stays away

    struct Self {
        model::SplitBrain settings;
        net::Priority priority{1};
        net::Address address;
    };
    struct News {
        bool begun = false;
        bool gives_way = false;
        bool over = false;  // also: takes up again
        bool announce = false;
    };

    // Another machine, whose MAC is not that of ours by which it was heard, spoke for the address.
    void answered(const net::Address& address, const net::Mac& mac, const net::Mac& ours);
    // An advert of a second master for one of our addresses.
    void heard(const net::Address& source, net::Priority priority);
    // One round is over.
    [[nodiscard]] News round(const Self& self, Instant now);
    // A master is heard that can be followed: true if who has given way may do so.
    [[nodiscard]] bool may_follow(Instant now) const { return yielded_ && now >= stays_away_until_; }
    // We are no master any more, or nobody looks. True if that ends a conflict.
    bool forget();

    [[nodiscard]] std::vector<Announcement> questions(const std::vector<Announcement>& all);
    [[nodiscard]] std::optional<Instant> since() const { return since_; }
    [[nodiscard]] bool has_yielded() const { return yielded_; }
    // Whether it is known that the other one is to give way.
    [[nodiscard]] bool is_stronger(const Self& self) const;
    [[nodiscard]] const Rival& rival() const { return rival_; }

    std::optional<Instant> next_round;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 13;

    [[nodiscard]] bool is_weaker(const Self& self) const;
    void yield(const Self& self, Instant now);
    [[nodiscard]] News round_of_master(const Self& self, bool sign, bool answer, Instant now);
    [[nodiscard]] News round_of_who_yielded(bool answer, Instant now);

    Rival rival_;
    std::optional<net::Mac> ours_;
    bool answered_ = false;  // in this round
    bool heard_ = false;
    std::uint32_t rounds_ = 0;      // with a sign of it
    std::uint32_t silent_ = 0;      // without one, since the last
    std::uint32_t unheard_ = 0;     // without an advert of it
    std::optional<Instant> since_;  // of the conflict
    bool yielded_ = false;
    Instant stays_away_until_;
    std::uint32_t doublings_ = 0;
    std::size_t asked_ = 0;  // where the turn is
};

}  // namespace understudy::agent
