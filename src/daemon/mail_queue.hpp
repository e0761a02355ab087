// The letters that wait to be sent, and when the next one is tried: one at a time, in their order, each a few
// times. It only decides; nothing here knows of processes or servers.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/ctl/news.hpp"

namespace understudy::daemon {

class MailQueue {
public:
    static constexpr std::size_t kMostWaiting = 64;
    // Between attempts. A transition often comes with a network that is not there yet.
    static constexpr std::array<seconds, 2> kPauses{seconds{5}, seconds{30}};

    enum class Result : std::uint8_t { Delivered, Failed, Refused };  // Refused: for good
    enum class Verdict : std::uint8_t { Done, TryAgain, GivenUp };

    // False: there are too many, and the oldest that is not under way is dropped.
    bool add(ctl::MailWanted letter);
    // The letter to be tried now, which is under way until ended(); none: nothing is due.
    [[nodiscard]] std::optional<ctl::MailWanted> start(Instant now);
    Verdict ended(Result result, Instant now);
    // The next attempt waits no longer.
    void hurry() { due_ = {}; }

    // When start() has something again, unless one is under way.
    [[nodiscard]] std::optional<Instant> deadline() const;
    [[nodiscard]] bool under_way() const { return under_way_; }
    [[nodiscard]] std::size_t size() const { return letters_.size(); }
    // But for the one that is under way.
    [[nodiscard]] std::vector<ctl::MailWanted> waiting() const;

private:
    std::deque<ctl::MailWanted> letters_;  // the first is under way, or the next
    std::size_t attempts_ = 0;             // that the first has had
    Instant due_{};
    bool under_way_ = false;
};

}  // namespace understudy::daemon
