// What the fault layer (layer.cpp) is told and tells: which calls of the C library are to fail, with which
// errno, and how often each has been made. It lies in memory that processes share, so that a test sees and
// changes it while a daemon runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace understudy::faults {

// A test in Python writes these as they lie here (tests/lab/faults.py).
struct Rule {
    std::array<char, 24> call;     // "sendmmsg"
    std::array<char, 24> process;  // the beginning of the process's name; empty: any
    std::array<char, 96>
        object;              // a part of the path, or "socket 2 3 112": family, type, protocol; empty: any
    std::int32_t error;      // errno
    std::int32_t skip;       // so many are let through first
    std::int32_t remaining;  // so many fail; -1: all; 0: no rule
    std::int32_t struck;     // so many have failed
};
static_assert(sizeof(Rule) == 160);

inline constexpr std::size_t kMostRules = 16;
inline constexpr std::size_t kMostCalls = 160;

struct Board {
    std::int32_t counting;  // 0: nothing is counted, and nothing fails
    std::int32_t reserved;
    std::array<Rule, kMostRules> rules;
    std::array<std::int32_t, kMostCalls> seen;  // by the index of the call
};

// Of this process and of those it forks; nullptr in a program that is not meant to be disturbed.
[[nodiscard]] Board* board();
// This process is not meant any more.
void leave();
// From this index on; -1: there is none. A call has two names if it takes the size of a file.
[[nodiscard]] int call_index(const char* call, int from);

}  // namespace understudy::faults
