// What is done about others that speak for one of our addresses (RFC 5227 §2.4): it is announced again at
// once and once more a little later, never more than once a second, and more seldom against somebody who
// does not give in, so that two hosts that both insist do not fill the link. A series ends with a quiet
// minute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

class Claim {
public:
    static constexpr seconds kSpacing{1};
    static constexpr seconds kSpacingOfQuarrel{5};
    static constexpr std::uint32_t kAnswersBeforeQuarrel = 10;
    static constexpr seconds kQuiet{60};

    // True: the first of a series, which is worth telling.
    bool heard(Instant now);
    // When the address is to be announced; none: all claims are answered.
    [[nodiscard]] std::optional<Instant> due() const { return due_; }
    void answered(Instant now);
    // Whoever claims it does not give in.
    [[nodiscard]] bool is_quarrel() const { return answers_ >= kAnswersBeforeQuarrel; }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 5;

    std::optional<Instant> last_heard_;
    std::optional<Instant> last_answered_;
    std::optional<Instant> due_;
    std::uint32_t answers_ = 0;  // of this series
    bool confirm_ = false;       // one frame may get lost: the next answer is not the last
};

}  // namespace understudy::agent
