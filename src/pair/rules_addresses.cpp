// Whether the hosts protect the same addresses in the same virtual routers.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules.hpp"

namespace understudy::pair {

namespace {

constexpr std::size_t kMostNamed = 3;

using AddressList = std::vector<model::VirtualAddress> model::Instance::*;

std::string some_of(const std::vector<std::string>& words) {
    if (words.size() <= kMostNamed) return joined(words);
    std::string text;
    for (std::size_t i = 0; i < kMostNamed; ++i) text += (i == 0 ? "" : ", ") + words[i];
    return fmt::format("{} and {} more", text, words.size() - kMostNamed);
}

const model::VirtualAddress* find(const std::vector<model::VirtualAddress>& list,
                                  const net::Address& address) {
    const auto found =
        std::ranges::find(list, address, [](const model::VirtualAddress& one) { return one.prefix.address; });
    return found == list.end() ? nullptr : &*found;
}

std::vector<std::string> missing(const std::vector<model::VirtualAddress>& from,
                                 const std::vector<model::VirtualAddress>& in) {
    std::vector<std::string> words;
    for (const model::VirtualAddress& address : from)
        if (find(in, address.prefix.address) == nullptr) words.push_back(address.prefix.address.to_string());
    return words;
}

void compare(const Cluster& cluster, const VirtualRouter& router, std::size_t a, std::size_t b,
             AddressList which, std::string_view keyword, Findings& findings) {
    const auto& ours = cluster.instance(router, a)->*which;
    const auto& theirs = cluster.instance(router, b)->*which;
    for (const auto& [from, to, words] :
         {std::tuple{a, b, missing(ours, theirs)}, std::tuple{b, a, missing(theirs, ours)}}) {
        if (words.empty()) continue;
        findings.add(
            Code::AddressesDiffer, to, router, keyword,
            fmt::format("{} of {} {} not in {} on {}, and lost while it is master", some_of(words),
                        cluster.name(from), words.size() == 1 ? "is" : "are", keyword, cluster.name(to)),
            "give every host the same addresses");
    }
    for (const model::VirtualAddress& address : ours) {
        const model::VirtualAddress* const other = find(theirs, address.prefix.address);
        if (other == nullptr || other->prefix.length == address.prefix.length) continue;
        findings.add(
            Code::PrefixDiffers, b, router, other->prefix.to_string(),
            fmt::format("{} has the length {} on {} and {} on {}", address.prefix.address.to_string(),
                        address.prefix.length, cluster.name(a), other->prefix.length, cluster.name(b)),
            "give it the same prefix length everywhere");
    }
}

void compare_order(const Cluster& cluster, const VirtualRouter& router, std::size_t a, std::size_t b,
                   Findings& findings) {
    const auto address = [](const model::VirtualAddress& one) { return one.prefix.address; };
    const auto& ours = cluster.instance(router, a)->addresses;
    const auto& theirs = cluster.instance(router, b)->addresses;
    if (std::ranges::equal(ours, theirs, {}, address, address)) return;
    if (!std::ranges::is_permutation(ours, theirs, {}, address, address)) return;
    findings.add(Code::AddressOrderDiffers, b, router, "virtual_ipaddress",
                 fmt::format("the addresses stand in another order than on {}", cluster.name(a)));
}

}  // namespace

void report_members(const Cluster& cluster, Findings& findings) {
    for (const VirtualRouter& router : cluster.routers) {
        const std::vector<std::size_t> members = cluster.members(router);
        const model::Instance& first = *cluster.instance(router, members.front());
        for (const std::size_t host : members) {
            const model::Instance& instance = *cluster.instance(router, host);
            if (instance.vrid == first.vrid) continue;
            findings.add(
                Code::VridDiffers, host, router, "virtual_router_id",
                fmt::format("the VRID is {} on {} and {} on {}, so each takes itself for the only one",
                            first.vrid.value(), cluster.name(members.front()), instance.vrid.value(),
                            cluster.name(host)),
                "give every host the same virtual_router_id");
        }
        if (members.size() == 1)
            findings.add(
                Code::OnlyOnOneHost, members.front(), router, "",
                fmt::format("only {} has it (VRID {}, {}), so nobody takes over",
                            cluster.name(members.front()), router.vrid.value(), net::name(router.family)));
    }
}

void report_addresses(const Cluster& cluster, Findings& findings) {
    for (const VirtualRouter& router : cluster.routers) {
        const std::vector<std::size_t> members = cluster.members(router);
        for (std::size_t i = 1; i < members.size(); ++i) {
            compare(cluster, router, members[0], members[i], &model::Instance::addresses, "virtual_ipaddress",
                    findings);
            compare(cluster, router, members[0], members[i], &model::Instance::excluded_addresses,
                    "virtual_ipaddress_excluded", findings);
            compare_order(cluster, router, members[0], members[i], findings);
        }
    }
    // An address and the first virtual router that has it on each host.
    std::map<net::Address, std::map<std::size_t, std::size_t>> holders;
    for (std::size_t r = 0; r < cluster.routers.size(); ++r)
        for (const std::size_t host : cluster.members(cluster.routers[r]))
            for (const auto list : {&model::Instance::addresses, &model::Instance::excluded_addresses})
                for (const model::VirtualAddress& address : cluster.instance(cluster.routers[r], host)->*list)
                    holders[address.prefix.address].try_emplace(host, r);
    for (const auto& [address, by_host] : holders) {
        const auto& [first_host, first] = *by_host.begin();
        for (const auto& [host, r] : by_host) {
            if (r == first) continue;
            findings.add(Code::AddressElsewhere, host, cluster.routers[r], "virtual_ipaddress",
                         fmt::format("{} belongs to it on {} and to {} on {}, and both may hold it at once",
                                     address.to_string(), cluster.name(host), cluster.routers[first].name,
                                     cluster.name(first_host)),
                         "put it into the same virtual router on every host");
        }
    }
}

}  // namespace understudy::pair
