// Seeded randomness that is handed in, never global, so that every run can be repeated from its seed.
#pragma once

#include <cstdint>

namespace understudy {

struct Seed {
    std::uint64_t value = 0;
};

// SplitMix64: small, fast, the same on every platform. Not for secrets.
class Random {
public:
    explicit constexpr Random(Seed seed) : state_(seed.value) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    // A number in [0, bound); bound must not be 0.
    constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    constexpr bool chance(unsigned percent) { return below(100) < percent; }

private:
    std::uint64_t state_;
};

}  // namespace understudy
