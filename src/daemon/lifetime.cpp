#include "lifetime.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "understudy/base/date.hpp"

namespace understudy::daemon {

void Lifetime::reloaded(Verdict verdict, WallTime now) {
    last_reload_ = verdict;
    switch (verdict) {
        case Verdict::Applied:
            ++applied_;
            in_force_since_ = now;
            break;
        case Verdict::Unconfirmed:  // the vrrp process has the files, and will at the latest read them anew
            ++unconfirmed_;
            in_force_since_ = now;
            break;
        case Verdict::Refused:
            ++refused_;
            break;
        case Verdict::Acceptable:  // a question only
            break;
    }
}

void Lifetime::upgraded(std::uint64_t times) {
    upgrades_ = times;
    upgrade_problem_.reset();
}

void Lifetime::upgrade_failed(std::string why) { upgrade_problem_ = std::move(why); }

nlohmann::json Lifetime::told() const {
    return {{"since", date_text(started_)},
            {"upgrades",
             {{"count", upgrades_},
              {"problem", upgrade_problem_ ? nlohmann::json(*upgrade_problem_) : nlohmann::json(nullptr)}}},
            {"configuration",
             {{"since", date_text(in_force_since_)},
              {"last_reload", last_reload_ ? nlohmann::json(name(*last_reload_)) : nlohmann::json(nullptr)},
              {"reloads", {{"applied", applied_}, {"refused", refused_}, {"unconfirmed", unconfirmed_}}}}}};
}

}  // namespace understudy::daemon
