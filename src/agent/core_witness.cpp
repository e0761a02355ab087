// The witnesses of split_brain: hosts that both sides of a torn network can ask which of them is cut off. Who
// reaches none does not relieve a master that merely fell silent, and with `on_conflict yield` gives way once
// it loses them as master, before its backups have waited long enough. Nobody is asked where an advert tells:
// a master that resigns is relieved without witness, so that one that is down itself costs a change of
// masters and not the service.
#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// A weaker master that we are about to preempt is heard, if not followed.
constexpr int kHeardLately = 2;  // of its intervals

bool has_witnesses(const VirtualRouter& router) {
    return router.settings.split_brain && !router.settings.split_brain->witnesses.empty() && !router.leaving;
}

}  // namespace

bool Agent::Core::reaches_a_witness(const VirtualRouter& router) const {
    return std::ranges::any_of(router.settings.split_brain->witnesses, [&](const auto& witness) {
        const ScriptRun* const check = scripts[witness.script].get();
        return check && check->tracker.health() == track::Health::Good;
    });
}

bool Agent::Core::waits_for_a_witness(const VirtualRouter& router) const {
    if (!has_witnesses(router)) return false;
    return std::ranges::all_of(router.settings.split_brain->witnesses, [&](const auto& witness) {
        const ScriptRun* const check = scripts[witness.script].get();
        return check && check->tracker.health() == track::Health::Unknown;
    });
}

// One of its checks has changed, or the settings have.
void Agent::Core::witnesses_changed(VirtualRouter& router) {
    Witnessed& known = router.witnessed;
    const bool asks = has_witnesses(router);
    const bool reaches = asks && reaches_a_witness(router);
    if (known.cut != Cut::No) {
        if (asks && !reaches) return;
        rejoin(router, asks ? "a witness answers again" : "it has no witness any more");
    }
    if (router.role() != vrrp::Role::Master) return;
    const bool lost = known.reached && asks && !reaches;
    known.reached = reaches;
    if (!lost) return;
    const bool yields = router.settings.split_brain->on_conflict == model::OnConflict::Yield;
    conflict_news(router, words::witness_lost(router.settings.name, yields));
    if (yields) cut_off(router, Cut::GaveWay);
}

void Agent::Core::cut_off(VirtualRouter& router, Cut how) {
    router.witnessed.cut = how;
    evaluate(router);
}

void Agent::Core::rejoin(VirtualRouter& router, const std::string& why) {
    router.witnessed.cut = Cut::No;
    conflict_news(router, words::witness_settled(router.settings.name, why));
    evaluate(router);
}

// Its timer has run out. True: it does not take over, and is in FAULT now.
bool Agent::Core::stays_away(VirtualRouter& router) {
    const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
    if (backup == nullptr || backup->shortened || !has_witnesses(router) || reaches_a_witness(router))
        return false;
    const std::optional<Instant>& heard = router.witnessed.heard;
    if (heard && now < *heard + kHeardLately * backup->master_interval) return false;
    conflict_news(router, words::witness_keeps_away(router.settings.name));
    cut_off(router, Cut::KeptAway);
    return true;
}

// An advert that was accepted. Whoever gave way as master waits for a witness, or for a master that resigns:
// it would only take the role back from one that is no better off.
void Agent::Core::note_heard(VirtualRouter& router, net::Priority priority) {
    Witnessed& known = router.witnessed;
    if (!has_witnesses(router)) return;
    known.heard = now;
    if (known.cut == Cut::KeptAway || (known.cut == Cut::GaveWay && priority == net::kResigning))
        rejoin(router, "a master is heard");
}

}  // namespace understudy::agent
