#include "understudy/agent/report.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "understudy/base/date.hpp"
#include "understudy/vrrp/refused.hpp"

namespace understudy::agent {

namespace {

using nlohmann::json;

std::string_view name(track::Health health) {
    switch (health) {
        case track::Health::Unknown:
            return "unknown";
        case track::Health::Good:
            return "good";
        case track::Health::Bad:
            return "bad";
    }
    return "";
}

template <typename T>
json text_or_null(const std::optional<T>& value) {
    return value ? json(value->to_string()) : json(nullptr);
}

json to_json(const AddressReport& address) {
    return {{"address", address.prefix.to_string()},
            {"interface", address.interface},
            {"advertised", address.advertised},
            {"wanted", address.wanted},
            {"present", address.present}};
}

// With how long the kernel leaves each to a host whose daemon is gone.
json leased(const std::vector<AddressReport>& addresses, const Moment& moment) {
    json array = json::array();
    for (const AddressReport& address : addresses) {
        json& object = array.emplace_back(to_json(address));
        object["lease_left"] = nullptr;
        if (const auto& end = address.lease_end)
            object["lease_left"] =
                std::chrono::duration<double>(std::max(*end - moment.now, microseconds{0})).count();
    }
    return array;
}

json to_json(const CountReport& count) {
    return {{"configured", count.configured}, {"present", count.present}};
}

json to_json(const TrackerReport& tracker, const Moment& moment) {
    json object{{"kind", tracker.kind},           {"name", tracker.name},
                {"weight", tracker.weight.value}, {"reverse", tracker.weight.reverse},
                {"by_group", tracker.by_group},   {"health", name(tracker.health)}};
    if (tracker.last_status) object["last_status"] = *tracker.last_status;
    if (!tracker.last_result.empty()) object["last_result"] = tracker.last_result;
    if (tracker.last_at) object["last_at"] = date_of(*tracker.last_at, moment);
    object["priority_change"] = tracker.effect.priority_change;
    object["fault"] = tracker.effect.fault;
    return object;
}

template <typename Number>
json number_or_null(const std::optional<Number>& value) {
    return value ? json(value->value()) : json(nullptr);
}

json to_json(const PeerReport& peer, const Moment& moment) {
    json object{{"address", peer.address.to_string()},
                {"configured", peer.configured},
                {"last_heard", peer.heard ? json(date_of(*peer.heard, moment)) : json(nullptr)}};
    if (!peer.heard) return object;
    object["seconds_since_heard"] = std::chrono::duration<double>(moment.now - *peer.heard).count();
    object["priority"] = number_or_null(peer.priority);
    if (peer.version) object["version"] = static_cast<int>(*peer.version);
    if (peer.interval) object["interval"] = std::chrono::duration<double>(*peer.interval).count();
    object["refused"] = peer.refused;
    object["mismatch"] = peer.mismatch.empty() ? json(nullptr) : json(peer.mismatch);
    return object;
}

std::string_view name(model::HmacMode mode) {
    switch (mode) {
        case model::HmacMode::Enforce:
            return "enforce";
        case model::HmacMode::Permissive:
            return "permissive";
        case model::HmacMode::ReceiveOnly:
            return "receive-only";
    }
    return "";
}

json to_json(const HmacReport& hmac) {
    json senders = json::array();
    for (const HmacReport::Sender& sender : hmac.senders)
        senders.push_back({{"address", sender.address.to_string()}, {"clock_ahead", sender.ahead.count()}});
    const bool by_time = hmac.anti_replay == model::AntiReplay::Time;
    return {{"mode", name(hmac.mode)},
            {"refuses_unsigned", hmac.mode == model::HmacMode::Enforce},
            {"anti_replay", by_time ? "time" : "monotonic"},
            {"time_window", by_time ? json(hmac.time_window.count()) : json(nullptr)},
            {"keys", hmac.keys},
            {"active_key", hmac.active_key},
            {"senders", senders}};
}

// Those that only an instance with auth_hmac has, by the names that keepalived gives them.
void add_hmac_counters(const vrrp::Stats& stats, json& counters) {
    using vrrp::Refusal;
    const auto add = [&](const char* key, Refusal refusal) {
        counters[key] = stats.refused[static_cast<std::size_t>(refusal)];
    };
    add("auth_ext_missing", Refusal::TrailerMissing);
    add("auth_ext_malformed", Refusal::TrailerMalformed);
    add("auth_ext_unknown_key", Refusal::TrailerOfUnknownKey);
    add("auth_ext_invalid_hmac", Refusal::TrailerNotAuthentic);
    add("auth_ext_stale", Refusal::TrailerStale);
    add("auth_ext_replay", Refusal::TrailerReplayed);
    counters["auth_ext_verified"] = stats.hmac_verified;
    counters["auth_ext_unsigned"] = stats.hmac_unsigned;
}

// Only the reasons that have happened: there are thirty, and hundreds of instances.
json refused(const vrrp::Stats& stats) {
    json counts = json::object();
    for (const vrrp::RefusedPackets& packets : refused_packets(stats))
        if (packets.count > 0) counts[packets.reason] = packets.count;
    return counts;
}

json to_json(const vrrp::Stats& stats) {
    return {{"adverts_received", stats.adverts_received},
            {"adverts_sent", stats.adverts_sent},
            {"became_master", stats.became_master},
            {"released_master", stats.released_master},
            {"priority_zero_received", stats.priority_zero_received},
            {"priority_zero_sent", stats.priority_zero_sent},
            {"addresses_claimed", stats.addresses_claimed},
            {"address_list_errors", stats.address_list_errors},
            {"interval_differences", stats.interval_differences},
            {"other_checksum_form", stats.other_checksum_form},
            {"refused", refused(stats)}};
}

json to_json(const SplitBrainReport& conflict, const Moment& moment) {
    return {
        {"since", date_of(conflict.since, moment)}, {"yielded", conflict.yielded}, {"rival", conflict.rival}};
}

json to_json(const DrainReport& drain, const Moment& moment) {
    return {{"stage", name(drain.stage)},
            {"since", date_of(drain.since, moment)},
            {"until", drain.until ? json(date_of(*drain.until, moment)) : json(nullptr)},
            {"failover", drain.failover}};
}

template <typename T>
json list(const std::vector<T>& values) {
    json array = json::array();
    for (const T& value : values) array.push_back(to_json(value));
    return array;
}

template <typename T>
json list(const std::vector<T>& values, const Moment& moment) {
    json array = json::array();
    for (const T& value : values) array.push_back(to_json(value, moment));
    return array;
}

}  // namespace

std::string date_of(Instant when, const Moment& moment) {
    return date_text(moment.wall + std::chrono::floor<milliseconds>(when - moment.now));
}

std::string_view name(DrainStage stage) {
    switch (stage) {
        case DrainStage::Waiting:
            return "waiting";
        case DrainStage::Inviting:
            return "inviting";
        case DrainStage::Alone:
            return "alone";
        case DrainStage::HandedOver:
            return "handed-over";
    }
    return "";
}

json to_json(const CheckReport& report) {
    return {{"kind", report.kind},
            {"name", report.name},
            {"running", report.running},
            {"completed", report.completed},
            {"health", name(report.health)},
            {"succeeded", report.succeeded},
            {"last_status", report.last_status ? json(*report.last_status) : json(nullptr)},
            {"last_result", report.last_result}};
}

json to_json(const InstanceReport& report, const Moment& moment) {
    const microseconds duration = moment.now - report.since;
    json object{
        {"name", report.name},
        {"state", vrrp::name(report.role)},
        {"since", date_of(report.since, moment)},
        {"reason", report.reason.empty() ? json(nullptr) : json(report.reason)},
        {"seconds_in_state", std::chrono::duration<double>(duration).count()},
        {"interface", report.interface},
        {"virtual_router_id", report.vrid.value()},
        {"family", net::name(report.family)},
        {"version", static_cast<int>(report.version)},
        {"base_priority", report.base_priority.value()},
        {"priority", report.priority.value()},
        {"ordered_priority", number_or_null(report.ordered_priority)},
        {"drain", report.drain ? to_json(*report.drain, moment) : json(nullptr)},
        {"held_back", report.held_back},
        {"source", text_or_null(report.source)},
        {"master", text_or_null(report.master)},
        {"master_priority", number_or_null(report.master_priority)},
        {"master_since", report.master_since ? json(date_of(*report.master_since, moment)) : json(nullptr)},
        {"peers", list(report.peers, moment)},
        {"sync_group", report.sync_group ? json(*report.sync_group) : json(nullptr)},
        {"addresses", list(report.addresses)},
        {"routes", to_json(report.routes)},
        {"rules", to_json(report.rules)},
        {"trackers", list(report.trackers, moment)},
        {"faults", report.faults},
        {"counters", to_json(report.stats)}};
    if (report.address_lease) {
        object["address_lease"] = report.address_lease->count();
        object["addresses"] = leased(report.addresses, moment);
    }
    if (report.looks_for_split_brain)
        object["split_brain"] = report.split_brain ? to_json(*report.split_brain, moment) : json(nullptr);
    if (!report.hmac) return object;
    object["auth_hmac"] = to_json(*report.hmac);
    add_hmac_counters(report.stats, object["counters"]);
    return object;
}

json to_json(const GroupReport& report) {
    return {{"name", report.name},
            {"state", report.role ? json(vrrp::name(*report.role)) : json(nullptr)},
            {"members", report.members}};
}

}  // namespace understudy::agent
