// The JSON dump. Which keys there are, in which order and of which type is keepalived's: four flags are
// numbers where others are booleans, and slashes are escaped.
#include <fmt/format.h>

#include <concepts>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "understudy/agent/dump.hpp"
#include "understudy/base/text.hpp"

#include "dump_counters.hpp"
#include "dump_words.hpp"

namespace understudy::agent {

namespace {

using vrrp::Refusal;
using wire::PacketFault;

std::string string_of(std::string_view text) {
    std::string quoted;
    for (const char c : nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
        quoted += c == '/' ? std::string{"\\/"} : std::string{c};
    return quoted;
}

// An object whose keys stay in the order in which they are added.
class Members {
public:
    Members& raw(std::string_view key, std::string_view value) {
        text_ += text_.empty() ? "{" : ",";
        text_ += string_of(key);
        text_ += ':';
        text_ += value;
        return *this;
    }
    Members& text(std::string_view key, std::string_view value) { return raw(key, string_of(value)); }
    template <std::integral T>
    Members& number(std::string_view key, T value) {
        return raw(key, std::to_string(value));
    }
    Members& boolean(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    Members& flag(std::string_view key, bool value) { return raw(key, value ? "1" : "0"); }
    Members& time(std::string_view key, microseconds value) { return raw(key, seconds_text(value)); }
    Members& list(std::string_view key, const std::vector<std::string>& values) {
        if (values.empty()) return *this;
        std::string array;
        for (const std::string& value : values) array += (array.empty() ? "" : ",") + string_of(value);
        return raw(key, "[" + array + "]");
    }
    Members& command(std::string_view key, const std::optional<model::Command>& value) {
        return value ? text(key, dumped_command(value->words)) : *this;
    }

    [[nodiscard]] std::string close() { return std::move(text_) + "}"; }

private:
    std::string text_;
};

int number_of(vrrp::Role role) {
    switch (role) {
        case vrrp::Role::Idle:
            return 0;
        case vrrp::Role::Backup:
            return 1;
        case vrrp::Role::Master:
            return 2;
        case vrrp::Role::Fault:
            return 3;
    }
    return 0;
}

// Six decimals, as keepalived's.
std::string unix_time(WallTime time) {
    const auto whole = std::chrono::floor<seconds>(time);
    return fmt::format("{}.{:06}", whole.time_since_epoch().count(), (time - whole).count());
}

void add_announcing(const model::Announcing& asked, Members& out) {
    out.number("garp_delay", asked.master_delay.count()).number("garp_refresh", asked.master_refresh.count());
    out.number("garp_rep", asked.master_repeat).number("garp_refresh_rep", asked.master_refresh_repeat);
    out.number("garp_lower_prio_delay", asked.lower_priority_delay.count());
    out.number("garp_lower_prio_rep", asked.lower_priority_repeat);
}

void add_protocol(const InstanceDump& instance, Members& out) {
    const model::Instance& asked = instance.settings;
    const InstanceReport& now = instance.report;
    out.flag("lower_prio_no_advert", asked.lower_priority_no_advert);
    out.flag("higher_prio_send_advert", asked.higher_priority_send_advert);
    out.number("vrid", now.vrid.value()).number("base_priority", now.base_priority.value());
    out.number("effective_priority", now.priority.value()).boolean("vipset", has_its_addresses(now));
    out.boolean("promote_secondaries", asked.promote_secondaries);
    out.time("adver_int", asked.advert_interval).time("master_adver_int", instance.master_interval);
    out.flag("accept", asked.accept).boolean("nopreempt", !asked.preempt);
    out.number("preempt_delay", std::chrono::floor<seconds>(asked.preempt_delay).count());
    out.number("state", number_of(now.role)).number("wantstate", number_of(now.role));
    out.number("version", static_cast<int>(now.version));
}

void add_notifications(const model::Notifications& asked, Members& out) {
    out.boolean("smtp_alert", asked.mail).boolean("notify_deleted", asked.report_deleted);
    out.command("script_backup", asked.backup).command("script_master", asked.master);
    out.command("script_fault", asked.fault).command("script_stop", asked.stop);
    out.command("script_deleted", asked.deleted).command("script", asked.any);
    out.command("script_master_rx_lower_pri", asked.master_rx_lower_pri);
}

void add_objects(const InstanceDump& instance, Members& out) {
    out.list("vips", dumped_addresses(instance)).list("evips", dumped_excluded_addresses(instance));
    out.list("vroutes", dumped_all(instance.settings.routes));
    out.list("vrules", dumped_all(instance.settings.rules));
    out.list("track_ifp", other_tracked_links(instance.settings));
    std::vector<std::string> scripts;
    for (const auto& words : instance.commands) scripts.push_back(dumped_command(words));
    std::vector<std::string> processes;
    for (const TrackerReport& tracker : instance.report.trackers)
        if (tracker.kind == "process" && !tracker.by_group) processes.push_back(tracker.name);
    out.list("track_script", scripts).list("track_process", processes);
    out.number("auth_type", static_cast<int>(instance.settings.auth_type));
    if (instance.settings.auth_type != model::AuthType::None) out.text("auth_data", "********");
}

std::string data_of(const InstanceDump& instance, const Moment& moment) {
    const model::Instance& asked = instance.settings;
    Members out;
    out.text("iname", asked.name).flag("dont_track_primary", !asked.track_primary);
    out.flag("skip_check_adv_addr", asked.skip_check_advert_addresses).flag("strict_mode", asked.strict);
    out.text("vmac_ifname", asked.virtual_mac ? instance.link : "");
    const std::string& interface = instance.link.empty() ? asked.interface : instance.link;
    if (!interface.empty()) out.text("ifp_ifname", interface);
    out.number("master_priority", instance.heard_priority);
    out.raw("last_transition", unix_time(wall_time_of(instance.report.since, moment)));
    add_announcing(asked.announcing, out);
    add_protocol(instance, out);
    add_notifications(asked.notify, out);
    add_objects(instance, out);
    return out.close();
}

std::string stats_of(const InstanceReport& report) {
    const vrrp::Stats& s = report.stats;
    Members out;
    out.number("advert_rcvd", s.adverts_received).number("advert_sent", s.adverts_sent);
    out.number("become_master", s.became_master).number("release_master", s.released_master);
    out.number("packet_len_err", length_errors(s)).number("advert_interval_err", interval_errors(s));
    out.number("ip_ttl_err", refusals(s, {Refusal::WrongTtl}));
    out.number("invalid_type_rcvd", faults(s, {PacketFault::BadType}));
    out.number("addr_list_err", address_list_errors(s));
    out.number("invalid_authtype", refusals(s, {Refusal::AuthTypeUnknown}));
    out.number("authtype_mismatch", refusals(s, {Refusal::AuthTypeMismatch}));
    out.number("auth_failure", authentication_failures(s));
    if (report.hmac) {
        out.number("auth_ext_missing", refusals(s, {Refusal::TrailerMissing}));
        out.number("auth_ext_malformed", refusals(s, {Refusal::TrailerMalformed}));
        out.number("auth_ext_unknown_key", refusals(s, {Refusal::TrailerOfUnknownKey}));
        out.number("auth_ext_invalid_hmac", refusals(s, {Refusal::TrailerNotAuthentic}));
        out.number("auth_ext_stale", refusals(s, {Refusal::TrailerStale}));
        out.number("auth_ext_replay", refusals(s, {Refusal::TrailerReplayed}));
    }
    out.number("pri_zero_rcvd", s.priority_zero_received).number("pri_zero_sent", s.priority_zero_sent);
    return out.close();
}

std::string process_of(const ProcessDump& process) {
    using Delay = track::ProcessTracker::Delay;
    const model::TrackProcess& asked = process.settings;
    std::string parameters;
    for (std::size_t i = 1; i < asked.command.size(); ++i)
        parameters += (parameters.empty() ? "" : " ") + asked.command[i];
    Members out;
    out.text("process", asked.name);
    if (!parameters.empty()) out.text("parameters", parameters);
    out.text("param_match", match_name(asked.parameters)).number("min_processes", asked.quorum);
    if (asked.quorum_max) out.number("max_processes", *asked.quorum_max);
    out.number("current_processes", process.count);
    out.boolean("have_quorum", process.health == track::Health::Good);
    out.number("weight", asked.weight.reverse ? -asked.weight.value : +asked.weight.value);
    out.time("terminate_delay", asked.terminate_delay).time("fork_delay", asked.fork_delay);
    out.boolean("fork_delay_timer_running", process.delay == Delay::Fork);
    out.boolean("terminate_delay_timer_running", process.delay == Delay::Terminate);
    out.boolean("full_command", asked.full_command);
    return out.close();
}

}  // namespace

std::string json_dump(const InstanceDump& instance, const Moment& moment) {
    return Members{}.raw("data", data_of(instance, moment)).raw("stats", stats_of(instance.report)).close();
}

std::string json_file(std::span<const std::string> elements, const SharedDump& shared,
                      std::uint32_t version) {
    const std::string instances = fmt::format("[{}]", fmt::join(elements, ","));
    if (version == 1) return instances + "\n";
    std::vector<std::string> processes;
    for (const ProcessDump& process : shared.processes) processes.push_back(process_of(process));
    Members out;
    out.raw("vrrp", instances);
    if (!processes.empty()) out.raw("track_process", fmt::format("[{}]", fmt::join(processes, ",")));
    return out.close() + "\n";
}

}  // namespace understudy::agent
