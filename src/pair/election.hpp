// Who is master: the settled state of hosts that do or don't hear each other, by rank and preemption. Members
// of one unit are elected together: none moves unless all want to, and one that yields takes all with it.
#pragma once

#include <optional>
#include <vector>

#include "understudy/pair/check.hpp"

#include "cluster.hpp"
#include "hearing.hpp"
#include "tracked.hpp"

namespace understudy::pair {

// What has gone wrong, on one host.
struct Trouble {
    std::size_t host = 0;
    std::optional<Thing> thing;  // none: the host itself has died
};

class Election {
public:
    explicit Election(const Cluster& cluster);

    // `incumbent`: who is master as the trouble begins; none at a start.
    [[nodiscard]] Masters masters(std::size_t unit, const std::optional<Trouble>& trouble,
                                  const std::optional<std::size_t>& incumbent) const;
    // The members of a unit.
    [[nodiscard]] std::vector<const VirtualRouter*> routers(std::size_t unit) const;
    [[nodiscard]] Standing standing(const VirtualRouter& router, std::size_t host,
                                    const std::optional<Trouble>& trouble) const;
    // How long the death of `old_master` goes unnoticed by the one that follows.
    [[nodiscard]] microseconds wait(std::size_t unit, std::size_t old_master, std::size_t next) const;

private:
    struct Candidate {
        std::size_t host;
        std::vector<vrrp::Router> members;  // in the order of routers(unit); priority as it is now
    };
    [[nodiscard]] std::vector<Candidate> candidates(std::size_t unit,
                                                    const std::optional<Trouble>& trouble) const;
    [[nodiscard]] bool hears(std::size_t unit, std::size_t listener, std::size_t speaker) const;
    [[nodiscard]] static bool preempts(const Candidate& challenger, const Candidate& incumbent);
    [[nodiscard]] static bool comes_first(const Candidate& a, const Candidate& b);
    [[nodiscard]] static bool outranked(const Candidate& loser, const Candidate& winner);

    const Cluster& cluster_;
    std::vector<std::vector<std::vector<bool>>> hears_;  // by router, listener and speaker
};

}  // namespace understudy::pair
