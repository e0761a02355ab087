// The state dump: for people, and for scripts that look for "State = MASTER" three blanks deep below
// " VRRP Instance = NAME". Titles, labels and indentation are keepalived's.
#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <string_view>
#include <utility>

#include "understudy/agent/dump.hpp"
#include "understudy/base/text.hpp"

#include "dump_words.hpp"

namespace understudy::agent {

namespace {

std::string_view yes(bool value) { return value ? "yes" : "no"; }
std::string_view is_true(bool value) { return value ? "true" : "false"; }
std::string_view enabled(bool value) { return value ? "enabled" : "disabled"; }

std::string_view alert_text(const std::optional<bool>& value) {
    if (!value) return "unset";
    return *value ? "on" : "off";
}

// Lines of one block, all equally deep.
class Lines {
public:
    explicit Lines(std::size_t depth) : indent_(depth, ' ') {}

    template <typename T>
    Lines& value(std::string_view label, const T& value) {
        text_ += fmt::format("{}{} = {}\n", indent_, label, value);
        return *this;
    }
    Lines& given(std::string_view label, const std::string& value) {
        return value.empty() ? *this : this->value(label, value);
    }
    Lines& line(std::string_view line) {
        text_ += fmt::format("{}{}\n", indent_, line);
        return *this;
    }
    // A title and what stands below it; nothing if that is nothing.
    Lines& list(std::string_view title, const std::vector<std::string>& lines) {
        if (lines.empty()) return *this;
        line(title);
        for (const std::string& one : lines) text_ += fmt::format("{}  {}\n", indent_, one);
        return *this;
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string indent_;
    std::string text_;
};

std::string dump_date(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day calendar{day};
    const std::chrono::hh_mm_ss<microseconds> clock{time - day};
    const auto whole = std::chrono::floor<seconds>(time);
    return fmt::format("{}.{:06} ({:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC)", whole.time_since_epoch().count(),
                       (time - whole).count(), static_cast<int>(calendar.year()),
                       static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string interval_text(microseconds interval, net::VrrpVersion version) {
    if (version == net::VrrpVersion::V2) return seconds_text(interval) + " sec";
    return fmt::format("{} milli-sec", std::chrono::floor<milliseconds>(interval).count());
}

std::string weight_text(const model::Weight& weight) {
    return fmt::format("weight {}{}", weight.value, weight.reverse ? " reverse" : "");
}

std::vector<std::string> tracking_lines(const std::vector<TrackingInstance>& tracking) {
    std::vector<std::string> lines;
    for (const TrackingInstance& one : tracking) lines.push_back(one.name + ", " + weight_text(one.weight));
    return lines;
}

std::string title(std::string_view text) { return fmt::format("------< {} >------\n", text); }

void add_mail(const model::Mail& mail, Lines& out) {
    if (!mail.server.empty()) {
        out.value("Smtp server", mail.server).value("Smtp server port", mail.port);
        out.given("Smtp HELO name", mail.helo_name);
        out.value("Smtp server connection timeout", mail.connect_timeout.count());
    }
    out.given("Email notification from", mail.from).list("Email notification to:", mail.recipients);
    out.value("Default smtp_alert", alert_text(mail.alert));
    out.value("Default smtp_alert_vrrp", alert_text(mail.alert_vrrp));
    out.value("Default smtp_alert_checker", alert_text(mail.alert_checker));
    if (mail.no_faults) out.line("No emails for faults");
}

void add_pipe(std::string_view label, const model::NotifyPipe& pipe, Lines& out) {
    out.given(label, pipe.path);
    if (pipe.reader) out.value(std::string{label} + " script", dumped_command(pipe.reader->words));
}

void add_role(const InstanceDump& instance, const Moment& moment, Lines& out) {
    const InstanceReport& now = instance.report;
    out.value("VRRP Version", static_cast<int>(now.version));
    if (now.family == net::Family::Ipv6) out.line("Using Native IPv6");
    if (now.sync_group) out.value("Sync group", *now.sync_group);
    out.value("State", vrrp::name(now.role));
    if (now.master) out.value("Master router", now.master->to_string());
    if (now.master_priority) out.value("Master priority", now.master_priority->value());
    out.value("Wantstate", vrrp::name(now.role)).list("Faults :", now.faults);
    out.value("Last transition", dump_date(wall_time_of(now.since, moment)));
}

void add_interface(const InstanceDump& instance, Lines& out) {
    const model::Instance& asked = instance.settings;
    if (asked.virtual_mac)
        out.line(fmt::format("Use VMAC, i/f name {}, xmit_base = {}", instance.link,
                             is_true(asked.adverts_from_base_interface)));
    const bool on_another = !instance.link.empty() && instance.link != asked.interface;
    out.given("Interface", on_another ? instance.link + ", vmac on " + asked.interface : asked.interface);
    if (instance.report.source)
        out.value("Using src_ip",
                  instance.report.source->to_string() + (asked.source ? " (from configuration)" : ""));
    if (!asked.is_unicast()) out.line("Multicast address " + asked.multicast_group.to_string());
}

void add_announcing(const model::Announcing& asked, Lines& out) {
    out.value("Gratuitous ARP delay", asked.master_delay.count());
    out.value("Gratuitous ARP repeat", asked.master_repeat);
    out.value("Gratuitous ARP refresh", asked.master_refresh.count());
    out.value("Gratuitous ARP refresh repeat", asked.master_refresh_repeat);
    out.value("Gratuitous ARP lower priority delay", asked.lower_priority_delay.count());
    out.value("Gratuitous ARP lower priority repeat", asked.lower_priority_repeat);
}

void add_protocol(const InstanceDump& instance, Lines& out) {
    const model::Instance& asked = instance.settings;
    const InstanceReport& now = instance.report;
    out.value("Down timer adverts", asked.down_timer_adverts);
    out.value("Send advert after receive lower priority advert", is_true(!asked.lower_priority_no_advert));
    out.value("Send advert after receive higher priority advert", is_true(asked.higher_priority_send_advert));
    out.value("Virtual Router ID", now.vrid.value()).value("Priority", now.base_priority.value());
    out.value("Effective priority", now.priority.value());
    out.value("Advert interval", interval_text(asked.advert_interval, now.version));
    if (now.role == vrrp::Role::Backup)
        out.value("Master advert interval", interval_text(instance.master_interval, now.version));
    out.value("Accept", enabled(asked.accept)).value("Preempt", enabled(asked.preempt));
    if (asked.preempt_delay > microseconds{0})
        out.value("Preempt delay", seconds_text(asked.preempt_delay) + " secs");
    out.value("Promote_secondaries", enabled(asked.promote_secondaries));
    constexpr std::string_view kAuthNames[] = {"none", "SIMPLE_PASSWORD", "IPSEC_AH"};
    if (now.version == net::VrrpVersion::V2)
        out.value("Authentication type", kAuthNames[static_cast<std::size_t>(asked.auth_type)]);
    if (asked.auth_type != model::AuthType::None) out.value("Password", "********");
}

std::vector<std::string> peer_lines(const model::Instance& asked) {
    std::vector<std::string> lines;
    for (const model::UnicastPeer& peer : asked.unicast_peers)
        lines.push_back(fmt::format("{} min_ttl {} max_ttl {}", peer.address.to_string(),
                                    peer.min_ttl.value_or(0), peer.max_ttl.value_or(255)));
    return lines;
}

void add_objects(const InstanceDump& instance, Lines& out) {
    const model::Instance& asked = instance.settings;
    out.list(fmt::format("Virtual IP ({}):", asked.addresses.size()), dumped_addresses(instance));
    out.list("Virtual IP Excluded :", dumped_excluded_addresses(instance));
    out.list("Unicast Peer :", peer_lines(asked));
    out.list("Virtual Routes :", dumped_all(asked.routes));
    out.list("Virtual Rules :", dumped_all(asked.rules));
}

void add_trackers(const InstanceReport& now, Lines& out) {
    constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
        {"interface", "Tracked interfaces :"}, {"script", "Tracked scripts :"},
        {"check", "Tracked checks :"},         {"file", "Tracked files :"},
        {"process", "Tracked processes :"},    {"bfd", "Tracked BFDs :"}};
    for (const auto& [kind, heading] : kTitles) {
        std::vector<std::string> lines;
        for (const TrackerReport& tracker : now.trackers)
            if (tracker.kind == kind) lines.push_back(tracker.name + " " + weight_text(tracker.weight));
        out.list(heading, lines);
    }
}

void add_command(std::string_view label, const std::optional<model::Command>& command, Lines& out) {
    if (!command) return;
    std::string who;
    if (!command->user.empty())
        who = ", user " + command->user + (command->group.empty() ? "" : ":" + command->group);
    out.value(label, dumped_command(command->words) + who);
}

void add_notifications(const model::Notifications& asked, Lines& out) {
    out.value("Using smtp notification", yes(asked.mail));
    out.value("Notify deleted", asked.report_deleted ? "Deleted" : "Fault");
    add_command("Backup state transition script", asked.backup, out);
    add_command("Master state transition script", asked.master, out);
    add_command("Fault state transition script", asked.fault, out);
    add_command("Stop state transition script", asked.stop, out);
    add_command("Deleted state transition script", asked.deleted, out);
    add_command("Generic state transition script", asked.any, out);
    add_command("Master rx lower priority script", asked.master_rx_lower_pri, out);
    out.value("Notify priority changes", is_true(asked.priority_changes));
}

std::string group_text(const GroupDump& group) {
    Lines out{3};
    out.list("VRRP member instances :", group.members);
    add_notifications(group.settings.notify, out);
    return fmt::format(" VRRP Sync Group = {}, {}\n", group.settings.name, vrrp::name(group.role)) +
           out.take();
}

std::string_view status_of(track::Health health) {
    switch (health) {
        case track::Health::Unknown:
            return "INIT";
        case track::Health::Good:
            return "GOOD";
        case track::Health::Bad:
            return "BAD";
    }
    return "";
}

std::string script_text(const ScriptDump& script) {
    const model::Script& asked = script.settings;
    Lines out{3};
    if (!asked.probe) out.value("Command", dumped_command(asked.command.words));
    out.value("Interval", seconds_text(asked.interval) + " sec");
    out.value("Timeout", seconds_text(asked.timeout) + " sec").value("Weight", asked.weight.value);
    out.value("Rise", asked.rise).value("Fall", asked.fall).value("Status", status_of(script.health));
    if (script.last_status) out.value("Last exit status", *script.last_status);
    out.list("Tracking instances :", tracking_lines(script.tracking));
    out.value("State", script.running ? "running" : "idle");
    return fmt::format(" VRRP {} = {}\n", asked.probe ? "Check" : "Script", asked.name) + out.take();
}

std::string file_text(const FileDump& file) {
    Lines out{3};
    out.value("File", file.settings.path);
    if (file.number) out.value("Status", *file.number);
    out.value("Weight", file.settings.weight.value);
    out.list("Tracking instances :", tracking_lines(file.tracking));
    return fmt::format(" Track file = {}\n", file.settings.name) + out.take();
}

std::string process_text(const ProcessDump& process) {
    using Delay = track::ProcessTracker::Delay;
    const model::TrackProcess& asked = process.settings;
    Lines out{3};
    if (!asked.command.empty()) out.value("Process", asked.command.front());
    if (asked.command.size() > 1)
        out.value("Parameters",
                  fmt::format("{}", fmt::join(asked.command.begin() + 1, asked.command.end(), " ")));
    if (asked.parameters != ParameterMatch::None) out.value("Parameter match", match_name(asked.parameters));
    out.value("Min processes", asked.quorum);
    if (asked.quorum_max) out.value("Max processes", *asked.quorum_max);
    out.value("Current processes", process.count);
    out.value("Have quorum", is_true(process.health == track::Health::Good));
    out.value("Weight", asked.weight.value);
    out.value("Terminate delay", seconds_text(asked.terminate_delay) + "s");
    out.value("Fork delay", seconds_text(asked.fork_delay) + "s");
    out.line(fmt::format("Fork delay timer {}running", process.delay == Delay::Fork ? "" : "not "));
    out.line(fmt::format("Terminate delay timer {}running", process.delay == Delay::Terminate ? "" : "not "));
    out.value("Full command", is_true(asked.full_command));
    out.list("Tracking instances :", tracking_lines(process.tracking));
    return fmt::format(" VRRP Track process = {}\n", asked.name) + out.take();
}

std::string link_text(const LinkDump& one) {
    Lines out{3};
    const auto address = [](const std::optional<net::Address>& given) {
        return given ? given->to_string() : std::string{"(none)"};
    };
    out.value("index", one.link.index.value);
    out.value("IPv4 address", address(one.v4)).value("IPv6 address", address(one.v6));
    if (!one.link.loopback) out.value("MAC", one.link.mac.to_string());
    out.value("State",
              fmt::format("{}, {}{}{}{}", one.link.admin_up ? "UP" : "not UP",
                          one.link.running ? "RUNNING" : "not RUNNING", one.link.loopback ? ", loopback" : "",
                          one.link.point_to_point ? ", point to point" : "",
                          one.link.multicast ? "" : ", no multicast"));
    out.value("Counts as up", yes(one.up)).value("MTU", one.link.mtu);
    return fmt::format(" Name = {}\n", one.link.name) + out.take();
}

template <typename T>
std::string section(std::string_view name, const std::vector<T>& all, std::string (*text)(const T&)) {
    std::string lines = all.empty() ? "" : title(name);
    for (const T& one : all) lines += text(one);
    return lines;
}

}  // namespace

std::string state_dump(const model::Globals& globals) {
    Lines out{1};
    out.given("Instance name", globals.instance_name).given("Router ID", globals.router_id);
    add_mail(globals.mail, out);
    out.value("Dynamic interfaces", is_true(globals.dynamic_interfaces));
    out.value("Default interface", globals.default_interface);
    add_pipe("Global notify fifo", globals.pipes.all, out);
    add_pipe("VRRP notify fifo", globals.pipes.vrrp, out);
    out.value("FIFO write vrrp states on reload", is_true(globals.pipes.states_on_reload));
    out.line(globals.filter.counters ? "nftables with counters" : "nftables without counters");
    if (globals.startup_delay > microseconds{0})
        out.value("VRRP startup delay", seconds_text(globals.startup_delay));
    out.line(fmt::format("Script security {}", enabled(globals.script_security)));
    if (globals.startup.command) out.value("Startup script", dumped_command(globals.startup.command->words));
    if (globals.shutdown.command)
        out.value("Shutdown script", dumped_command(globals.shutdown.command->words));
    out.value("json_version", globals.dumps.json_version);
    out.value("umask", fmt::format("{:04o}", globals.umask));
    return title("Global definitions") + out.take();
}

std::string state_dump(const InstanceDump& instance, const Moment& moment) {
    Lines out{3};
    add_role(instance, moment, out);
    add_interface(instance, out);
    add_announcing(instance.settings.announcing, out);
    add_protocol(instance, out);
    add_objects(instance, out);
    add_trackers(instance.report, out);
    add_notifications(instance.settings.notify, out);
    return fmt::format(" VRRP Instance = {}\n", instance.settings.name) + out.take();
}

std::string state_dump(const SharedDump& shared) {
    return section("VRRP Sync groups", shared.groups, group_text) +
           section("VRRP Scripts", shared.scripts, script_text) +
           section("VRRP Track files", shared.files, file_text) +
           section("VRRP Track processes", shared.processes, process_text) +
           section("Interfaces", shared.links, link_text);
}

}  // namespace understudy::agent
