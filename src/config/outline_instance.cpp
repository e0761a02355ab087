// Those settings of an instance that go beyond the protocol's core. What stands at its default is not
// written.
#include <fmt/format.h>

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

std::string hex_of(const Secret& secret) {
    std::string text = "hex:";
    for (const std::byte octet : secret.bytes())
        text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
    return text;
}

void outline_hmac(const model::HmacAuthentication& hmac, Statements& out) {
    Statements inside;
    for (const model::HmacKey& key : hmac.keys)
        inside.node(
            {.keyword = "key",
             .terms = {std::int64_t{key.id}, key.file.empty() ? hex_of(key.secret) : "file:" + key.file},
             .kind = Node::Kind::RepeatedSecret});
    inside.number("active_key", hmac.active_key).number("time_window", hmac.time_window.count());
    inside.add("anti_replay", hmac.anti_replay == model::AntiReplay::Time ? "time" : "monotonic");
    switch (hmac.mode) {
        case model::HmacMode::Enforce:
            inside.add("mode", "enforce");
            break;
        case model::HmacMode::Permissive:
            inside.add("mode", "permissive");
            break;
        case model::HmacMode::ReceiveOnly:
            inside.add("mode", "receive-only");
            break;
    }
    out.block("auth_hmac", {}, inside.take(), Node::Kind::Single);
}

std::string_view name_of(model::OnConflict what) {
    switch (what) {
        case model::OnConflict::Alert:
            return "alert";
        case model::OnConflict::Hold:
            return "hold";
        case model::OnConflict::Yield:
            return "yield";
    }
    return "";
}

Node witness_node(const model::Config& config, const model::SplitBrain& asked) {
    Node node{.keyword = "witness"};
    for (const model::TrackedScript& witness : asked.witnesses) {
        const model::Probe& probe = *config.scripts[witness.script].probe;
        const bool gateway = probe.kind == model::ProbeKind::Gateway;
        node.terms.emplace_back(gateway ? "gateway" : probe.host.to_string());
    }
    return node;
}

void outline_split_brain(const model::Config& config, const model::SplitBrain& asked,
                         const std::optional<model::Command>& fence, Statements& out) {
    Statements inside;
    inside.add("detect", asked.detect ? "arp" : "off").number("interval", asked.interval.count());
    inside.add("on_conflict", std::string{name_of(asked.on_conflict)});
    if (!asked.witnesses.empty()) inside.node(witness_node(config, asked));
    inside.command("fence_script", fence);
    out.block("split_brain", {}, inside.take(), Node::Kind::Single);
}

void add_group(const std::optional<std::uint32_t>& group, Node& node) {
    if (!group) return;
    node.terms.emplace_back("group");
    node.terms.emplace_back(std::int64_t{*group});
}

void add_name(const std::string& name, Node& node) {
    if (name.empty()) return;
    node.terms.emplace_back("name");
    node.terms.emplace_back(name);
}

void outline_virtual_mac(const model::VirtualMac& link, Statements& out) {
    Node node{.keyword = "use_vmac"};
    add_name(link.name, node);
    if (link.mac) node.terms.emplace_back(link.mac->to_string());
    if (link.netlink_notify) node.terms.emplace_back("netlink_notify_msg");
    add_group(link.group, node);
    out.node(std::move(node));
}

void outline_ipvlan(const model::Ipvlan& link, Statements& out) {
    Node node{.keyword = "use_ipvlan"};
    add_name(link.name, node);
    if (link.address) node.terms.emplace_back(link.address->to_string());
    switch (link.mode) {
        case model::IpvlanMode::Bridge:
            break;
        case model::IpvlanMode::Private:
            node.terms.emplace_back("private");
            break;
        case model::IpvlanMode::Vepa:
            node.terms.emplace_back("vepa");
            break;
    }
    add_group(link.group, node);
    out.node(std::move(node));
}

bool some_group_reports(const model::Config& config) {
    for (const model::SyncGroup& group : config.sync_groups)
        if (group.notify.priority_changes) return true;
    return false;
}

void outline_links(const model::Instance& instance, Statements& out) {
    if (instance.virtual_mac) outline_virtual_mac(*instance.virtual_mac, out);
    out.flag("use_vmac_addr", instance.virtual_mac_for_addresses);
    out.flag("vmac_xmit_base", instance.adverts_from_base_interface);
    if (instance.ipvlan) outline_ipvlan(*instance.ipvlan, out);
    out.text("vrf", instance.vrf).flag("promote_secondaries", instance.promote_secondaries);
    out.flag("track_src_ip", instance.track_source).flag("linkbeat_use_polling", instance.poll_link);
    out.text("lvs_sync_daemon_interface", instance.sync_daemon_interface);
    out.maybe("kernel_rx_buf_size", instance.receive_buffer);
}

void outline_unicast(const model::Instance& instance, Statements& out) {
    out.flag("unicast_fault_no_peer", instance.fault_without_peers);
    switch (instance.old_unicast_checksum) {
        case model::OldUnicastChecksum::WhenThePeerDoes:
            break;
        case model::OldUnicastChecksum::Always:
            out.flag("old_unicast_checksum", true);
            break;
        case model::OldUnicastChecksum::Never:
            out.add("old_unicast_checksum", "never");
            break;
    }
}

}  // namespace

void outline_details(const model::Config& config, const model::Instance& instance, Statements& out) {
    outline_links(instance, out);
    outline_unicast(instance, out);
    if (instance.timer_expired_backup)
        out.number("timer_expired_backup", instance.timer_expired_backup->value());
    out.unless("debug", instance.debug, std::uint8_t{0});
    const model::ExtraAnnouncing& extra = instance.extra_announcing;
    Node again{.keyword = "garp_extra_if"};
    if (extra.all) again.terms.emplace_back("all");
    again.terms.emplace_back(extra.interval.count());
    if (extra != model::ExtraAnnouncing{}) out.node(std::move(again));
    if (instance.hmac) outline_hmac(*instance.hmac, out);
    if (instance.split_brain) outline_split_brain(config, *instance.split_brain, instance.notify.fence, out);
    outline_reports(config, instance.notify, out);
}

void outline_reports(const model::Config& config, const model::Notifications& notify, Statements& out) {
    const model::Mail& mail = config.globals.mail;
    const bool standard = mail.alert_vrrp.value_or(mail.alert.value_or(false));
    if (notify.mail != standard) out.boolean("smtp_alert", notify.mail);
    if (notify.priority_changes || some_group_reports(config))
        out.boolean("notify_priority_changes", notify.priority_changes);
}

}  // namespace understudy::config
