// The bad days of the endurance test for as many seeds as one likes, and how fast they go.
//
//   soak FIRST COUNT [WEATHER]   the days of these seeds; stops at the first that ends badly, with its story
//   soak --speed SECONDS         failovers of a pair, one after the other: how many a second a core does
#include <chrono>
#include <cstddef>
#include <ctime>
#include <iostream>
#include <optional>
#include <span>
#include <string_view>

#include "understudy/base/text.hpp"

#include "sim/day.hpp"

namespace understudy::sim {
namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;
constexpr int kFailoversOfALan = 500;  // the Lan keeps what was sent

int soak(std::uint64_t first, std::uint64_t count, std::optional<std::string_view> only) {
    std::size_t failovers = 0;
    std::size_t days = 0;
    microseconds lived{0};
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        for (const Weather& weather : climate()) {
            if (only && *only != weather.name) continue;
            Day day{Seed{seed}, weather};
            day.run();
            failovers += day.auditor().failovers();
            lived += day.length();
            ++days;
            if (!day.failure()) continue;
            const Shrunk shorter = shrink(Seed{seed}, weather, day);
            std::cout << "seed " << seed << " of weather " << weather.name << ":\n"
                      << to_text(shorter.script) << shorter.failure << "\n";
            return kFailed;
        }
    }
    std::cout << days << " days, " << failovers << " failovers, "
              << std::chrono::floor<seconds>(lived).count() << " simulated seconds\n";
    return 0;
}

// The strong one loses its power and comes back: two failovers.
int fail_over_again_and_again() {
    Lan lan{Seed{1}};
    Node& strong = lan.add(Plan{.priority = 200});
    Node& weak = lan.add(Plan{.priority = 100});
    lan.run_until([&] { return strong.is_master(); });
    int failovers = 0;
    while (failovers < kFailoversOfALan) {
        strong.power_off();
        lan.run_until([&] { return weak.is_master(); });
        strong.boot();
        lan.run_until([&] { return strong.is_master(); });
        failovers += 2;
    }
    return failovers;
}

int measure(std::uint64_t seconds_of_a_core) {
    const auto used = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
    const double begin = used();
    long failovers = 0;
    while (used() - begin < static_cast<double>(seconds_of_a_core)) failovers += fail_over_again_and_again();
    const double spent = used() - begin;
    std::cout << failovers << " simulated failovers in " << spent
              << " s of a core: " << static_cast<long>(static_cast<double>(failovers) / spent)
              << " a second\n";
    return 0;
}

int run(std::span<char*> words) {
    if (words.size() == 2 && std::string_view{words[0]} == "--speed") {
        if (const auto seconds_of_a_core = parse_number<std::uint64_t>(words[1]))
            return measure(*seconds_of_a_core);
    } else if (words.size() == 2 || words.size() == 3) {
        const auto first = parse_number<std::uint64_t>(words[0]);
        const auto count = parse_number<std::uint64_t>(words[1]);
        const auto only = words.size() == 3 ? std::optional<std::string_view>{words[2]} : std::nullopt;
        if (first && count) return soak(*first, *count, only);
    }
    std::cerr << "usage: soak FIRST COUNT [WEATHER] | soak --speed SECONDS\n";
    return kMisused;
}

}  // namespace
}  // namespace understudy::sim

int main(int count, char** words) {
    return understudy::sim::run(std::span{words, static_cast<std::size_t>(count)}.subspan(1));
}
