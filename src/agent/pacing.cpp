#include "pacing.hpp"

namespace understudy::agent {

// A group that names one of the two intervals only does not limit the other kind at all.
Pacing::Pacing(const model::Config& config)
    : fallback_{config.globals.pacing.garp_interval, config.globals.pacing.gna_interval} {
    for (std::size_t number = 0; number < config.announce_groups.size(); ++number) {
        const model::AnnounceGroup& group = config.announce_groups[number];
        const Gaps gaps{group.garp_interval.value_or(microseconds{0}),
                        group.gna_interval.value_or(microseconds{0})};
        for (const std::string& name : group.interfaces) groups_[name] = {number, gaps};
    }
}

std::optional<Pace> Pacing::of(const net::Link& link, net::Family family, const Links& links) const {
    const net::Link* const below = link.is_virtual() ? links.find(link.base) : nullptr;
    const net::Link& wire = below ? *below : link;
    auto group = groups_.find(wire.name);
    if (group == groups_.end()) group = groups_.find(link.name);
    const bool grouped = group != groups_.end();
    const Gaps& gaps = grouped ? group->second.gaps : fallback_;
    const microseconds gap = family == net::Family::Ipv4 ? gaps.garp : gaps.gna;
    if (gap == microseconds{0}) return std::nullopt;
    return Pace{{grouped, grouped ? group->second.number : wire.index.value, family}, gap};
}

}  // namespace understudy::agent
