// The kernel and its clock, files, and other programs of this host.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules.hpp"

namespace understudy::doctor {

namespace {

constexpr std::uint32_t kGroupWrites = 0020;
constexpr std::uint32_t kOthersWrite = 0002;

bool has_virtual_mac(const model::Instance& instance) {
    const auto asks = [](const model::VirtualAddress& address) { return address.use_vmac; };
    return instance.virtual_mac || instance.virtual_mac_for_addresses ||
           std::ranges::any_of(instance.addresses, asks) ||
           std::ranges::any_of(instance.excluded_addresses, asks);
}

void check_feature(const Case& c, const model::Instance& instance, const std::string& feature,
                   std::string_view keyword) {
    const auto known = c.facts.features.find(feature);
    if (known == c.facts.features.end() || known->second) return;
    c.add(Code::KernelFeatureMissing, instance.name,
          fmt::format("this kernel has no {}, which {} needs", feature, keyword),
          fmt::format(
              "load the module {0} (modprobe {0}, and /etc/modules-load.d), run a kernel that has it, or "
              "remove {1}",
              feature, keyword));
}

void check_features(const Case& c) {
    for (const model::Instance& instance : c.instances()) {
        if (has_virtual_mac(instance)) check_feature(c, instance, "macvlan", "use_vmac");
        if (instance.ipvlan) check_feature(c, instance, "ipvlan", "use_ipvlan");
        if (!instance.vrf.empty()) check_feature(c, instance, "vrf", "vrf");
        if (has_virtual_mac(instance)) check_feature(c, instance, "nf_tables", "use_vmac");
        if (instance.strict) check_feature(c, instance, "nf_tables", "vrrp_strict");
        if (!instance.accept) check_feature(c, instance, "nf_tables", "no_accept");
    }
}

void check_clock(const Case& c) {
    if (!c.facts.clock) return;
    for (const model::Instance& instance : c.instances()) {
        if (!instance.hmac || instance.hmac->anti_replay != model::AntiReplay::Time) continue;
        if (!c.facts.clock->synchronised)
            c.add(Code::ClockUnsynchronised, instance.name,
                  fmt::format(
                      "nothing keeps this host's clock right, and auth_hmac of {} counts on it within {} s",
                      instance.name, instance.hmac->time_window.count()),
                  "run chrony or systemd-timesyncd on all hosts, or use anti_replay monotonic");
        if (c.facts.clock->stepped != seconds{0})
            c.add(
                Code::ClockStepped, instance.name,
                fmt::format("the clock was set by {} s while it was watched", c.facts.clock->stepped.count()),
                "let it be slewed instead of stepped (chrony: makestep only at the start)");
    }
}

bool is_about_scripts(config::Code code) {
    using enum config::Code;
    constexpr std::array kCodes{ScriptNotFound,       ScriptNotExecutable, NotifyScriptNotFound,
                                ScriptHidden,         InsecureScript,      InsecureScriptDisabled,
                                NotifyScriptDisabled, ScriptSecurityOff,   UnknownUser,
                                CheckScriptUnusable,  MissingScript};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

// None: it is the affair of -t alone.
std::optional<Code> finding_of(const config::Diagnostic& diagnostic) {
    if (diagnostic.severity == config::Severity::Error) return Code::ConfigurationRefused;
    if (diagnostic.code == config::Code::HiddenFromService) return Code::HiddenFromService;
    if (is_about_scripts(diagnostic.code)) return Code::ScriptProblem;
    return std::nullopt;
}

void check_files(const Case& c) {
    for (const config::Diagnostic& diagnostic : c.loaded.diagnostics.all()) {
        const std::optional<Code> code = finding_of(diagnostic);
        if (!code) continue;
        const bool whole = diagnostic.span.line == 0;
        const std::string place =
            whole ? diagnostic.file : fmt::format("{}:{}", diagnostic.file, diagnostic.span.line);
        const std::string label = diagnostic.label.empty() ? "" : ": " + diagnostic.label;
        c.add(*code, place, diagnostic.message + label,
              !diagnostic.hint.empty()
                  ? diagnostic.hint
                  : fmt::format("understudyd -t -f {} shows it in its place", diagnostic.file));
    }
}

std::vector<const model::Command*> commands_of(const model::Notifications& notify) {
    std::vector<const model::Command*> commands;
    for (const auto* command :
         {&notify.any, &notify.master, &notify.backup, &notify.fault, &notify.stop, &notify.deleted,
          &notify.master_rx_lower_pri, &notify.split_brain, &notify.fence})
        if (*command) commands.push_back(&**command);
    return commands;
}

// Without a user of its own a script runs as keepalived_script, and as root where there is none.
void check_script_user(const Case& c) {
    if (c.facts.script_user_exists) return;
    const model::Config& config = c.loaded.config;
    std::vector<const model::Command*> commands;
    for (const model::Script& script : config.scripts)
        if (!script.command.words.empty()) commands.push_back(&script.command);
    for (const auto& one : config.instances)
        std::ranges::copy(commands_of(one.notify), std::back_inserter(commands));
    for (const auto& one : config.sync_groups)
        std::ranges::copy(commands_of(one.notify), std::back_inserter(commands));
    for (const model::Command* const command : commands)
        if (command->user.empty())
            c.add(Code::ScriptsRunAsRoot, command->words.front(),
                  fmt::format("{} runs as root: no user is given, and there is no user keepalived_script",
                              command->words.front()),
                  "useradd --system --shell /usr/sbin/nologin keepalived_script, or script_user");
}

void check_pid_files(const Case& c) {
    for (const PidFile& file : c.facts.pid_files) {
        if (!file.program)
            c.add(Code::PidFileStale, file.path,
                  fmt::format("it names process {}, which does not run", file.process),
                  "nothing, or remove it if no daemon is to run here");
        else if (!file.program->starts_with("understudy"))
            c.add(Code::PidFileOfAnother, file.path,
                  fmt::format("it names process {}, which is {}", file.process, *file.program),
                  fmt::format("rm {} while the daemon does not run", file.path));
    }
}

void check_run_directory(const Case& c) {
    if (!c.facts.run_directory) return;
    const Directory& directory = *c.facts.run_directory;
    const bool by_group = (directory.mode & kGroupWrites) != 0 && directory.group != 0;
    const bool trusted = directory.owner == 0 || directory.owner == c.facts.service_user;
    if (trusted && !by_group && (directory.mode & kOthersWrite) == 0) return;
    c.add(Code::RunDirectoryOpen, directory.path,
          fmt::format("it belongs to user {} and group {} with mode {:04o}", directory.owner, directory.group,
                      directory.mode),
          fmt::format("chown root:root {0}, or understudy:understudy for a daemon that runs so, && chmod "
                      "0755 {0}",
                      directory.path));
}

}  // namespace

void check_host(const Case& c) {
    check_features(c);
    check_clock(c);
    check_files(c);
    check_script_user(c);
    check_pid_files(c);
    check_run_directory(c);
    if (c.instances().empty()) return;
    for (const Program& other : c.facts.others)
        c.add(Code::OtherProgram, other.name,
              fmt::format("{} (process {}) listens for VRRP on this host, too", other.name, other.process),
              fmt::format(
                  "stop it (systemctl disable --now {}), or see to it that no VRID on an interface is both "
                  "its and ours",
                  other.name));
}

}  // namespace understudy::doctor
