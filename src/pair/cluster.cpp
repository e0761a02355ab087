#include "cluster.hpp"

#include <algorithm>
#include <set>

#include "understudy/base/sort.hpp"

namespace understudy::pair {

namespace {

bool share_an_address(const model::Instance& a, const model::Instance& b) {
    return std::ranges::any_of(a.addresses, [&](const model::VirtualAddress& address) {
        return std::ranges::any_of(b.addresses, [&](const model::VirtualAddress& other) {
            return other.prefix.address == address.prefix.address;
        });
    });
}

// How well an instance fits a virtual router that others have; 0: not at all. What the packets say (VRID and
// family) counts most; names and interfaces only choose among equals.
int fitness(const Cluster& cluster, const VirtualRouter& router, const model::Instance& instance) {
    if (router.family != instance.family) return 0;
    int best = 0;
    for (const std::size_t host : cluster.members(router)) {
        const model::Instance& other = *cluster.instance(router, host);
        const bool same_vrid = other.vrid == instance.vrid;
        const bool same_name = other.name == instance.name;
        const bool same_link = other.interface == instance.interface;
        if (!same_vrid && !same_name && !share_an_address(other, instance)) continue;
        best = std::max(best, 1 + (same_vrid ? 8 : 0) + (same_name ? 4 : 0) + (same_link ? 2 : 0));
    }
    return best;
}

// Each instance joins the router it fits best; the best fits are made first.
void place_host(Cluster& cluster, std::size_t host) {
    const std::vector<model::Instance>& instances = cluster.config(host).instances;
    struct Fit {
        int fitness;
        std::size_t instance;
        std::size_t router;
    };
    std::vector<Fit> fits;
    for (std::size_t i = 0; i < instances.size(); ++i)
        for (std::size_t r = 0; r < cluster.routers.size(); ++r)
            if (const int fit = fitness(cluster, cluster.routers[r], instances[i]); fit > 0)
                fits.push_back({fit, i, r});
    sort_stably(fits, std::greater{}, &Fit::fitness);
    std::set<std::size_t> placed;
    for (const Fit& fit : fits) {
        auto& place = cluster.routers[fit.router].instances[host];
        if (place || !placed.insert(fit.instance).second) continue;
        place = fit.instance;
    }
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (placed.contains(i)) continue;
        VirtualRouter router{instances[i].name, instances[i].vrid, instances[i].family, {}, 0};
        router.instances.resize(cluster.hosts.size());
        router.instances[host] = i;
        cluster.routers.push_back(std::move(router));
    }
}

// What moves together anywhere is one unit.
void number_units(Cluster& cluster) {
    std::vector<VirtualRouter>& routers = cluster.routers;
    for (std::size_t r = 0; r < routers.size(); ++r) routers[r].unit = r;
    const auto merge = [&](std::size_t from, std::size_t into) {
        for (VirtualRouter& router : routers)
            if (router.unit == from) router.unit = into;
    };
    for (std::size_t host = 0; host < cluster.hosts.size(); ++host)
        for (const model::SyncGroup& group : cluster.config(host).sync_groups) {
            std::optional<std::size_t> unit;
            for (const VirtualRouter& router : routers) {
                if (!router.instances[host]) continue;
                if (std::ranges::find(group.members, *router.instances[host]) == group.members.end())
                    continue;
                if (!unit)
                    unit = router.unit;
                else
                    merge(router.unit, *unit);
            }
        }
}

}  // namespace

const model::SyncGroup* Cluster::group(std::size_t host, std::size_t instance) const {
    for (const model::SyncGroup& group : config(host).sync_groups)
        if (std::ranges::find(group.members, instance) != group.members.end()) return &group;
    return nullptr;
}

std::size_t Cluster::units() const {
    std::size_t most = 0;
    for (const VirtualRouter& router : routers) most = std::max(most, router.unit + 1);
    return most;
}

Cluster match(std::span<const HostConfig> hosts) {
    Cluster cluster{hosts, {}};
    for (std::size_t host = 0; host < hosts.size(); ++host) place_host(cluster, host);
    number_units(cluster);
    return cluster;
}

Place Findings::locate(std::size_t host, const std::string& block, std::string_view keyword) const {
    const config::LoadResult& loaded = *cluster_.hosts[host].loaded;
    auto span = loaded.places.find(block, keyword);
    if (!span) span = loaded.places.find(block, "");
    if (!span || span->file >= loaded.files.size()) return {cluster_.hosts[host].file, 0, 0};
    return {loaded.files[span->file].path, span->line, span->column};
}

void Findings::add(Code code, std::size_t host, const VirtualRouter& router, std::string_view keyword,
                   std::string message, std::string hint) {
    const std::string& name = cluster_.instance(router, host)->name;
    all_.push_back({code, cluster_.name(host), locate(host, "vrrp_instance " + name, keyword),
                    router.name + ": " + std::move(message), std::move(hint)});
}

void Findings::add_block(Code code, std::size_t host, const std::string& block, std::string message,
                         std::string hint) {
    all_.push_back({code, cluster_.name(host), locate(host, block, ""), std::move(message), std::move(hint)});
}

std::vector<Finding> Findings::take() && {
    sort_stably(all_, std::greater{}, &Finding::severity);
    return std::move(all_);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

}  // namespace understudy::pair
