#include "metrics.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "understudy/base/date.hpp"
#include "understudy/vrrp/refused.hpp"

#include "json_read.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;
using Value = std::optional<double>;

std::string lower(std::string word) {
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return word;
}

// Seconds since 1970.
Value timestamp(const json& object, const char* key) {
    const auto when = parse_date(text(object, key));
    if (!when) return std::nullopt;
    return std::chrono::duration<double>(when->time_since_epoch()).count();
}

Value flag_value(const json& object, const char* key) {
    const json& value = member(object, key);
    if (!value.is_boolean()) return std::nullopt;
    return value.get<bool>() ? 1 : 0;
}

Value counter(const json& instance, const char* key) { return number(member(instance, "counters"), key); }

// Of reasons, each of which is 0 unless it is told; none if this daemon does not tell any.
Value refused(const json& instance, std::initializer_list<const char*> reasons) {
    const json& told = member(member(instance, "counters"), "refused");
    if (!told.is_object()) return std::nullopt;
    double total = 0;
    for (const char* reason : reasons) total += number(told, reason).value_or(0);
    return total;
}

Value plus(Value a, Value b) {
    if (!a || !b) return std::nullopt;
    return *a + *b;
}

// keepalived's numbers, which know of FAULT; RFC 6527 calls it initialize.
Value state_number(const json& instance) {
    constexpr std::array kStates{"INIT", "BACKUP", "MASTER", "FAULT"};
    const auto* const found = std::ranges::find(kStates, text(instance, "state"));
    if (found == kStates.end()) return std::nullopt;
    return static_cast<double>(found - kStates.begin());
}

struct AddressCount {
    bool wanted;
    bool present;
};

Value addresses(const json& instance, std::initializer_list<AddressCount> kinds) {
    const json& all = member(instance, "addresses");
    if (!all.is_array()) return std::nullopt;
    return static_cast<double>(std::ranges::count_if(all, [&](const json& address) {
        return std::ranges::any_of(kinds, [&](const AddressCount& kind) {
            return flag(address, "wanted") == kind.wanted && flag(address, "present") == kind.present;
        });
    }));
}

struct Row {
    Family family;
    Value (*value)(const json& instance);
};

constexpr auto kCounter = MetricType::Counter;
constexpr auto kGauge = MetricType::Gauge;

// One sample for each virtual router, unless it has nothing of the kind.
constexpr std::array kRows{
    Row{{"understudy_vrrp_state", kGauge,
         "State as a number: 0 init, 1 backup, 2 master, 3 fault (RFC 6527 Status, with keepalived's "
         "numbers)."},
        state_number},
    Row{{"understudy_vrrp_last_transition_timestamp_seconds", kGauge, "When it entered this state.",
         "seconds"},
        [](const json& i) { return timestamp(i, "since"); }},
    Row{{"understudy_vrrp_priority", kGauge, "Priority as configured (RFC 8347 priority)."},
        [](const json& i) { return number(i, "base_priority"); }},
    Row{{"understudy_vrrp_effective_priority", kGauge,
         "Priority in effect, after trackers, orders and drains (RFC 8347 effective-priority)."},
        [](const json& i) { return number(i, "priority"); }},
    Row{{"understudy_vrrp_ordered_priority", kGauge, "Priority that the operator has set; absent otherwise."},
        [](const json& i) { return number(i, "ordered_priority"); }},
    Row{{"understudy_vrrp_master_priority", kGauge, "Priority of the master that a backup hears."},
        [](const json& i) { return number(i, "master_priority"); }},
    Row{{"understudy_vrrp_drained", kGauge, "1 while the operator has drained it."},
        [](const json& i) -> Value {
            return i.contains("drain") ? Value{member(i, "drain").is_object() ? 1 : 0} : std::nullopt;
        }},
    Row{{"understudy_vrrp_split_brain", kGauge,
         "1 while another machine has its addresses, too; absent where nobody looks (split_brain)."},
        [](const json& i) -> Value {
            return i.contains("split_brain") ? Value{member(i, "split_brain").is_object() ? 1 : 0}
                                             : std::nullopt;
        }},
    Row{{"understudy_vrrp_faults", kGauge, "How many things keep it in fault."},
        [](const json& i) -> Value {
            const json& faults = member(i, "faults");
            return faults.is_array() ? Value{static_cast<double>(faults.size())} : std::nullopt;
        }},
    Row{{"understudy_vrrp_addresses", kGauge, "Virtual addresses configured (RFC 6527 AddrCount)."},
        [](const json& i) {
            return addresses(i, {{true, true}, {true, false}, {false, true}, {false, false}});
        }},
    Row{{"understudy_vrrp_addresses_present", kGauge, "Virtual addresses that the kernel holds."},
        [](const json& i) { return addresses(i, {{true, true}, {false, true}}); }},
    Row{{"understudy_vrrp_addresses_missing", kGauge,
         "Virtual addresses that should be there because of the state, and are not."},
        [](const json& i) { return addresses(i, {{true, false}}); }},
    Row{{"understudy_vrrp_addresses_unexpected", kGauge,
         "Virtual addresses that the kernel holds although the state does not want them."},
        [](const json& i) { return addresses(i, {{false, true}}); }},
    Row{{"understudy_vrrp_routes", kGauge, "Virtual routes configured."},
        [](const json& i) { return number(member(i, "routes"), "configured"); }},
    Row{{"understudy_vrrp_routes_present", kGauge, "Virtual routes that the kernel holds."},
        [](const json& i) { return number(member(i, "routes"), "present"); }},
    Row{{"understudy_vrrp_rules", kGauge, "Virtual rules configured."},
        [](const json& i) { return number(member(i, "rules"), "configured"); }},
    Row{{"understudy_vrrp_rules_present", kGauge, "Virtual rules that the kernel holds."},
        [](const json& i) { return number(member(i, "rules"), "present"); }},
    Row{{"understudy_vrrp_master_transitions", kCounter,
         "Times it became master (RFC 8347 master-transitions)."},
        [](const json& i) { return counter(i, "became_master"); }},
    Row{{"understudy_vrrp_master_releases", kCounter, "Times it stopped being master."},
        [](const json& i) { return counter(i, "released_master"); }},
    Row{{"understudy_vrrp_advertisement_rcvd", kCounter,
         "Advertisements received that passed all checks (RFC 8347 advertisement-rcvd)."},
        [](const json& i) { return counter(i, "adverts_received"); }},
    Row{{"understudy_vrrp_advertisement_sent", kCounter,
         "Advertisements sent (RFC 8347 advertisement-sent)."},
        [](const json& i) { return counter(i, "adverts_sent"); }},
    Row{{"understudy_vrrp_priority_zero_pkts_rcvd", kCounter,
         "Advertisements of priority 0 received (RFC 8347 priority-zero-pkts-rcvd)."},
        [](const json& i) { return counter(i, "priority_zero_received"); }},
    Row{{"understudy_vrrp_priority_zero_pkts_sent", kCounter,
         "Advertisements of priority 0 sent (RFC 8347 priority-zero-pkts-sent)."},
        [](const json& i) { return counter(i, "priority_zero_sent"); }},
    Row{{"understudy_vrrp_interval_errors", kCounter,
         "Advertisements with another interval, refused or not (RFC 8347 interval-errors)."},
        [](const json& i) {
            return plus(counter(i, "interval_differences"),
                        refused(i, {"interval-zero", "interval-mismatch"}));
        }},
    Row{{"understudy_vrrp_address_list_errors", kCounter,
         "Advertisements with other addresses, refused or not (RFC 8347 address-list-errors)."},
        [](const json& i) { return plus(counter(i, "address_list_errors"), refused(i, {"no-addresses"})); }},
    Row{{"understudy_vrrp_checksum_errors", kCounter,
         "Packets with a bad checksum (RFC 8347 checksum-errors)."},
        [](const json& i) { return refused(i, {"bad-checksum", "checksum-form"}); }},
    Row{{"understudy_vrrp_version_errors", kCounter, "Packets of another version (RFC 8347 version-errors)."},
        [](const json& i) { return refused(i, {"bad-version", "wrong-version"}); }},
    Row{{"understudy_vrrp_ip_ttl_errors", kCounter,
         "Packets whose TTL or hop limit is not 255 (RFC 8347 ip-ttl-errors)."},
        [](const json& i) { return refused(i, {"wrong-ttl"}); }},
    Row{{"understudy_vrrp_packet_length_errors", kCounter,
         "Packets of a wrong length (RFC 8347 packet-length-errors)."},
        [](const json& i) { return refused(i, {"truncated", "trailing-bytes", "auth-ext-unexpected"}); }},
    Row{{"understudy_vrrp_invalid_type_pkts_rcvd", kCounter,
         "Packets that are no advertisements (RFC 8347 invalid-type-pkts-rcvd)."},
        [](const json& i) { return refused(i, {"bad-type"}); }},
    Row{{"understudy_vrrp_invalid_auth_type", kCounter,
         "Packets with an unknown kind of authentication (RFC 2787 InvalidAuthType)."},
        [](const json& i) { return refused(i, {"auth-type-unknown"}); }},
    Row{{"understudy_vrrp_auth_type_mismatch", kCounter,
         "Packets with another kind of authentication (RFC 2787 AuthTypeMismatch)."},
        [](const json& i) { return refused(i, {"auth-type-mismatch"}); }},
    Row{{"understudy_vrrp_auth_failures", kCounter,
         "Packets with a wrong password or signature (RFC 2787 AuthFailures)."},
        [](const json& i) {
            return refused(i, {"auth-failed", "ah-replayed", "auth-ext-invalid-hmac", "auth-ext-replay"});
        }},
    Row{{"understudy_vrrp_checksum_alternate_form", kCounter,
         "Advertisements accepted with a checksum of the other form."},
        [](const json& i) { return counter(i, "other_checksum_form"); }},
    Row{{"understudy_vrrp_duplicate_address", kCounter,
         "Times another host was heard to use a virtual address while master."},
        [](const json& i) { return counter(i, "addresses_claimed"); }},
    Row{{"understudy_vrrp_auth_ext_verified", kCounter, "Signed advertisements accepted (auth_hmac)."},
        [](const json& i) { return counter(i, "auth_ext_verified"); }},
    Row{{"understudy_vrrp_auth_ext_unsigned", kCounter, "Unsigned advertisements accepted (auth_hmac)."},
        [](const json& i) { return counter(i, "auth_ext_unsigned"); }},
};

// Virtual routers with the labels that tell them apart.
struct Router {
    const json* told;
    Labels labels;
    Labels with(Labels more) const {
        more.insert(more.begin(), labels.begin(), labels.end());
        return more;
    }
};

std::vector<Router> routers_of(const json& status) {
    std::vector<Router> routers;
    for (const json& instance : list(status, "instances")) {
        if (!instance.is_object()) continue;
        routers.push_back({&instance,
                           {{"vrrp_instance", text(instance, "name")},
                            {"interface", text(instance, "interface")},
                            {"vrid", text(instance, "virtual_router_id")},
                            {"family", lower(text(instance, "family"))},
                            {"group", text(instance, "sync_group")}}});
    }
    return routers;
}

void add_if(Exposition& out, const Labels& labels, Value value) {
    if (value) out.add(labels, *value);
}

void add_daemon(const Observed& observed, Exposition& out) {
    out.begin({"understudy_up", kGauge, "1 if the daemon told its status, 0 if it could not be asked."});
    out.add({}, observed.is_up() ? 1 : 0);
    out.begin({"understudy_build", MetricType::Info, "The daemon that answers."});
    if (const std::string version = text(observed.daemon, "program_version"); !version.empty())
        out.add({{"version", version}}, 1);
    out.begin({"understudy_start_timestamp_seconds", kGauge, "When the daemon was started.", "seconds"});
    add_if(out, {}, timestamp(observed.daemon, "since"));
    const json& configuration = member(observed.daemon, "configuration");
    out.begin({"understudy_config_timestamp_seconds", kGauge,
               "Since when the configuration in force is: the start, or the last reload that was taken.",
               "seconds"});
    add_if(out, {}, timestamp(configuration, "since"));
    out.begin({"understudy_config_last_reload_successful", kGauge, "0 if the last reload was refused."});
    if (const std::string last = text(configuration, "last_reload"); !last.empty())
        out.add({}, last == "refused" ? 0 : 1);
    out.begin({"understudy_config_reloads", kCounter, "Reloads by what became of them."});
    for (const char* verdict : {"applied", "refused", "unconfirmed"})
        add_if(out, {{"verdict", verdict}}, number(member(configuration, "reloads"), verdict));
}

void add_totals(const std::vector<Router>& routers, Exposition& out) {
    std::set<std::string> interfaces;
    for (const Router& router : routers) interfaces.insert(text(*router.told, "interface"));
    out.begin({"understudy_vrrp_virtual_routers", kGauge, "Instances that run (RFC 8347 virtual-routers)."});
    out.add({}, static_cast<double>(routers.size()));
    out.begin({"understudy_vrrp_interfaces", kGauge, "Interfaces with instances (RFC 8347 interfaces)."});
    out.add({}, static_cast<double>(interfaces.size()));
}

void add_router_infos(const std::vector<Router>& routers, Exposition& out) {
    out.begin({"understudy_vrrp_router", MetricType::Info,
               "Version, our address, and the master's as far as it is known (RFC 6527 MasterIpAddr)."});
    for (const Router& router : routers) {
        const bool is_master = text(*router.told, "state") == "MASTER";
        const std::string source = text(*router.told, "source");
        out.add(router.with({{"version", text(*router.told, "version")},
                             {"primary_ip_address", source},
                             {"master_ip_address", is_master ? source : text(*router.told, "master")}}),
                1);
    }
    out.begin({"understudy_vrrp_role", MetricType::StateSet, "State as a set: 1 for the one it is in."});
    for (const Router& router : routers)
        out.add_states(router.labels, {"init", "backup", "master", "fault"},
                       lower(text(*router.told, "state")));
    out.begin({"understudy_vrrp_drain_stage", MetricType::StateSet, "How far a drain is."});
    for (const Router& router : routers)
        if (const json& drain = member(*router.told, "drain"); drain.is_object())
            out.add_states(router.labels, {"waiting", "inviting", "alone", "handed-over"},
                           text(drain, "stage"));
}

Value health(const json& tracker) {
    const std::string word = text(tracker, "health");
    if (word == "good") return 1;
    return word == "bad" ? 0 : std::numeric_limits<double>::quiet_NaN();
}

struct TrackerRow {
    Family family;
    Value (*value)(const json& tracker);
};

constexpr std::array kTrackerRows{
    TrackerRow{{"understudy_vrrp_tracker_healthy", kGauge,
                "What is tracked: 1 good, 0 bad, NaN while nothing is known of it."},
               health},
    TrackerRow{
        {"understudy_vrrp_tracker_weight", kGauge,
         "What it adds to the priority while it is good, or takes while it is bad; 0: fault while bad."},
        [](const json& tracker) { return number(tracker, "weight"); }},
    TrackerRow{
        {"understudy_vrrp_tracker_reversed", kGauge, "1 if good and bad are exchanged for the weight."},
        [](const json& tracker) { return flag_value(tracker, "reverse"); }},
    TrackerRow{{"understudy_vrrp_tracker_last_status", kGauge,
                "Exit status of a script when it ran last; a signal's number negated."},
               [](const json& tracker) { return number(tracker, "last_status"); }},
};

void add_trackers(const std::vector<Router>& routers, Exposition& out) {
    for (const TrackerRow& row : kTrackerRows) {
        out.begin(row.family);
        for (const Router& router : routers)
            for (const json& tracker : list(*router.told, "trackers"))
                add_if(out,
                       router.with({{"kind", text(tracker, "kind")},
                                    {"tracker", text(tracker, "name")},
                                    {"by", flag(tracker, "by_group") ? "group" : "instance"}}),
                       row.value(tracker));
    }
}

// Every reason, so that the first packet of a kind is an increase and no new series. Those of auth_hmac only
// where it is configured; a newer daemon may know more.
void add_refused(const Router& router, Exposition& out) {
    const json& told = member(member(*router.told, "counters"), "refused");
    if (!told.is_object()) return;
    const bool signs = member(*router.told, "auth_hmac").is_object();
    for (const vrrp::RefusedPackets& packets : vrrp::refused_packets({}))
        if (const std::string reason{packets.reason};
            signs || !reason.starts_with("auth-ext-") || told.contains(reason))
            out.add(router.with({{"reason", reason}}), number(told, reason.c_str()).value_or(0));
    for (const auto& [reason, count] : told.items())
        if (count.is_number()) out.add(router.with({{"reason", reason}}), count.get<double>());
}

void add_senders(const Router& router, Exposition& out) {
    for (const json& sender : list(member(*router.told, "auth_hmac"), "senders"))
        add_if(out, router.with({{"sender", text(sender, "address")}}), number(sender, "clock_ahead"));
}

}  // namespace

std::string metrics_text(const Observed& observed, TextFormat format) {
    Exposition out{format};
    add_daemon(observed, out);
    if (!observed.is_up()) return out.text();
    const std::vector<Router> routers = routers_of(observed.status);
    add_totals(routers, out);
    add_router_infos(routers, out);
    for (const Row& row : kRows) {
        out.begin(row.family);
        for (const Router& router : routers) add_if(out, router.labels, row.value(*router.told));
    }
    add_trackers(routers, out);
    out.begin({"understudy_vrrp_refused_packets", kCounter, "Packets that were refused, by reason."});
    for (const Router& router : routers) add_refused(router, out);
    out.begin({"understudy_vrrp_sender_clock_ahead_seconds", kGauge,
               "How far the clock of a sender of signed advertisements is ahead of ours.", "seconds"});
    for (const Router& router : routers) add_senders(router, out);
    return out.text();
}

}  // namespace understudy::cli
