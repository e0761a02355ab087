#include "understudy/doctor/examine.hpp"

#include <algorithm>

#include "understudy/base/sort.hpp"
#include "understudy/base/text.hpp"

#include "rules.hpp"

namespace understudy::doctor {

const Interface* Case::interface(const std::string& name) const {
    const auto found = std::ranges::find_if(
        facts.interfaces, [&](const Interface& candidate) { return candidate.link.name == name; });
    return found == facts.interfaces.end() ? nullptr : &*found;
}

std::optional<int> Case::setting(const std::string& path) const {
    const auto found = facts.settings.find(path);
    return found == facts.settings.end() ? std::nullopt : parse_number<int>(found->second);
}

std::optional<int> Case::higher_setting(const std::string& link, const std::string& name) const {
    const auto all = setting("net/ipv4/conf/all/" + name);
    const auto own = setting("net/ipv4/conf/" + link + "/" + name);
    return all && own ? std::optional{std::max(*all, *own)} : std::nullopt;
}

bool Case::holds(const net::Address& address) const {
    return std::ranges::any_of(facts.interfaces, [&](const Interface& candidate) {
        return std::ranges::find(candidate.addresses, address, &net::Prefix::address) !=
               candidate.addresses.end();
    });
}

bool Case::is_master(const std::string& instance) const {
    if (!facts.instances) return false;
    const auto found = facts.instances->find(instance);
    return found != facts.instances->end() && found->second.master;
}

void Case::add(Code code, std::string subject, std::string what, std::string remedy) const {
    Finding finding{code, std::move(subject), std::move(what), std::move(remedy)};
    if (std::ranges::find(findings, finding) == findings.end()) findings.push_back(std::move(finding));
}

std::vector<Finding> examine(const config::LoadResult& loaded, const Facts& facts) {
    std::vector<Finding> findings;
    const Case c{loaded, facts, findings};
    check_firewall(c);
    check_interfaces(c);
    check_settings(c);
    check_host(c);
    check_wire(c);
    // Each in the order in which it was found otherwise.
    sort_stably(findings, [](const Finding& a, const Finding& b) {
        return a.severity() != b.severity() ? a.severity() > b.severity() : a.code < b.code;
    });
    return findings;
}

}  // namespace understudy::doctor
