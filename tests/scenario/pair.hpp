// The smallest cluster: two hosts, one stronger than the other, that have found their roles.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "sim/auditor.hpp"
#include "sim/lan.hpp"
#include "support/printers.hpp"

namespace understudy::sim {

using namespace std::chrono_literals;

inline constexpr const char* kVip = "203.0.113.1";
// Version 2 counts in 256ths of a second.
[[nodiscard]] constexpr microseconds skew_of(int priority, microseconds base = 1s) {
    return base * (256 - priority) / 256;
}
// More than the kernel and the LAN need for anything.
inline constexpr microseconds kMoment = 5ms;

struct Pair {
    explicit Pair(Plan strong_plan = {.priority = 200}, Plan weak_plan = {.priority = 100},
                  Conditions conditions = {})
        : lan(Seed{1}, conditions), strong(lan.add(strong_plan)), weak(lan.add(weak_plan)) {
        lan.run_until([&] { return strong.is_master(); });
        lan.run_for(kMoment);
    }
    // Runs until the node has just advertised.
    void await_advert(const Node& node) {
        const std::size_t sent = node.adverts().size();
        lan.run_until([&] { return node.adverts().size() > sent; });
    }
    // How long until the node is master.
    microseconds takeover_of(const Node& node) {
        return lan.run_until([&] { return node.is_master(); });
    }

    Lan lan;
    Node& strong;
    Node& weak;
};

}  // namespace understudy::sim
