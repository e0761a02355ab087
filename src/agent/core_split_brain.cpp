// Looking for a second machine that has the addresses of a master, and what becomes of that (split_brain).
// It reaches over adverts: neighbours are asked, so that a firewall that keeps adverts back hides nobody, and
// adverts of other settings count that the protocol has to refuse.
#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// Of instances that became master together not all ask at one moment.
constexpr std::size_t kStagger = 16;

bool looks(const VirtualRouter& router) {
    return router.settings.split_brain && router.settings.split_brain->detect && !router.leaving;
}

SplitBrain::Self self_of(const VirtualRouter& router) {
    return {*router.settings.split_brain, router.me.priority, router.me.address};
}

}  // namespace

// At each change of role, and when a reload may have changed what is asked for.
void Agent::Core::arm_split_brain(VirtualRouter& router) {
    SplitBrain& guard = router.split_brain;
    const bool away = looks(router) && guard.has_yielded() && router.role() == vrrp::Role::Fault;
    const bool wanted = !stopping && ((looks(router) && router.role() == vrrp::Role::Master) || away);
    if (!wanted) {
        guard.next_round.reset();
        end_split_brain(router);
    } else if (!guard.next_round) {
        const auto part = static_cast<int>(router.id % kStagger) + 1;
        guard.next_round = now + microseconds{router.settings.split_brain->interval} * part / int{kStagger};
    }
    deadlines.set({AlarmKind::SplitBrain, router.id}, guard.next_round);
}

void Agent::Core::split_brain_due(VirtualRouter& router) {
    SplitBrain& guard = router.split_brain;
    if (!looks(router) || !guard.next_round || *guard.next_round > now) return arm_split_brain(router);
    guard.next_round = now + router.settings.split_brain->interval;
    const Rival rival = guard.rival();
    const std::optional<Instant> since = guard.since();
    const SplitBrain::News news = guard.round(self_of(router), now);
    if (news.begun) split_brain_begins(router, news.gives_way);
    if (news.gives_way) {
        conflict_news(router, words::split_brain_yields(router.settings.name, rival));
        guard_due.push_back(router.id);
        evaluate(router);
    }
    if (news.over) {
        split_brain_is_over(router, since.value_or(now));
        guard_due.push_back(router.id);
        evaluate(router);
    }
    if (news.announce) doubt(router);
    // Nothing is asked for before it is in place, or is to be again.
    const bool asks = router.announcements && (guard.has_yielded() || outstanding(router.id) == 0);
    std::vector<Announcement> questions =
        asks ? guard.questions(*router.announcements) : std::vector<Announcement>{};
    if (!questions.empty()) actions.push_back(AskNeighbours{std::move(questions)});
    arm_split_brain(router);
}

void Agent::Core::conflict_news(const VirtualRouter& router, Record record) {
    remember({.kind = ctl::HistoryKind::Conflict,
              .instance = router.settings.name,
              .reason = words::without_instance(record, router.settings.name)});
    tell(std::move(record));
}

// Whoever keeps the addresses for certain may see to it that the other one cannot.
void Agent::Core::split_brain_begins(VirtualRouter& router, bool gives_way) {
    const SplitBrain& guard = router.split_brain;
    const model::SplitBrain& asked = *router.settings.split_brain;
    conflict_news(router, words::split_brain_begins(router.settings.name, guard.rival(), asked.on_conflict));
    queue_split_brain_hook(router, router.settings.notify.split_brain, "SPLIT_BRAIN", "notify_split_brain");
    const bool keeps = asked.on_conflict != model::OnConflict::Yield || guard.is_stronger(self_of(router));
    if (keeps && !gives_way && guard.rival().mac)
        queue_split_brain_hook(router, router.settings.notify.fence, "SPLIT_BRAIN", "fence_script");
}

void Agent::Core::split_brain_is_over(VirtualRouter& router, Instant since) {
    conflict_news(router, words::split_brain_over(router.settings.name, now - since));
    queue_split_brain_hook(router, router.settings.notify.split_brain, "SPLIT_BRAIN_OVER",
                           "notify_split_brain");
}

// Because this is no master any more, or nobody looks, or there is a master to follow.
void Agent::Core::end_split_brain(VirtualRouter& router) {
    const Instant since = router.split_brain.since().value_or(now);
    const bool had_yielded = router.split_brain.has_yielded();
    if (!router.split_brain.forget()) return;
    split_brain_is_over(router, since);
    if (!had_yielded) return;
    guard_due.push_back(router.id);
    evaluate(router);
}

void Agent::Core::queue_split_brain_hook(VirtualRouter& router, const std::optional<model::Command>& given,
                                         const std::string& state, const std::string& what) {
    if (!given) return;
    model::Command command = *given;
    for (const std::string& word :
         {std::string{"INSTANCE"}, router.settings.name, state, std::to_string(router.me.priority.value())})
        command.words.push_back(word);
    const std::optional<net::Mac>& mac = router.split_brain.rival().mac;
    if (what == "fence_script" && mac) command.words.push_back(mac->to_string());
    queue_hook(router, command, what);
}

// A second master's advert, whether it was refused for its settings or is for another VRID; or one of a
// weaker master, which does not hear ours. Only if it is for an address of ours.
void Agent::Core::note_second_master(VirtualRouter& router, const wire::Received& packet) {
    if (!looks(router) || router.role() != vrrp::Role::Master || links.owns(packet.source)) return;
    if (packet.advert.priority == net::kResigning || packet.source == router.me.address) return;
    const bool ours = std::ranges::any_of(router.advertised, [&](const net::Address& address) {
        return packet.advert.addresses.contains(address);
    });
    if (ours) router.split_brain.heard(packet.source, packet.advert.priority);
}

// Who has given way follows a master that it hears again.
void Agent::Core::follow_after_split_brain(VirtualRouter& router, const wire::Received& packet) {
    if (packet.advert.priority == net::kResigning || !router.split_brain.may_follow(now)) return;
    end_split_brain(router);
}

}  // namespace understudy::agent
