#include "lifetime.hpp"

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

nlohmann::json Lifetime::told() const {
    return {{"since", date_text(started_)},
            {"configuration",
             {{"since", date_text(in_force_since_)},
              {"last_reload", last_reload_ ? nlohmann::json(name(*last_reload_)) : nlohmann::json(nullptr)},
              {"reloads", {{"applied", applied_}, {"refused", refused_}, {"unconfirmed", unconfirmed_}}}}}};
}

}  // namespace understudy::daemon
