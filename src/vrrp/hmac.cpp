#include "understudy/vrrp/hmac.hpp"

#include <algorithm>

namespace understudy::vrrp {

namespace {

constexpr unsigned kSecondsShift = 32;
constexpr unsigned kFractionShift = 16;
constexpr std::uint64_t kFractionsOfASecond = 65536;
constexpr std::uint64_t kMicrosecondsOfASecond = 1'000'000;

}  // namespace

std::uint64_t hmac_sequence(WallTime at) {
    const auto whole = std::chrono::floor<seconds>(at);
    const auto rest = static_cast<std::uint64_t>((at - whole).count());
    const auto since_1970 = static_cast<std::uint64_t>(whole.time_since_epoch().count());
    return since_1970 << kSecondsShift | rest * kFractionsOfASecond / kMicrosecondsOfASecond
                                             << kFractionShift;
}

seconds ahead_of(std::uint64_t sequence, WallTime clock) {
    const auto theirs = static_cast<std::uint32_t>(sequence >> kSecondsShift);
    const auto ours = static_cast<std::uint32_t>(hmac_sequence(clock) >> kSecondsShift);
    return seconds{static_cast<std::int32_t>(theirs - ours)};
}

bool is_within(seconds difference, seconds window) { return -window <= difference && difference <= window; }

bool is_later(std::uint64_t sequence, std::uint64_t than) {
    return static_cast<std::int64_t>(sequence - than) > 0;
}

std::uint64_t HmacSequence::next(WallTime clock, const model::HmacAuthentication& settings) {
    const std::uint64_t by_clock = hmac_sequence(clock);
    const bool by_time = settings.anti_replay == model::AntiReplay::Time;
    const bool set_back = last_ && by_time && ahead_of(*last_, clock) > settings.time_window;
    last_ = !last_ || set_back || is_later(by_clock, *last_) ? by_clock : *last_ + 1;
    return *last_;
}

void ReplayMarks::make_room(std::size_t senders) { most_ = std::max(kFewest, senders); }

bool ReplayMarks::is_replay(const net::Address& source, std::uint64_t sequence, WallTime clock,
                            const model::HmacAuthentication& settings) const {
    const auto mark = std::ranges::find(marks_, source, &Mark::source);
    if (mark == marks_.end()) return false;
    // A mark that could not be made now is from before somebody set a clock right.
    if (settings.anti_replay == model::AntiReplay::Time &&
        !is_within(ahead_of(mark->sequence, clock), settings.time_window))
        return false;
    return !is_later(sequence, mark->sequence);
}

void ReplayMarks::heard(const Mark& mark) {
    std::erase_if(marks_, [&](const Mark& known) { return known.source == mark.source; });
    if (marks_.size() >= most_) marks_.erase(marks_.begin());
    marks_.push_back(mark);
}

}  // namespace understudy::vrrp
