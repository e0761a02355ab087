// What the reasons of an instance are made from.
#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "core.hpp"

namespace understudy::agent {

std::optional<WhyFacts> Agent::why(std::string_view instance) const {
    const VirtualRouter* const router = core_->find_router(instance);
    if (router == nullptr) return std::nullopt;
    return core_->why(*router);
}

WhyFacts Agent::Core::why(const VirtualRouter& router) const {
    WhyFacts facts;
    facts.report = report(router);
    facts.preempt = router.me.preempt || router.me.is_owner();
    facts.preempt_delay = router.me.preempt_delay;
    facts.interval = router.me.interval;
    facts.down_interval = vrrp::master_down_interval(router.me, router.me.interval);
    facts.longest_peer_wait = vrrp::longest_peer_wait(router.me);
    facts.longest_skew = facts.longest_peer_wait - router.me.down_timer_adverts * router.me.interval;
    facts.unheard_since = router.unheard_since;
    facts.unheard_because = router.unheard_because;
    if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state)) {
        facts.down_interval = vrrp::master_down_interval(router.me, backup->master_interval);
        facts.takeover_at = backup->takeover_at;
        facts.preempt_after = backup->preempt_after;
        facts.preempting = backup->weaker_master.has_value();
    }
    if (!router.group) return facts;
    const Group& group = groups[*router.group];
    for (const VirtualRouter* const member : group.members)
        if (member != &router)
            facts.companions.push_back({member->settings.name, member->role(),
                                        group.to_blame.contains(member->id),
                                        group.awaited.contains(member->id)});
    return facts;
}

}  // namespace understudy::agent
