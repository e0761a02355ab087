// What happened in a simulation, in the order in which it happened: shown when an expectation fails.
#pragma once

#include <deque>
#include <string>

#include "understudy/base/time.hpp"

namespace understudy::sim {

class Trace {
public:
    // Put into words only when they are asked for: mostly nobody does.
    void note(Instant at, std::string who, std::string what);
    // The latest lines.
    [[nodiscard]] std::string tail(std::size_t lines = 60) const;

private:
    struct Line {
        Instant at;
        std::string who;
        std::string what;
    };
    std::deque<Line> lines_;
};

}  // namespace understudy::sim
