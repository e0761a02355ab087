// A flood of one message is summed up: of the messages of one id about one thing (its first field) so many
// are let through in a period, and the others counted. Nothing is known here of clocks and destinations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/os/log.hpp"

namespace understudy::os {

class LogFlood {
public:
    static constexpr std::uint32_t kMostInPeriod = 60;
    static constexpr seconds kPeriod{10};
    // Of different messages that are watched at once. What is beyond is let through: it is no flood of one.
    static constexpr std::size_t kMostKinds = 1000;

    // What was held back of one message.
    struct Sum {
        std::string id;
        std::optional<std::pair<std::string, std::string>> about;  // the first field
        LogLevel level = LogLevel::Info;
        std::string text;  // of the last one, and how many there were
    };

    // Whether this one is to be written. One without an id always is.
    [[nodiscard]] bool admits(const LogRecord& record, Instant now);
    // Of the periods that are over.
    [[nodiscard]] std::vector<Sum> take_sums(Instant now);
    // When the first sum of those that are held back is due; Instant::max() if none is.
    [[nodiscard]] Instant next_sum() const { return first_sum_; }
    // Of all, whether they are over or not: nothing more is to come.
    [[nodiscard]] std::vector<Sum> take_all();

private:
    using Key = std::pair<std::string, std::string>;  // the id, and the value of the first field
    struct Period {
        Instant end;
        std::uint32_t written = 0;
        std::uint64_t held_back = 0;
        LogLevel level = LogLevel::Info;
        std::string about;  // the name of the first field
        std::string text;
    };

    static Sum sum_of(const Key& key, const Period& period);

    std::map<Key, Period> periods_;
    Instant first_end_ = Instant::max();  // no period is over before
    Instant first_sum_ = Instant::max();
};

}  // namespace understudy::os
