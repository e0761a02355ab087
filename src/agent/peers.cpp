#include "peers.hpp"

#include <algorithm>
#include <tuple>

namespace understudy::agent {

void Peers::heard(const PeerSeen& seen) {
    const auto known = std::ranges::find(seen_, seen.address, &PeerSeen::address);
    if (known != seen_.end()) {
        *known = seen;
        return;
    }
    if (seen_.size() >= kMost)
        seen_.erase(std::ranges::min_element(
            seen_, {}, [](const PeerSeen& one) { return std::tuple{!one.refusal.has_value(), one.at}; }));
    seen_.push_back(seen);
}

}  // namespace understudy::agent
