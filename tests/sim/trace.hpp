// What happened in a simulation, in the order in which it happened: shown when an expectation fails.
#pragma once

#include <deque>
#include <string>

#include "understudy/base/time.hpp"

namespace understudy::sim {

class Trace {
public:
    void note(Instant at, const std::string& who, const std::string& what);
    // The latest lines.
    [[nodiscard]] std::string tail(std::size_t lines = 60) const;

private:
    std::deque<std::string> lines_;
};

}  // namespace understudy::sim
