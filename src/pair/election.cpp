#include "election.hpp"

#include <algorithm>

#include "understudy/agent/protocol.hpp"
#include "understudy/base/sort.hpp"
#include "understudy/vrrp/election.hpp"
#include "understudy/vrrp/timing.hpp"

namespace understudy::pair {

namespace {

vrrp::AdvertHeard advert_of(const vrrp::Router& router) {
    return {router.priority, router.interval, router.address};
}

}  // namespace

Election::Election(const Cluster& cluster) : cluster_(cluster) {
    const std::size_t hosts = cluster.hosts.size();
    for (const VirtualRouter& router : cluster.routers) {
        auto& matrix = hears_.emplace_back(hosts, std::vector<bool>(hosts, false));
        for (const std::size_t listener : cluster.members(router))
            for (const std::size_t speaker : cluster.members(router)) {
                const bool same_vrid =
                    cluster.instance(router, listener)->vrid == cluster.instance(router, speaker)->vrid;
                matrix[listener][speaker] =
                    listener != speaker && same_vrid && hearing(cluster, router, speaker, listener).hears();
            }
    }
}

std::vector<const VirtualRouter*> Election::routers(std::size_t unit) const {
    std::vector<const VirtualRouter*> found;
    for (const VirtualRouter& router : cluster_.routers)
        if (router.unit == unit) found.push_back(&router);
    return found;
}

Standing Election::standing(const VirtualRouter& router, std::size_t host,
                            const std::optional<Trouble>& trouble) const {
    const bool here = trouble && trouble->host == host;
    if (here && !trouble->thing) return {true, net::Priority{0}};
    return pair::standing(cluster_.config(host), *router.instances[host],
                          here ? trouble->thing : std::nullopt);
}

std::vector<Election::Candidate> Election::candidates(std::size_t unit,
                                                      const std::optional<Trouble>& trouble) const {
    std::vector<Candidate> found;
    for (std::size_t host = 0; host < cluster_.hosts.size(); ++host) {
        Candidate candidate{host, {}};
        bool fault = false;
        for (const VirtualRouter* const router : routers(unit)) {
            if (!router->instances[host]) continue;
            const Standing now = standing(*router, host, trouble);
            fault |= now.fault;
            vrrp::Router& member = candidate.members.emplace_back();
            agent::configure(member, *cluster_.instance(*router, host));
            member.priority = now.priority;
            member.address = source_of(cluster_, *router, host);
        }
        if (!candidate.members.empty() && !fault) found.push_back(std::move(candidate));
    }
    return found;
}

bool Election::hears(std::size_t unit, std::size_t listener, std::size_t speaker) const {
    for (std::size_t r = 0; r < hears_.size(); ++r)
        if (cluster_.routers[r].unit == unit && hears_[r][listener][speaker]) return true;
    return false;
}

// A backup lets its timer run out only beside a master of lower priority (RFC 9568 §6.4.2); an owner does so
// whatever Preempt_Mode says (§6.1).
bool Election::preempts(const Candidate& challenger, const Candidate& incumbent) {
    const std::size_t count = std::min(challenger.members.size(), incumbent.members.size());
    for (std::size_t i = 0; i < count; ++i) {
        const vrrp::Router& own = challenger.members[i];
        if (!own.preempt && !own.is_owner()) return false;
        if (own.priority <= incumbent.members[i].priority) return false;
    }
    return true;
}

bool Election::outranked(const Candidate& loser, const Candidate& winner) {
    const std::size_t count = std::min(loser.members.size(), winner.members.size());
    for (std::size_t i = 0; i < count; ++i)
        if (vrrp::outranks(advert_of(winner.members[i]), loser.members[i])) return true;
    return false;
}

// The last member of a unit to become impatient decides, and the lowest priority waits longest.
bool Election::comes_first(const Candidate& a, const Candidate& b) {
    const auto weakest = [](const Candidate& candidate) {
        return std::ranges::min_element(candidate.members, {}, &vrrp::Router::priority);
    };
    return vrrp::outranks(advert_of(*weakest(a)), *weakest(b));
}

Masters Election::masters(std::size_t unit, const std::optional<Trouble>& trouble,
                          const std::optional<std::size_t>& incumbent) const {
    std::vector<Candidate> order = candidates(unit, trouble);
    sort_stably(order, comes_first);
    const auto old =
        std::ranges::find(order, incumbent, [](const Candidate& c) { return std::optional{c.host}; });
    if (old != order.end()) {
        const auto challenger =
            std::find_if(order.begin(), old, [&](const Candidate& c) { return preempts(c, *old); });
        // Whoever is master, or takes over from it, speaks before the others become impatient.
        std::rotate(order.begin(), challenger, std::next(challenger));
    }
    std::vector<const Candidate*> found;
    for (const Candidate& candidate : order)
        if (std::ranges::none_of(found,
                                 [&](const Candidate* m) { return hears(unit, candidate.host, m->host); }))
            found.push_back(&candidate);
    Masters masters;
    for (const Candidate* const candidate : found) {
        const auto yields_to = [&](const Candidate* other) {
            return other != candidate && hears(unit, candidate->host, other->host) &&
                   outranked(*candidate, *other);
        };
        if (std::ranges::none_of(found, yields_to)) masters.push_back(candidate->host);
    }
    std::ranges::sort(masters);
    return masters;
}

microseconds Election::wait(std::size_t unit, std::size_t old_master, std::size_t next) const {
    microseconds longest{0};
    for (const VirtualRouter* const router : routers(unit)) {
        const model::Instance* const follower = cluster_.instance(*router, next);
        const model::Instance* const leader = cluster_.instance(*router, old_master);
        if (follower == nullptr || leader == nullptr) continue;
        vrrp::Router me;
        agent::configure(me, *follower);
        me.priority = standing(*router, next, std::nullopt).priority;
        const bool learns = me.version == net::VrrpVersion::V3;
        longest =
            std::max(longest, vrrp::master_down_interval(me, learns ? leader->advert_interval : me.interval));
    }
    return longest;
}

}  // namespace understudy::pair
