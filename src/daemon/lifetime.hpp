// Since when the daemon runs, since when the configuration in force is, and what became of the reloads: what
// `ping` adds to who answers. Times are taken once, so that they are the same however often one asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "understudy/base/time.hpp"

#include "reload_report.hpp"

namespace understudy::daemon {

class Lifetime {
public:
    explicit Lifetime(WallTime now) : started_(now), in_force_since_(now) {}

    void reloaded(Verdict verdict, WallTime now);
    // This program has taken the place of another in the same process, so many times by now.
    void upgraded(std::uint64_t times);
    // It should have been, and was not.
    void upgrade_failed(std::string why);
    [[nodiscard]] nlohmann::json told() const;

private:
    WallTime started_;
    WallTime in_force_since_;  // what the files said then
    std::optional<Verdict> last_reload_;
    std::uint64_t applied_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t unconfirmed_ = 0;
    std::uint64_t upgrades_ = 0;
    std::optional<std::string> upgrade_problem_;
};

}  // namespace understudy::daemon
