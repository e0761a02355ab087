// What a simulated network and its kernels may do wrong, and how fast they are. All of it is drawn from the
// seed of the Lan, so a run can be repeated.
#pragma once

#include <cstddef>
#include <limits>

#include "understudy/base/time.hpp"

namespace understudy::sim {

struct Conditions {
    unsigned loss_percent = 0;
    // No more adverts of one router than this are lost in a row on the way to one other, nor of several, one
    // after the other. Two, while a backup waits for three, is the line between a network that VRRP promises
    // to stand and one it does not.
    std::size_t losses_in_a_row = std::numeric_limits<std::size_t>::max();
    unsigned duplicate_percent = 0;
    // Drawn for each packet, so that a spread also reorders.
    microseconds shortest_delay{0};
    microseconds longest_delay{0};
    // After a stall, does the timer come before what has piled up in the sockets? Drawn if true, else never.
    bool timer_may_come_first = false;
    // Agents are recorded as in the daemon, so that another can go on when one dies (Node::go_on).
    bool recorded = false;
    // Beside each agent runs another, made from its snapshots, which has to decide alike (Lan::differences).
    bool with_twins = false;
};

// How long the kernel takes: to carry out one change, and until news of it, answers and pictures are read.
struct KernelTiming {
    microseconds change{20};
    microseconds answer{10};
    microseconds news{30};
    microseconds picture{200};
};

}  // namespace understudy::sim
