// The core of the language: vrrp_instance and vrrp_sync_group.
#include "understudy/config/outline.hpp"

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

// Inside the double quotes of the statement single quotes group. A backslash takes the next character as it
// is when the command is split; before that, one is written as two, and a double quote with one.
std::string command_word(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,=@%^";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    if (word.find_first_of("'\"\\") == std::string::npos) return "'" + word + "'";
    std::string escaped;
    for (const char c : word) {
        if (!kPlain.contains(c)) escaped += "\\\\";
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::vector<Node> address_lines(const std::vector<model::VirtualAddress>& addresses) {
    std::vector<Node> lines;
    for (const model::VirtualAddress& address : addresses) lines.push_back(address_line(address));
    return lines;
}

Node tracker_line(const std::string& name, const model::Weight& weight, bool can_say_no) {
    Statements options;
    options.number("weight", weight.value).flag("reverse", weight.reverse);
    options.flag("noreverse", can_say_no && !weight.reverse);
    return {.keyword = name, .options = options.take()};
}

// The entries of one kind, by the names of the blocks they refer to.
template <typename Tracked, typename Block>
std::vector<Node> tracker_lines(const std::vector<Tracked>& tracked, std::size_t Tracked::* index,
                                const std::vector<Block>& blocks) {
    std::vector<Node> lines;
    for (const Tracked& one : tracked)
        lines.push_back(tracker_line(blocks[one.*index].name, one.weight, true));
    return lines;
}

// Of an instance or a sync group.
template <typename Owner>
void outline_tracking(const model::Config& config, const Owner& owner, Statements& out) {
    std::vector<Node> lines;
    for (const model::TrackedLink& link : owner.tracked_links)
        lines.push_back(tracker_line(link.name, link.weight, false));
    out.entries("track_interface", std::move(lines));
    out.entries("track_script",
                tracker_lines(owner.tracked_scripts, &model::TrackedScript::script, config.scripts));
    out.entries("track_file",
                tracker_lines(owner.tracked_files, &model::TrackedFile::file, config.track_files));
    out.entries("track_process", tracker_lines(owner.tracked_processes, &model::TrackedProcess::process,
                                               config.track_processes));
    out.entries("track_bfd",
                tracker_lines(owner.tracked_bfd_sessions, &model::TrackedBfd::session, config.bfd_sessions));
}

void outline_notifications(const model::Notifications& notify, Statements& out) {
    out.command("notify", notify.any).command("notify_master", notify.master);
    out.command("notify_backup", notify.backup).command("notify_fault", notify.fault);
    out.command("notify_stop", notify.stop);
    out.command("notify_master_rx_lower_pri", notify.master_rx_lower_pri);
    out.command("notify_split_brain", notify.split_brain);
    if (notify.deleted) {
        out.command("notify_deleted", notify.deleted);
    } else {
        out.flag("notify_deleted", notify.report_deleted);
    }
}

void outline_announcing(const model::Announcing& announcing, Statements& out) {
    out.number("garp_master_delay", announcing.master_delay.count());
    out.number("garp_master_repeat", announcing.master_repeat);
    out.number("garp_master_refresh", announcing.master_refresh.count());
    out.number("garp_master_refresh_repeat", announcing.master_refresh_repeat);
    out.number("garp_lower_prio_delay", announcing.lower_priority_delay.count());
    out.number("garp_lower_prio_repeat", announcing.lower_priority_repeat);
}

void outline_protocol(const model::Instance& instance, Statements& out) {
    out.add("state", instance.starts_as_master ? "MASTER" : "BACKUP");
    out.text("interface", instance.interface);
    out.number("virtual_router_id", instance.vrid.value()).number("priority", instance.priority.value());
    out.number("version", instance.version == net::VrrpVersion::V3 ? 3 : 2);
    out.time("advert_int", instance.advert_interval);
    out.number("down_timer_adverts", instance.down_timer_adverts);
    if (instance.address_lease) out.number("address_lease", instance.address_lease->count());
    out.boolean("strict_mode", instance.strict);
    out.flag("nopreempt", !instance.preempt);
    if (instance.preempt_delay > microseconds{0}) out.time("preempt_delay", instance.preempt_delay);
    out.flag(instance.accept ? "accept" : "no_accept", true);
    out.boolean("owner_ignore_adverts", instance.owner_ignores_adverts);
    out.boolean("lower_prio_no_advert", instance.lower_priority_no_advert);
    out.boolean("higher_prio_send_advert", instance.higher_priority_send_advert);
    out.boolean("v3_checksum_as_v2", instance.checksum_as_v2);
    out.boolean("skip_check_adv_addr", instance.skip_check_advert_addresses);
    out.flag("dont_track_primary", !instance.track_primary);
}

void outline_network(const model::Instance& instance, Statements& out) {
    if (instance.is_unicast()) {
        out.maybe("unicast_src_ip", instance.source).maybe("unicast_ttl", instance.unicast_ttl);
        out.flag("check_unicast_src", instance.check_unicast_source);
        std::vector<Node> peers;
        for (const model::UnicastPeer& peer : instance.unicast_peers) {
            Statements options;
            options.maybe("min_ttl", peer.min_ttl).maybe("max_ttl", peer.max_ttl);
            peers.push_back({.keyword = peer.address.to_string(), .options = options.take()});
        }
        out.entries("unicast_peer", std::move(peers));
    } else {
        out.maybe("mcast_src_ip", instance.source);
        out.add("mcast_dst_ip", instance.multicast_group.to_string());
    }
    if (instance.auth_type == model::AuthType::None) return;
    Statements authentication;
    authentication.add("auth_type", instance.auth_type == model::AuthType::Pass ? "PASS" : "AH");
    authentication.node(
        {.keyword = "auth_pass", .terms = {Phrase{instance.auth_pass}}, .kind = Node::Kind::Secret});
    out.block("authentication", {}, authentication.take(), Node::Kind::Single);
}

}  // namespace

Node address_line(const model::VirtualAddress& address) {
    Statements options;
    options.text("dev", address.dev);
    if (address.prefix.address.is_v4()) {
        options.number("scope", address.scope);
        options.maybe("brd", address.broadcast).text("label", address.label);
    }
    if (address.preferred_lifetime) {
        options.number("preferred_lft", address.preferred_lifetime->count());
    } else if (address.prefix.address.is_v6()) {
        options.add("preferred_lft", "forever");
    }
    options.maybe("peer", address.peer);
    options.flag("-nodad", address.duplicate_address_detection);
    options.flag("home", address.home).flag("mngtmpaddr", address.manage_temporary);
    options.flag("noprefixroute", address.no_prefix_route).flag("no_track", address.no_track);
    options.flag("autojoin", address.auto_join).flag("use_vmac", address.use_vmac);
    return {.keyword = address.prefix.to_string(), .options = options.take()};
}

Phrase command_line(const std::vector<std::string>& words) {
    Phrase phrase;
    for (const std::string& word : words) {
        if (!phrase.text.empty()) phrase.text += ' ';
        phrase.text += command_word(word);
    }
    return phrase;
}

Statements& Statements::command(std::string_view keyword, const std::optional<model::Command>& value) {
    if (!value) return *this;
    Node made{.keyword = std::string{keyword}, .terms = {command_line(value->words)}};
    if (!value->user.empty()) made.terms.emplace_back(value->user);
    if (!value->group.empty()) made.terms.emplace_back(value->group);
    return node(std::move(made));
}

Statements& Statements::entries(std::string_view keyword, std::vector<Node> lines) {
    if (lines.empty()) return *this;
    return node({.keyword = std::string{keyword}, .block = std::move(lines), .kind = Node::Kind::Entries});
}

Statements& Statements::block(std::string_view keyword, std::vector<Term> header, std::vector<Node> nodes,
                              Node::Kind kind) {
    return node({.keyword = std::string{keyword},
                 .terms = std::move(header),
                 .block = std::move(nodes),
                 .kind = kind});
}

void outline_instances(const model::Config& config, Statements& out) {
    for (const model::Instance& instance : config.instances) {
        Statements inside;
        outline_protocol(instance, inside);
        outline_network(instance, inside);
        outline_announcing(instance.announcing, inside);
        outline_details(config, instance, inside);
        inside.flag("no_virtual_ipaddress", instance.addresses.empty());
        inside.entries("virtual_ipaddress", address_lines(instance.addresses));
        inside.entries("virtual_ipaddress_excluded", address_lines(instance.excluded_addresses));
        inside.entries("virtual_routes", route_lines(instance.routes));
        inside.entries("virtual_rules", rule_lines(instance.rules));
        outline_tracking(config, instance, inside);
        outline_notifications(instance.notify, inside);
        out.block("vrrp_instance", {instance.name}, inside.take());
    }
}

void outline_groups(const model::Config& config, Statements& out) {
    for (const model::SyncGroup& group : config.sync_groups) {
        Statements inside;
        std::vector<Node> members;
        for (const std::size_t member : group.members)
            members.push_back({.keyword = config.instances[member].name});
        inside.entries("group", std::move(members));
        inside.flag("sync_group_tracking_weight", group.tracking_weight);
        outline_tracking(config, group, inside);
        outline_notifications(group.notify, inside);
        outline_reports(config, group.notify, inside);
        out.block("vrrp_sync_group", {group.name}, inside.take());
    }
}

std::vector<Node> outline(const model::Config& config) {
    Statements out;
    outline_globals(config, out);
    outline_trackers(config, out);
    outline_links(config, out);
    out.entries("static_routes", route_lines(config.static_routes));
    out.entries("static_rules", rule_lines(config.static_rules));
    outline_instances(config, out);
    outline_groups(config, out);
    outline_track_groups(config, out);
    outline_virtual_servers(config, out);
    return out.take();
}

}  // namespace understudy::config
