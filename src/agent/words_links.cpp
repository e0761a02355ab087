// What an operator reads about interfaces with virtual MACs and about the packet filter.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "words.hpp"

namespace understudy::agent::words {

namespace {

std::string missing_module(bool ipvlan) {
    return ipvlan ? "this kernel has no ipvlan: load or build the module ipvlan, or remove use_ipvlan"
                  : "this kernel has no macvlan: load or build the module macvlan, or remove use_vmac";
}

std::string refusal(const desired::LinkFinding& finding) {
    if (finding.error == EOPNOTSUPP) return missing_module(finding.link.ipvlan.has_value());
    if (finding.link.ipvlan && (finding.error == EINVAL || finding.error == EBUSY))
        return fmt::format(
            "{} (all ipvlans on {} need the same of bridge, private and vepa, and none is possible "
            "beside a macvlan)",
            std::strerror(finding.error), finding.link.base_name);
    if (finding.error == EADDRINUSE)
        return fmt::format(
            "another interface on {} has the MAC {} already: remove it, or give another MAC after "
            "use_vmac",
            finding.link.base_name, finding.link.mac.to_string());
    if (finding.error == EINVAL || finding.error == EBUSY)
        return fmt::format("{} (use_vmac needs an Ethernet interface)", std::strerror(finding.error));
    return std::strerror(finding.error);
}

Record about(std::string_view id, Level level, std::string text, const desired::LinkFinding& finding) {
    return {id, level, std::move(text), {{"interface", finding.link.name}}};
}

}  // namespace

std::string virtual_link_missing(const desired::LinkStanding& standing, const std::string& base) {
    const std::string which = fmt::format(
        "{} {} on {}", standing.ipvlan ? "ipvlan" : "interface with the virtual MAC", standing.name, base);
    if (standing.error == EOPNOTSUPP) return which + " cannot be made: " + missing_module(standing.ipvlan);
    if (standing.name_taken) return which + " cannot be made: the name is taken";
    if (standing.error != 0)
        return fmt::format("{} cannot be made: {}", which, std::strerror(standing.error));
    return which + " is not there yet";
}

Record virtual_link(const desired::LinkFinding& finding) {
    using Kind = desired::LinkFinding::Kind;
    const net::VirtualLink& link = finding.link;
    const std::string what = link.ipvlan ? "ipvlan" : link.mac.to_string();
    const std::string which = fmt::format("{} ({} on {})", link.name, what, link.base_name);
    switch (finding.kind) {
        case Kind::Made:
            return about("virtual-link-made", Level::Info, "made the interface " + which, finding);
        case Kind::TakenOver:
            return about("virtual-link-taken-over", Level::Info,
                         "took over the interface " + which + ", which was there already", finding);
        case Kind::Deleted:
            return about("virtual-link-lost", Level::Warning,
                         "somebody has deleted the interface " + which + ": making it again", finding);
        case Kind::Failed:
            return about(
                "virtual-link-refused", Level::Error,
                fmt::format("cannot make or remove the interface {}: {}", link.name, refusal(finding)),
                finding);
        case Kind::NameTaken:
            return about("virtual-link-name-taken", Level::Error,
                         fmt::format("interface {} exists and is not {} of ours on {}: it is left alone. "
                                     "Remove it (ip link del {}), or give another name after {}",
                                     link.name,
                                     link.ipvlan ? std::string{"an ipvlan"}
                                                 : "the private macvlan with MAC " + link.mac.to_string(),
                                     link.base_name, link.name, link.ipvlan ? "use_ipvlan" : "use_vmac"),
                         finding);
        case Kind::Gone:
            return about("virtual-link-removed", Level::Info, "removed the interface " + link.name, finding);
    }
    return {};
}

Record filter_refused(int error) {
    const char* const hint = error == EOPNOTSUPP || error == EPROTONOSUPPORT || error == ENOENT
                                 ? "; does this kernel have nf_tables and nft_dup_netdev?"
                                 : "";
    return {
        "filter-refused",
        Level::Error,
        fmt::format("cannot set the packet filter: {}{} Until it can be set, the addresses of no_accept and "
                    "strict mode answer, and IGMP and MLD reports have the virtual MAC",
                    std::strerror(error), *hint ? hint : "."),
        {}};
}

}  // namespace understudy::agent::words
