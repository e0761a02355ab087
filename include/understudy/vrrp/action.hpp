// What one virtual router orders. The order of actions within a step is the order in which they must be done.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::vrrp {

struct SendAdvert {
    net::Priority priority{0};
    friend bool operator==(const SendAdvert&, const SendAdvert&) = default;
};

// The kernel should now hold the virtual addresses, or should no longer.
struct AcquireAddresses {
    friend bool operator==(const AcquireAddresses&, const AcquireAddresses&) = default;
};
struct ReleaseAddresses {
    friend bool operator==(const ReleaseAddresses&, const ReleaseAddresses&) = default;
};

// Start a series of gratuitous ARP and neighbour adverts; see announce.hpp for its schedule.
struct Announce {
    // Doubted: neighbours may have been misled without our knowing; one round, at most once a second.
    enum class Occasion : std::uint8_t { BecameMaster, LowerPriorityHeard, Doubted };
    Occasion occasion = Occasion::BecameMaster;
    friend bool operator==(const Announce&, const Announce&) = default;
};
struct StopAnnouncing {
    friend bool operator==(const StopAnnouncing&, const StopAnnouncing&) = default;
};

// The daemon's default hook for "a weaker master was heard" (notify_master_rx_lower_pri).
struct ReportLowerPriority {
    friend bool operator==(const ReportLowerPriority&, const ReportLowerPriority&) = default;
};

// Why something happened, for the journal and for `why`. One wording each, in the agent's journal.
enum class Reason : std::uint8_t {
    StartedAsBackup,
    StartedAsOwner,
    StartedInFault,
    WaitingForTrackers,
    MasterSilent,         // the master down timer ran out
    MasterResigned,       // priority 0 heard: only the skew is waited for
    LowerPriorityMaster,  // heard while backup, will be preempted
    PreemptDelayStarted,
    PreemptDelayEnded,
    StrongerMasterHeard,  // a winning advert while master
    WeakerMasterHeard,    // a losing advert while master
    OwnAdvertReflected,   // equal priority and address: our own packet
    SecondOwnerHeard,     // priority 255 here and there
    IntervalLearned,      // version 3: the master's interval differs from ours
    FaultRaised,
    FaultCleared,
    GroupOrder,
    Shutdown,
    TimerMuchTooLate,  // a master woke up after its peers must have taken over
};

// Something worth telling that is not a change of role by itself, or the reason of one.
struct Explain {
    Reason reason = Reason::StartedAsBackup;
    std::optional<net::Address> peer;
    std::optional<net::Priority> peer_priority;
    std::optional<microseconds> duration;  // down interval, skew, delay or learned interval, by reason
    friend bool operator==(const Explain&, const Explain&) = default;
};

// A member of a sync group whose timer ran out asks its group before it becomes master.
struct AskGroup {
    friend bool operator==(const AskGroup&, const AskGroup&) = default;
};

using Action = std::variant<SendAdvert, AcquireAddresses, ReleaseAddresses, Announce, StopAnnouncing,
                            ReportLowerPriority, Explain, AskGroup>;

}  // namespace understudy::vrrp
