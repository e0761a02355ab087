#include "model_text.hpp"

#include <sstream>

#include "understudy/config/value.hpp"

namespace understudy::golden {

namespace {

using config::to_text;

std::string_view yes_no(bool value) { return value ? "yes" : "no"; }

std::string command_text(const model::Command& command) {
    std::string text;
    for (const std::string& word : command.words) text += "[" + word + "]";
    if (!command.user.empty()) text += " as " + command.user;
    if (!command.group.empty()) text += ":" + command.group;
    return text;
}

std::string weight_text(const model::Weight& weight) {
    return std::to_string(weight.value) + (weight.reverse ? " reverse" : "");
}

class Printer {
public:
    explicit Printer(const model::Config& config) : config_(config) {}

    std::string print() {
        globals(config_.globals);
        for (const model::Script& one : config_.scripts) script(one);
        for (const model::Instance& one : config_.instances) instance(one);
        for (const model::SyncGroup& one : config_.sync_groups) group(one);
        return out_.str();
    }

private:
    template <typename T>
    void line(std::string_view name, const T& value) {
        out_ << "    " << name << ' ' << value << '\n';
    }

    void globals(const model::Globals& globals) {
        out_ << "globals\n";
        line("router_id", globals.router_id);
        line("instance_name", globals.instance_name.empty() ? "none" : globals.instance_name);
        line("use_pid_dir", yes_no(globals.use_pid_dir));
        line("dynamic_interfaces", yes_no(globals.dynamic_interfaces));
        line("script_security", yes_no(globals.script_security));
        line("startup_delay", to_text(globals.startup_delay));
        line("delay_after_boot", to_text(globals.delay_after_boot));
        line("reload_check_config", yes_no(globals.reload_check_config));
    }

    void script(const model::Script& script) {
        out_ << "script " << script.name << '\n';
        line("command", command_text(script.command));
        line("interval", to_text(script.interval));
        line("timeout", to_text(script.timeout));
        line("rise", script.rise);
        line("fall", script.fall);
        line("weight", weight_text(script.weight));
        line("init_fail", yes_no(script.init_fail));
    }

    void instance(const model::Instance& instance) {
        out_ << "instance " << instance.name << '\n';
        line("interface", instance.interface.empty() ? "none" : instance.interface);
        line("vrid", static_cast<int>(instance.vrid.value()));
        line("family", net::name(instance.family));
        line("version", static_cast<int>(instance.version));
        line("starts_as_master", yes_no(instance.starts_as_master));
        line("priority", static_cast<int>(instance.priority.value()));
        line("advert_interval", to_text(instance.advert_interval));
        line("down_timer_adverts", instance.down_timer_adverts);
        line("preempt", yes_no(instance.preempt));
        line("preempt_delay", to_text(instance.preempt_delay));
        line("strict", yes_no(instance.strict));
        line("accept", yes_no(instance.accept));
        line("owner_ignores_adverts", yes_no(instance.owner_ignores_adverts));
        line("lower_priority_no_advert", yes_no(instance.lower_priority_no_advert));
        line("higher_priority_send_advert", yes_no(instance.higher_priority_send_advert));
        line("checksum_as_v2", yes_no(instance.checksum_as_v2));
        line("skip_check_advert_addresses", yes_no(instance.skip_check_advert_addresses));
        line("track_primary", yes_no(instance.track_primary));
        line("auth", std::to_string(static_cast<int>(instance.auth_type)) + " '" + instance.auth_pass + "'");
        transport(instance);
        for (const model::VirtualAddress& one : instance.addresses) address("address", one);
        for (const model::VirtualAddress& one : instance.excluded_addresses) address("excluded_address", one);
        tracked(instance.tracked_links, instance.tracked_scripts);
        announcing(instance.announcing);
        notify(instance.notify);
    }

    void transport(const model::Instance& instance) {
        line("source", instance.source ? instance.source->to_string() : "none");
        line("multicast_group", instance.multicast_group.to_string());
        for (const model::UnicastPeer& peer : instance.unicast_peers) {
            std::string text = peer.address.to_string();
            if (peer.min_ttl) text += " min_ttl " + std::to_string(*peer.min_ttl);
            if (peer.max_ttl) text += " max_ttl " + std::to_string(*peer.max_ttl);
            line("unicast_peer", text);
        }
        line("unicast_ttl", instance.unicast_ttl ? std::to_string(*instance.unicast_ttl) : "none");
        line("check_unicast_source", yes_no(instance.check_unicast_source));
    }

    void address(std::string_view name, const model::VirtualAddress& address) {
        std::string text = address.prefix.to_string() + " dev " + address.dev;
        if (address.broadcast) text += " broadcast " + address.broadcast->to_string();
        if (address.scope != 0) text += " scope " + std::to_string(address.scope);
        if (!address.label.empty()) text += " label " + address.label;
        if (address.no_prefix_route) text += " noprefixroute";
        if (address.home) text += " home";
        if (address.manage_temporary) text += " mngtmpaddr";
        if (address.duplicate_address_detection) text += " -nodad";
        if (address.preferred_lifetime)
            text += " preferred_lft " + std::to_string(address.preferred_lifetime->count());
        if (address.no_track) text += " no_track";
        line(name, text);
    }

    void tracked(const std::vector<model::TrackedLink>& links,
                 const std::vector<model::TrackedScript>& scripts) {
        for (const model::TrackedLink& one : links)
            line("track_interface", one.name + " weight " + weight_text(one.weight));
        for (const model::TrackedScript& one : scripts)
            line("track_script", config_.scripts.at(one.script).name + " weight " + weight_text(one.weight));
    }

    void announcing(const model::Announcing& announcing) {
        out_ << "    announcing " << announcing.master_repeat << " again after "
             << announcing.master_delay.count() << ", refresh " << announcing.master_refresh_repeat
             << " every " << announcing.master_refresh.count() << ", lower priority "
             << announcing.lower_priority_repeat << " again after " << announcing.lower_priority_delay.count()
             << '\n';
    }

    void notify(const model::Notifications& notify) {
        const std::pair<std::string_view, const std::optional<model::Command>*> all[] = {
            {"notify", &notify.any},
            {"notify_master", &notify.master},
            {"notify_backup", &notify.backup},
            {"notify_fault", &notify.fault},
            {"notify_stop", &notify.stop},
            {"notify_deleted", &notify.deleted},
            {"notify_master_rx_lower_pri", &notify.master_rx_lower_pri}};
        for (const auto& [name, command] : all)
            if (*command) line(name, command_text(**command));
        if (notify.report_deleted) line("report_deleted", "yes");
    }

    void group(const model::SyncGroup& group) {
        out_ << "sync_group " << group.name << '\n';
        for (const std::size_t member : group.members) line("member", config_.instances.at(member).name);
        line("tracking_weight", yes_no(group.tracking_weight));
        tracked(group.tracked_links, group.tracked_scripts);
        notify(group.notify);
    }

    const model::Config& config_;
    std::ostringstream out_;
};

}  // namespace

std::string model_text(const model::Config& config) { return Printer{config}.print(); }

}  // namespace understudy::golden
