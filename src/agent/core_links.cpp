// Whether a link counts as up: what the kernel says, or what the interface itself says where it is polled
// (linkbeat), and where it has to last (interface_up_down_delays) what it has been for long enough.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr seconds kPollAgain{1};

// The other routers of an instance must not give up waiting before it has noticed that its link is down.
microseconds longest_down_delay(const model::Instance& instance) {
    return instance.advert_interval * (std::max(instance.down_timer_adverts, 2u) - 1);
}

}  // namespace

void Agent::Core::reload_links() {
    const std::map<std::string, track::Steady, std::less<>> before = std::exchange(slow_links, {});
    for (std::size_t i = 0; i < before.size(); ++i) deadlines.set({AlarmKind::LinkDelay, i}, std::nullopt);
    link_delays.clear();
    for (const model::LinkDelay& asked : config->link_delays) {
        track::Steady::Delays& delays = link_delays[asked.name] = {asked.down, asked.up};
        for (const model::Instance& instance : config->instances) {
            const microseconds longest = longest_down_delay(instance);
            if (instance.interface != asked.name || delays.down <= longest) continue;
            tell(words::delay_shortened(asked.name, instance.name, delays.down, longest));
            delays.down = longest;
        }
        const auto known = before.find(asked.name);
        if (known == before.end()) continue;
        slow_links.emplace(asked.name, known->second).first->second.adopt_delays(delays);
        arm_delay(asked.name);
    }
    polled_links.clear();
    for (const model::PolledLink& link : config->polled_links) polled_links[link.name] = link.probe;
    for (const model::Instance& instance : config->instances)
        if (!instance.interface.empty() && (instance.poll_link || config->globals.poll_links))
            polled_links.try_emplace(instance.interface, model::LinkProbe::Any);
    // What was said holds until the next answer: a reload is no news of any link.
    std::erase_if(polled, [&](const auto& said) {
        const net::Link* const link = links.find(said.first);
        return !link || !polled_links.contains(link->name);
    });
}

bool Agent::Core::is_up_now(const net::Link& link) const {
    if (!polled_links.contains(link.name)) return link.is_up();
    const auto said = polled.find(link.index);
    return said == polled.end() ? link.is_up() : link.admin_up && said->second;
}

bool Agent::Core::is_up(std::string_view name) const {
    const net::Link* const link = links.find(name);
    if (!link) return false;
    const auto slow = slow_links.find(name);
    return slow == slow_links.end() ? is_up_now(*link) : slow->second.is_up();
}

// What a link is when it is first seen is believed at once; one that vanishes is down.
void Agent::Core::observe_link(std::string_view name) {
    const auto delays = link_delays.find(name);
    if (delays == link_delays.end()) return;
    const net::Link* const link = links.find(name);
    const auto known = slow_links.find(name);
    if (known != slow_links.end())
        known->second.observe(link && is_up_now(*link), now);
    else if (link)
        slow_links.emplace(delays->first, track::Steady{delays->second, is_up_now(*link)});
    arm_delay(name);
}

void Agent::Core::arm_delay(std::string_view name) {
    const auto slow = slow_links.find(name);
    if (slow == slow_links.end()) return;
    const auto asked = std::ranges::find(config->link_delays, name, &model::LinkDelay::name);
    const auto index = static_cast<std::size_t>(asked - config->link_delays.begin());
    deadlines.set({AlarmKind::LinkDelay, index}, slow->second.deadline());
}

void Agent::Core::delay_due(std::size_t index) {
    if (index >= config->link_delays.size()) return;
    const std::string& name = config->link_delays[index].name;
    const auto slow = slow_links.find(name);
    if (slow == slow_links.end()) return;
    if (slow->second.due(now)) {
        tell(words::link_steady(name, slow->second.is_up()));
        evaluate_all();
    }
    arm_delay(name);
}

void Agent::Core::poll_links() {
    PollLinks order;
    for (const auto& [name, probe] : polled_links)
        if (const net::Link* const link = links.find(name)) order.links.push_back({link->index, name, probe});
    const bool any = !polled_links.empty() && !stopping;
    deadlines.set({AlarmKind::LinkPoll, 0}, any ? std::optional{now + kPollAgain} : std::nullopt);
    if (!order.links.empty() && any) actions.push_back(std::move(order));
}

void Agent::Core::on(const LinksPolled& event) {
    for (const LinksPolled::Entry& entry : event.links) {
        const net::Link* const link = links.find(entry.link);
        if (!link || !polled_links.contains(link->name)) continue;
        const bool before = is_up_now(*link);
        polled[entry.link] = entry.up;
        if (before == is_up_now(*link)) continue;
        tell(words::link_polled(link->name, entry.up));
        heard_of_link(link->name);
    }
}

// Adverts from an address that is not ours are answered by nobody (track_src_ip). Nor does an instance with
// unicast begin with one that this host does not have: it is the other host's in a file that was copied, and
// both would be master.
void Agent::Core::assess_source(const VirtualRouter& router, Assessment& assessment) const {
    const model::Instance& asked = router.settings;
    const bool stands_by = router.role() == vrrp::Role::Idle || router.role() == vrrp::Role::Fault;
    const bool needed = asked.track_source || (asked.is_unicast() && stands_by);
    if (!needed || !asked.source || !router.base) return;
    const auto is_it = [&](const net::InterfaceAddress& own) {
        return own.prefix.address == *asked.source && !own.tentative;
    };
    // Of a VRF it may be on any member.
    const bool anywhere = asked.interface.empty() || !asked.track_source;
    const bool there =
        anywhere ? links.owns(*asked.source) : std::ranges::any_of(links.addresses(*router.base), is_it);
    if (there) return;
    assessment.faults.push_back({fmt::format("the source address {} is not on {}", asked.source->to_string(),
                                             anywhere ? "this host" : asked.interface)});
}

// Members of a track group depend on the interfaces of its static addresses, routes and rules.
void Agent::Core::assess_track_groups(const VirtualRouter& router, Assessment& assessment) const {
    for (std::size_t i = 0; i < config->track_groups.size(); ++i) {
        if (!is_in_track_group(router, i)) continue;
        for (const std::string& link : links_of_track_group(i))
            if (!is_up(link))
                assessment.faults.push_back({fmt::format("interface {} of track group {} is down", link,
                                                         config->track_groups[i].name)});
    }
}

bool Agent::Core::is_in_track_group(const VirtualRouter& router, std::size_t index) const {
    return std::ranges::any_of(config->track_groups[index].members, [&](std::size_t member) {
        return config->instances[member].name == router.settings.name;
    });
}

bool Agent::Core::is_of_a_track_group(const VirtualRouter& router, const std::string& link) const {
    for (std::size_t i = 0; i < config->track_groups.size(); ++i)
        if (is_in_track_group(router, i) && links_of_track_group(i).contains(link)) return true;
    return false;
}

std::set<std::string> Agent::Core::links_of_track_group(std::size_t index) const {
    std::set<std::string> names;
    for (const model::StaticAddress& address : config->static_addresses)
        if (address.track_group == index) names.insert(address.address.dev);
    for (const model::Route& route : config->static_routes)
        if (route.track_group == config->track_groups[index].name && !route.route.link.empty())
            names.insert(route.route.link);
    for (const model::Rule& rule : config->static_rules)
        if (rule.track_group == config->track_groups[index].name && !rule.rule.in_link.empty())
            names.insert(rule.rule.in_link);
    return names;
}

}  // namespace understudy::agent
