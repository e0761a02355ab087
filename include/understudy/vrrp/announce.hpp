// The schedule of gratuitous ARP and unsolicited neighbour adverts of one instance (RFC 9568 §6.4.2;
// keepalived's garp_master_* and garp_lower_prio_*): a burst at once, a second one after a delay, and a
// refresh for as long as it is master. Where neighbours may have been misled in the meantime there is one
// round at once and one after garp_master_delay, however often that is said, and never two within a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/vrrp/action.hpp"

namespace understudy::vrrp {

struct AnnounceSettings {
    seconds master_delay{5};  // 0: no second burst
    std::uint32_t master_repeat = 5;
    seconds master_refresh{0};  // 0: off
    std::uint32_t master_refresh_repeat = 1;
    seconds lower_priority_delay{5};
    std::uint32_t lower_priority_repeat = 5;  // 0: none

    friend bool operator==(const AnnounceSettings&, const AnnounceSettings&) = default;
};

class AnnounceSchedule {
public:
    // Returns how many rounds over all addresses are due at once.
    [[nodiscard]] std::uint32_t begin(Announce::Occasion occasion, const AnnounceSettings& settings,
                                      Instant now);
    // How many rounds have become due by now; schedules what follows.
    [[nodiscard]] std::uint32_t due(const AnnounceSettings& settings, Instant now);
    // Of a master: with the settings of a reload the refresh begins, or comes sooner.
    void reloaded(const AnnounceSettings& settings, Instant now);
    void stop();
    [[nodiscard]] std::optional<Instant> deadline() const;

    friend bool operator==(const AnnounceSchedule&, const AnnounceSchedule&) = default;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 5;

    [[nodiscard]] std::uint32_t doubt(const AnnounceSettings& settings, Instant now);

    struct Later {
        Instant at;
        std::uint32_t rounds;
        friend bool operator==(const Later&, const Later&) = default;
    };
    std::optional<Later> second_burst_;
    std::optional<Later> lower_priority_burst_;
    std::optional<Later> doubt_round_;   // held back, because the last one was less than a second ago
    std::optional<Instant> doubted_at_;  // when the last round of this kind was due
    std::optional<Instant> refresh_at_;
};

}  // namespace understudy::vrrp
