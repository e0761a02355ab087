#include "arrival.hpp"

#include <algorithm>

namespace understudy::daemon {

namespace {

constexpr milliseconds kLongestWait{1};

}  // namespace

Instant arrival(const Clocks& read, std::optional<WallTime> stamp, Instant last) {
    if (!stamp || *stamp > read.wall || read.wall - *stamp > kLongestWait) return read.now;
    return std::max(last, read.now - (read.wall - *stamp));
}

}  // namespace understudy::daemon
