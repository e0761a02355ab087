// Rules that span statements: references, defaults, what one setting forbids another, what this host lacks. A
// draft goes in, a configuration comes out; whatever had to be corrected on the way is reported.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "understudy/base/text.hpp"
#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/model/config.hpp"

#include "draft.hpp"

namespace understudy::config {

// What every rule may look at. No host: the text is judged alone.
struct CheckContext {
    const Draft& draft;
    const Host* host;
    Diagnostics& diags;

    // Whether the instance's value of the keyword was complained about, and refuses the file anyhow.
    bool is_refused(const InstanceDraft& instance, std::string_view keyword) const;
    // Whether an interface can be used; none of that name is fatal unless interfaces may come later.
    bool interface_exists(const std::string& name, Span span, std::string_view used_for) const;
};

// An instance of the model, with the places of what it tracks.
struct CheckedInstance {
    model::Instance instance;  // until all is checked
    const InstanceDraft* draft = nullptr;
    std::vector<Span> link_spans;
    std::vector<Span> script_spans;
};

// Where a vrrp_script went: none if it was dropped.
using ScriptIndex = std::vector<std::optional<std::size_t>>;

// What came of a draft. Of each instance the model is in the configuration, at the same place.
struct Checked {
    model::Config config;
    std::vector<CheckedInstance> instances;
    ScriptIndex scripts;
};
[[nodiscard]] Checked check(const CheckContext& context);

// A hint at the name that was meant. Among thousands of them the search would take longer than all else.
template <typename Drafts>
[[nodiscard]] std::string did_you_mean(std::string_view wrong, const Drafts& drafts) {
    constexpr std::size_t kMostCompared = 1000;
    if (drafts.size() > kMostCompared) return "";
    std::vector<std::string_view> names;
    for (const auto& draft : drafts) names.push_back(draft.name);
    const auto meant = closest_word(wrong, names);
    return meant ? "did you mean " + std::string{*meant} + "?" : "";
}

// None if it cannot run at all.
[[nodiscard]] std::optional<CheckedInstance> check_instance(const CheckContext& context,
                                                            const InstanceDraft& draft,
                                                            const ScriptIndex& scripts);
[[nodiscard]] ScriptIndex check_scripts(const CheckContext& context, model::Config& config);
void check_groups(const CheckContext& context, const std::vector<std::optional<std::size_t>>& instances,
                  std::vector<CheckedInstance>& checked, const ScriptIndex& scripts, model::Config& config);
void check_script_security(const CheckContext& context);
// Groups, virtual servers and what they check; needs the trackers of `config`.
void check_virtual_servers(const CheckContext& context, model::Config& config);
// What keepalived accepts without a word although it cannot be meant.
void check_sense(const CheckContext& context, const std::vector<CheckedInstance>& checked,
                 const ScriptIndex& scripts, const model::Config& config);

// A script that is told of something; none if it must not run.
[[nodiscard]] std::optional<model::Command> check_notify_script(const CheckContext& context,
                                                                const Given<model::Command>& given);
// A program that decides whether a server lives; none if it must not run.
[[nodiscard]] std::optional<model::Command> check_checker_script(const CheckContext& context,
                                                                 const Given<model::Command>& given,
                                                                 const Given<model::Command>& owner);
[[nodiscard]] model::Notifications check_notify(const CheckContext& context, const NotifyDraft& draft);
// Entries of track_interface; the place of each goes into `spans`.
[[nodiscard]] std::vector<model::TrackedLink> check_links(const CheckContext& context,
                                                          const std::vector<TrackDraft>& drafts,
                                                          const std::string& own_interface,
                                                          std::vector<Span>& spans);
[[nodiscard]] std::vector<model::TrackedScript> check_tracked_scripts(const CheckContext& context,
                                                                      const std::vector<TrackDraft>& drafts,
                                                                      std::size_t order,
                                                                      const ScriptIndex& scripts,
                                                                      std::vector<Span>& spans);

}  // namespace understudy::config
