#include "understudy/vrrp/announce.hpp"

#include <algorithm>

namespace understudy::vrrp {

namespace {

constexpr seconds kBetweenDoubts{1};

}  // namespace

std::uint32_t AnnounceSchedule::begin(Announce::Occasion occasion, const AnnounceSettings& settings,
                                      Instant now) {
    const auto again = [now](seconds delay, std::uint32_t rounds) -> std::optional<Later> {
        if (delay == seconds{0} || rounds == 0) return std::nullopt;
        return Later{now + delay, rounds};
    };
    if (occasion == Announce::Occasion::LowerPriorityHeard) {
        lower_priority_burst_ = again(settings.lower_priority_delay, settings.lower_priority_repeat);
        return settings.lower_priority_repeat;
    }
    if (occasion == Announce::Occasion::Doubted) return doubt(settings, now);
    stop();
    second_burst_ = again(settings.master_delay, settings.master_repeat);
    // From the first burst on, as keepalived counts it: a delay that is longer holds no refresh back.
    if (settings.master_refresh > seconds{0}) refresh_at_ = now + settings.master_refresh;
    return settings.master_repeat;
}

// The later round is for the frame that gets lost, and for the switch whose port is not open yet.
std::uint32_t AnnounceSchedule::doubt(const AnnounceSettings& settings, Instant now) {
    if (doubted_at_ && now < *doubted_at_ + kBetweenDoubts) {
        doubt_round_ = Later{*doubted_at_ + kBetweenDoubts, 1};
        return 0;
    }
    doubted_at_ = now;
    if (!second_burst_ && settings.master_delay > seconds{0})
        second_burst_ = Later{now + settings.master_delay, 1};
    return 1;
}

std::uint32_t AnnounceSchedule::due(const AnnounceSettings& settings, Instant now) {
    std::uint32_t rounds = 0;
    for (auto* burst : {&second_burst_, &lower_priority_burst_}) {
        if (!*burst || now < (*burst)->at) continue;
        rounds += (*burst)->rounds;
        burst->reset();
    }
    if (doubt_round_ && now >= doubt_round_->at) {
        doubt_round_.reset();
        rounds += doubt(settings, now);
    }
    if (refresh_at_ && settings.master_refresh == seconds{0}) refresh_at_.reset();  // a reload turned it off
    if (refresh_at_ && now >= *refresh_at_) {
        rounds += settings.master_refresh_repeat;
        // In step with the one before, unless that time is past too: a delayed process catches nothing up.
        *refresh_at_ += settings.master_refresh;
        if (*refresh_at_ <= now) refresh_at_ = now + settings.master_refresh;
    }
    return rounds;
}

void AnnounceSchedule::reloaded(const AnnounceSettings& settings, Instant now) {
    if (settings.master_refresh == seconds{0}) return;
    const Instant next = now + settings.master_refresh;
    refresh_at_ = refresh_at_ ? std::min(*refresh_at_, next) : next;
}

void AnnounceSchedule::stop() { *this = AnnounceSchedule{}; }

std::optional<Instant> AnnounceSchedule::deadline() const {
    const auto at = [](const std::optional<Later>& later) {
        return later ? std::optional{later->at} : std::nullopt;
    };
    return earliest(earliest(refresh_at_, at(doubt_round_)),
                    earliest(at(second_burst_), at(lower_priority_burst_)));
}

}  // namespace understudy::vrrp
