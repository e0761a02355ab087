// A state of a link that is believed only once it has lasted (interface_up_down_delays): a cable that bounces
// changes nothing. The first state is believed at once.
#pragma once

#include <cstddef>
#include <optional>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"

namespace understudy::track {

class Steady {
public:
    struct Delays {
        microseconds down{0};
        microseconds up{0};
        friend bool operator==(const Delays&, const Delays&) = default;
    };

    Steady(const Delays& delays, bool up) : delays_(delays), up_(up) {}

    // What the link is now. True: what is believed changed.
    bool observe(bool up, Instant now);
    bool due(Instant now);

    [[nodiscard]] bool is_up() const { return up_; }
    [[nodiscard]] std::optional<Instant> deadline() const { return change_at_; }
    void adopt_delays(const Delays& delays) { delays_ = delays; }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 3;

    Delays delays_;
    bool up_;  // as believed
    std::optional<Instant> change_at_;
};

}  // namespace understudy::track
