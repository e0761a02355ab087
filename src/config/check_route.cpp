// Routes and rules against what else was read and what this host has.
#include "check_route.hpp"

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

template <typename Drafts>
void check_interfaces(const CheckContext& context, const Drafts& drafts, std::string_view what) {
    for (const auto& draft : drafts)
        for (const LinkUse& link : draft.links) context.interface_exists(link.name, link.span, what);
}

// The group whose instances watch the interface; none after a complaint.
std::string checked_group(const CheckContext& context, const Given<std::string>& group, bool has_interface,
                          std::string_view wanted) {
    if (!group) return {};
    if (!has_interface) {
        context.diags
            .add(Code::GroupNeedsInterface, group.span,
                 "a track_group watches an interface, and here is none")
            .label("ignored")
            .hint("add " + std::string{wanted} + " INTERFACE");
        return {};
    }
    if (context.draft.track_group_names.contains(*group)) return *group;
    context.diags.add(Code::UnknownTrackGroup, group.span, "there is no track_group " + quote(*group))
        .label("ignored");
    return {};
}

}  // namespace

std::vector<model::Route> check_routes(const CheckContext& context, const std::vector<RouteDraft>& drafts) {
    check_interfaces(context, drafts, "this route");
    std::vector<model::Route> routes;
    for (const RouteDraft& draft : drafts) {
        model::Route& route = routes.emplace_back(draft.route);
        route.track_group = checked_group(context, draft.track_group, !route.route.link.empty(), "dev");
    }
    return routes;
}

std::vector<model::Rule> check_rules(const CheckContext& context, const std::vector<RuleDraft>& drafts) {
    check_interfaces(context, drafts, "this rule");
    std::vector<model::Rule> rules;
    for (const RuleDraft& draft : drafts) {
        model::Rule& rule = rules.emplace_back(draft.rule);
        rule.track_group = checked_group(context, draft.track_group, draft.in_link, "iif");
    }
    return rules;
}

}  // namespace understudy::config
