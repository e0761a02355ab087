#include "settings.hpp"

#include <concepts>
#include <type_traits>
#include <utility>

#include "show.hpp"

namespace understudy::model {

namespace {

template <auto First, auto... Rest>
constexpr auto& at(auto& object) {
    if constexpr (sizeof...(Rest) == 0) {
        return object.*First;
    } else {
        return at<Rest...>(object.*First);
    }
}

template <typename T, auto... Path>
using Member = std::remove_reference_t<decltype(at<Path...>(std::declval<T&>()))>;

// Path: the member, or the members that lead to it.
template <typename T, auto... Path>
constexpr Setting<T> row(std::string_view name) {
    using Value = Member<T, Path...>;
    return {.name = name,
            .list = Values<Value>::kList,
            .refers = std::same_as<Value, std::vector<TrackedScript>>,
            .secret = false,
            .same = [](const T& a, const T& b) { return at<Path...>(a) == at<Path...>(b); },
            .values = [](const T& object,
                         const Config& config) { return Values<Value>::of(at<Path...>(object), config); },
            .copy = [](const T& from, T& to) { at<Path...>(to) = at<Path...>(from); }};
}

template <typename T, auto... Path>
constexpr Setting<T> secret_row(std::string_view name) {
    Setting<T> made = row<T, Path...>(name);
    made.secret = true;
    return made;
}

template <auto... Path>
constexpr auto global = row<Globals, Path...>;
template <auto... Path>
constexpr auto script = row<Script, Path...>;
template <auto... Path>
constexpr auto instance = row<Instance, Path...>;
template <auto... Path>
constexpr auto group = row<SyncGroup, Path...>;

constexpr Setting<Globals> kGlobals[] = {
    global<&Globals::router_id>("router_id"),
    global<&Globals::instance_name>("instance"),
    global<&Globals::use_pid_dir>("use_pid_dir"),
    global<&Globals::dynamic_interfaces>("dynamic_interfaces"),
    global<&Globals::script_security>("enable_script_security"),
    global<&Globals::startup_delay>("vrrp_startup_delay"),
    global<&Globals::delay_after_boot>("vrrp_delay_after_boot"),
    global<&Globals::reload_check_config>("reload_check_config"),
    global<&Globals::pipes, &NotifyPipes::all>("notify_fifo"),
    global<&Globals::pipes, &NotifyPipes::vrrp>("vrrp_notify_fifo"),
    global<&Globals::pipes, &NotifyPipes::states_on_reload>("fifo_write_vrrp_states_on_reload"),
};

constexpr Setting<Script> kScript[] = {
    script<&Script::name>("vrrp_script"),  script<&Script::command>("script"),
    script<&Script::interval>("interval"), script<&Script::timeout>("timeout"),
    script<&Script::rise>("rise"),         script<&Script::fall>("fall"),
    script<&Script::weight>("weight"),     script<&Script::init_fail>("init_fail"),
};

constexpr Setting<Instance> kInstance[] = {
    instance<&Instance::name>("vrrp_instance"),
    instance<&Instance::interface>("interface"),
    instance<&Instance::vrid>("virtual_router_id"),
    instance<&Instance::family>("address family"),
    instance<&Instance::version>("version"),
    instance<&Instance::starts_as_master>("state MASTER"),
    instance<&Instance::priority>("priority"),
    instance<&Instance::advert_interval>("advert_int"),
    instance<&Instance::down_timer_adverts>("down_timer_adverts"),
    instance<&Instance::preempt>("preempt"),
    instance<&Instance::preempt_delay>("preempt_delay"),
    instance<&Instance::strict>("strict_mode"),
    instance<&Instance::accept>("accept"),
    instance<&Instance::owner_ignores_adverts>("owner_ignore_adverts"),
    instance<&Instance::lower_priority_no_advert>("lower_prio_no_advert"),
    instance<&Instance::higher_priority_send_advert>("higher_prio_send_advert"),
    instance<&Instance::checksum_as_v2>("v3_checksum_as_v2"),
    instance<&Instance::skip_check_advert_addresses>("skip_check_adv_addr"),
    instance<&Instance::check_unicast_source>("check_unicast_src"),
    instance<&Instance::track_primary>("tracking of its own interface"),
    instance<&Instance::auth_type>("auth_type"),
    secret_row<Instance, &Instance::auth_pass>("auth_pass"),
    instance<&Instance::source>("source address"),
    instance<&Instance::multicast_group>("mcast_dst_ip"),
    instance<&Instance::unicast_peers>("unicast_peer"),
    instance<&Instance::unicast_ttl>("unicast_ttl"),
    instance<&Instance::addresses>("virtual_ipaddress"),
    instance<&Instance::excluded_addresses>("virtual_ipaddress_excluded"),
    instance<&Instance::tracked_links>("track_interface"),
    instance<&Instance::tracked_scripts>("track_script"),
    instance<&Instance::announcing, &Announcing::master_delay>("garp_master_delay"),
    instance<&Instance::announcing, &Announcing::master_repeat>("garp_master_repeat"),
    instance<&Instance::announcing, &Announcing::master_refresh>("garp_master_refresh"),
    instance<&Instance::announcing, &Announcing::master_refresh_repeat>("garp_master_refresh_repeat"),
    instance<&Instance::announcing, &Announcing::lower_priority_delay>("garp_lower_prio_delay"),
    instance<&Instance::announcing, &Announcing::lower_priority_repeat>("garp_lower_prio_repeat"),
    instance<&Instance::notify, &Notifications::any>("notify"),
    instance<&Instance::notify, &Notifications::master>("notify_master"),
    instance<&Instance::notify, &Notifications::backup>("notify_backup"),
    instance<&Instance::notify, &Notifications::fault>("notify_fault"),
    instance<&Instance::notify, &Notifications::stop>("notify_stop"),
    instance<&Instance::notify, &Notifications::deleted>("notify_deleted"),
    instance<&Instance::notify, &Notifications::report_deleted>("report of its removal"),
    instance<&Instance::notify, &Notifications::master_rx_lower_pri>("notify_master_rx_lower_pri"),
    instance<&Instance::notify, &Notifications::priority_changes>("notify_priority_changes"),
};

std::vector<std::string> member_names(const SyncGroup& of, const Config& config) {
    std::vector<std::string> names;
    for (const std::size_t member : of.members) names.push_back(config.instances.at(member).name);
    return names;
}

constexpr Setting<SyncGroup> members_row() {
    return {.name = "group",
            .list = true,
            .refers = true,
            .secret = false,
            .same = [](const SyncGroup& a, const SyncGroup& b) { return a.members == b.members; },
            .values = member_names,
            .copy = [](const SyncGroup& from, SyncGroup& to) { to.members = from.members; }};
}

constexpr Setting<SyncGroup> kSyncGroup[] = {
    group<&SyncGroup::name>("vrrp_sync_group"),
    members_row(),
    group<&SyncGroup::tracking_weight>("sync_group_tracking_weight"),
    group<&SyncGroup::tracked_links>("track_interface"),
    group<&SyncGroup::tracked_scripts>("track_script"),
    group<&SyncGroup::notify, &Notifications::any>("notify"),
    group<&SyncGroup::notify, &Notifications::master>("notify_master"),
    group<&SyncGroup::notify, &Notifications::backup>("notify_backup"),
    group<&SyncGroup::notify, &Notifications::fault>("notify_fault"),
    group<&SyncGroup::notify, &Notifications::stop>("notify_stop"),
    group<&SyncGroup::notify, &Notifications::deleted>("notify_deleted"),
    group<&SyncGroup::notify, &Notifications::report_deleted>("report of its removal"),
    group<&SyncGroup::notify, &Notifications::master_rx_lower_pri>("notify_master_rx_lower_pri"),
};

}  // namespace

std::span<const Setting<Globals>> settings(const Globals&) { return kGlobals; }
std::span<const Setting<Script>> settings(const Script&) { return kScript; }
std::span<const Setting<Instance>> settings(const Instance&) { return kInstance; }
std::span<const Setting<SyncGroup>> settings(const SyncGroup&) { return kSyncGroup; }

}  // namespace understudy::model
