#include "options.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <syslog.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <string_view>

#include <boost/program_options.hpp>

#include "understudy/base/text.hpp"

namespace understudy::daemon {

namespace po = boost::program_options;

namespace {

using Problem = std::optional<std::string>;
enum class Argument : std::uint8_t { None, Needed, Optional };

struct Row {
    const char* names;  // "long,s"
    Argument argument;
    const char* meaning;
    Problem (*take)(Options&, const std::string& value);
};

constexpr auto kOk = std::nullopt;

Problem facility(Options& options, const std::string& value) {
    constexpr std::array kLocal{LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3,
                                LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7};
    const std::string_view digits =
        value.starts_with("local") ? std::string_view{value}.substr(5) : std::string_view{value};
    const std::optional<std::size_t> number = parse_number<std::size_t>(digits);
    if (value == "user") {
        options.facility = LOG_USER;
    } else if (value == "daemon") {
        options.facility = LOG_DAEMON;
    } else if (number && *number < kLocal.size()) {
        options.facility = kLocal[*number];
    } else {
        options.remarks.push_back("unknown syslog facility " + quote(value) +
                                  " ignored: expected 0-7, local0-7, user or daemon");
    }
    return kOk;
}

Problem umask_value(Options& options, const std::string& value) {
    const int base = value.starts_with("0x") ? 16 : value.starts_with("0") ? 8 : 10;
    unsigned number = 0;
    const std::string_view digits = base == 16 ? std::string_view{value}.substr(2) : std::string_view{value};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc{} || end != digits.data() + digits.size() || number > 0777)
        return "-u takes a file creation mask such as 022, not " + quote(value);
    options.umask = number;
    return kOk;
}

Problem format(Options& options, const std::string& value) {
    if (value != "text" && value != "json") return "--format takes text or json, not " + quote(value);
    options.format = value == "json" ? Options::Format::Json : Options::Format::Text;
    return kOk;
}

Problem config_test(Options& options, const std::string& value) {
    options.task = Options::Task::TestConfig;
    if (!value.empty()) options.report = value;
    return kOk;
}

Problem log_file(Options& options, const std::string& value) {
    options.log_file = value.empty() ? "/var/log/understudy.log" : value;
    return kOk;
}

Problem core_pattern(Options& options, const std::string& value) {
    options.core_dumps = true;
    options.core_pattern = value.empty() ? "core" : value;
    return kOk;
}

Problem control_socket(Options& options, const std::string& value) {
    options.control_socket = value == "none" ? "" : value;
    return kOk;
}

Problem control_mode(Options& options, const std::string& value) {
    unsigned number = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data(), end, number, 8);
    if (error != std::errc{} || stopped != end || number > 0777)
        return "--control-mode takes the mode of a file such as 0660, not " + quote(value);
    options.control_mode = number;
    return kOk;
}

Problem history(Options& options, const std::string& value) {
    options.history = value == "none" ? "" : value;
    return kOk;
}

Problem recording(Options& options, const std::string& value) {
    options.recording = value == "none" ? "" : value;
    return kOk;
}

Problem recording_size(Options& options, const std::string& value) {
    constexpr std::size_t kLeast = 64;
    constexpr std::size_t kMost = 1024 * 1024;
    options.recording_size = parse_number<std::size_t>(value);
    if (options.recording_size && *options.recording_size >= kLeast && *options.recording_size <= kMost)
        return kOk;
    return "--recording-size takes a number of KiB from 64 to 1048576, not " + quote(value);
}

Problem no_snmp(Options&, const std::string&) { return "SNMP is not offered; leave the option out"; }

constexpr const char* kNoChecks = "virtual servers are not offered yet, so this has no effect";

// One row an option: parser, help text and manual test read the same.
constexpr std::array kRows{
    Row{"use-file,f", Argument::Needed, "configuration file or pattern",
        [](Options& o, const std::string& v) -> Problem {
            o.config_file = v;
            return kOk;
        }},
    Row{"vrrp,P", Argument::None, "run VRRP only (there is nothing else yet)",
        [](Options&, const std::string&) -> Problem { return kOk; }},
    Row{"check,C", Argument::None, "do not run VRRP",
        [](Options& o, const std::string&) -> Problem {
            o.run_vrrp = false;
            return kOk;
        }},
    Row{"no_bfd,B", Argument::None, "do not run BFD (not offered yet)",
        [](Options&, const std::string&) -> Problem { return kOk; }},
    Row{"all", Argument::None, "start every process even without configuration for it",
        [](Options& o, const std::string&) -> Problem {
            o.remarks.emplace_back("--all has no effect");
            return kOk;
        }},
    Row{"log-console,l", Argument::None, "log to standard error, with a time stamp",
        [](Options& o, const std::string&) -> Problem {
            o.log_console = true;
            return kOk;
        }},
    Row{"log-json", Argument::None, "log lines are JSON objects, but for the journal",
        [](Options& o, const std::string&) -> Problem {
            o.log_json = true;
            return kOk;
        }},
    Row{"log-detail,D", Argument::None, "log more; twice: everything",
        [](Options& o, const std::string&) -> Problem {
            ++o.log_detail;
            return kOk;
        }},
    Row{"log-facility,S", Argument::Needed, "syslog facility: 0-7, local0-7, user or daemon", facility},
    Row{"log-file,g", Argument::Optional, "also log to a file (default /var/log/understudy.log)", log_file},
    Row{"flush-log-file", Argument::None, "flush the log file after each message",
        [](Options& o, const std::string&) -> Problem {
            o.flush_log_file = true;
            return kOk;
        }},
    Row{"no-syslog,G", Argument::None, "do not log to syslog or the journal",
        [](Options& o, const std::string&) -> Problem {
            o.no_syslog = true;
            return kOk;
        }},
    Row{"umask,u", Argument::Needed, "file creation mask", umask_value},
    Row{"release-vips,X", Argument::None, "remove virtual addresses even if they are not known to be set",
        [](Options&, const std::string&) -> Problem {
            return kOk;
        }},  // always so: what is not wanted is removed
    Row{"dont-release-vrrp,V", Argument::None, "leave addresses in place and stay silent when stopping",
        [](Options& o, const std::string&) -> Problem {
            o.keep_addresses = true;
            return kOk;
        }},
    Row{"dont-release-ipvs,I", Argument::None, "leave the IPVS table in place when stopping",
        [](Options& o, const std::string&) -> Problem {
            o.remarks.emplace_back(std::string{"-I: "} + kNoChecks);
            return kOk;
        }},
    Row{"dont-respawn,R", Argument::None, "when a child process dies, end instead of starting it again",
        [](Options& o, const std::string&) -> Problem {
            o.respawn = false;
            return kOk;
        }},
    Row{"dont-fork,n", Argument::None, "stay in the foreground",
        [](Options& o, const std::string&) -> Problem {
            o.foreground = true;
            return kOk;
        }},
    Row{"dump-conf,d", Argument::None, "log the configuration at start",
        [](Options& o, const std::string&) -> Problem {
            o.dump_config = true;
            return kOk;
        }},
    Row{"pid,p", Argument::Needed, "pid file of the daemon",
        [](Options& o, const std::string& v) -> Problem {
            o.pid_file = v;
            return kOk;
        }},
    Row{"vrrp_pid,r", Argument::Needed, "pid file of the vrrp process",
        [](Options& o, const std::string& v) -> Problem {
            o.vrrp_pid_file = v;
            return kOk;
        }},
    Row{"checkers_pid,c", Argument::Needed, "pid file of the checks process (none runs yet)",
        [](Options& o, const std::string& v) -> Problem {
            o.checkers_pid_file = v;
            return kOk;
        }},
    Row{"bfd_pid,b", Argument::Needed, "pid file of the BFD process (none runs yet)",
        [](Options&, const std::string&) -> Problem { return kOk; }},
    Row{"genhash,T", Argument::None, "refused: use curl and sha256sum or md5sum",
        [](Options&, const std::string&) -> Problem {
            return "genhash is not part of understudy: use `curl URL | md5sum`";
        }},
    Row{"address-monitoring,a", Argument::None, "log every address change the kernel reports",
        [](Options& o, const std::string&) -> Problem {
            o.address_monitoring = true;
            return kOk;
        }},
    Row{"snmp,x", Argument::None, "refused: SNMP is not offered", no_snmp},
    Row{"snmp-agent-socket,A", Argument::Needed, "refused: SNMP is not offered", no_snmp},
    Row{"control-socket", Argument::Needed, "where understudyctl reaches this daemon, or none",
        control_socket},
    Row{"control-group", Argument::Needed, "members of this group may use the control socket, too",
        [](Options& o, const std::string& v) -> Problem {
            o.control_group = v;
            return kOk;
        }},
    Row{"control-readers", Argument::Needed, "members of this group may ask, and change nothing",
        [](Options& o, const std::string& v) -> Problem {
            o.control_readers = v;
            return kOk;
        }},
    Row{"control-mode", Argument::Needed, "mode of the control socket, in octal", control_mode},
    Row{"history", Argument::Needed, "file that keeps what has happened, or none", history},
    Row{"recording", Argument::Needed, "where the flight recorder keeps the last minutes, or none",
        recording},
    Row{"recording-size", Argument::Needed, "KiB of it (default 2048, and more for large configurations)",
        recording_size},
    Row{"hooks-socket", Argument::Needed,
        "scripts are run by a process that serves this socket, not by one of ours",
        [](Options& o, const std::string& v) -> Problem {
            o.hooks_socket = v;
            return kOk;
        }},
    Row{"serve-hooks", Argument::None, "run the scripts of the daemon that a service manager connects us to",
        [](Options& o, const std::string&) -> Problem {
            o.task = Options::Task::ServeHooks;
            return kOk;
        }},
    Row{"no-sandbox", Argument::None, "the vrrp process keeps all rights that the daemon has",
        [](Options& o, const std::string&) -> Problem {
            o.no_sandbox = true;
            return kOk;
        }},
    Row{"single-process", Argument::None, "run in one process: for containers, debuggers and tests",
        [](Options& o, const std::string&) -> Problem {
            o.single_process = true;
            return kOk;
        }},
    Row{"namespace,s", Argument::Needed, "run in this network namespace",
        [](Options& o, const std::string& v) -> Problem {
            o.network_namespace = v;
            return kOk;
        }},
    Row{"core-dump,m", Argument::None, "allow core dumps",
        [](Options& o, const std::string&) -> Problem {
            o.core_dumps = true;
            return kOk;
        }},
    Row{"core-dump-pattern,M", Argument::Optional,
        "allow core dumps and set the kernel's pattern (default core)", core_pattern},
    Row{"all-config,e", Argument::None, "treat every missing include as an error",
        [](Options& o, const std::string&) -> Problem {
            o.all_config = true;
            return kOk;
        }},
    Row{"config-id,i", Argument::Needed, "id for @id lines, default the short host name",
        [](Options& o, const std::string& v) -> Problem {
            o.config_id = v;
            return kOk;
        }},
    Row{"check-upgrade", Argument::None, "say what an upgrade to this program would find, and exit",
        [](Options& o, const std::string&) -> Problem {
            o.task = Options::Task::CheckUpgrade;
            return kOk;
        }},
    Row{"signum", Argument::Needed, "print the number of STOP, RELOAD, DATA, STATS, STATS_CLEAR or JSON",
        [](Options& o, const std::string& v) -> Problem {
            o.task = Options::Task::ShowSignal;
            o.signal_name = v;
            return kOk;
        }},
    Row{"ignore-sigint", Argument::None, "ignore SIGINT",
        [](Options& o, const std::string&) -> Problem {
            o.ignore_interrupt = true;
            return kOk;
        }},
    Row{"config-test,t", Argument::Optional,
        "check the configuration and exit; with FILE append the findings to it", config_test},
    Row{"format", Argument::Needed, "with -t: text or json", format},
    Row{"offline", Argument::None,
        "with -t: judge the file alone, not this host's interfaces, users and scripts",
        [](Options& o, const std::string&) -> Problem {
            o.offline = true;
            return kOk;
        }},
    Row{"lenient", Argument::None, "go on where keepalived would, with the errors as warnings",
        [](Options& o, const std::string&) -> Problem {
            o.lenient = true;
            return kOk;
        }},
    Row{"version,v", Argument::None, "print the version and exit",
        [](Options& o, const std::string&) -> Problem {
            o.task = Options::Task::ShowVersion;
            return kOk;
        }},
    Row{"help,h", Argument::None, "print this text and exit",
        [](Options& o, const std::string&) -> Problem {
            o.task = Options::Task::ShowHelp;
            return kOk;
        }},
};

Problem contradiction(const Options& options) {
    if (options.single_process && options.task == Options::Task::CheckUpgrade)
        return "--check-upgrade has no meaning with --single-process: no other program can take a single "
               "process over";
    if (options.single_process && options.hooks_socket)
        return "--hooks-socket has no meaning with --single-process: that runs its scripts itself";
    return kOk;
}

po::options_description described() {
    po::options_description all;
    for (const Row& row : kRows) {
        if (row.argument == Argument::None) {
            all.add_options()(row.names, row.meaning);
        } else {
            auto* const value = po::value<std::string>();
            if (row.argument == Argument::Optional) value->implicit_value("");
            all.add_options()(row.names, value, row.meaning);
        }
    }
    all.add_options()("extra", po::value<std::vector<std::string>>(), "");
    return all;
}

const Row* find_row(std::string_view long_name) {
    const auto* const found = std::ranges::find_if(kRows, [&](const Row& row) {
        const std::string_view names{row.names};
        return names.substr(0, names.find(',')) == long_name;
    });
    return found == kRows.end() ? nullptr : found;
}

}  // namespace

std::expected<Options, std::string> parse_options(int argc, const char* const* argv) {
    Options options;
    const po::options_description all = described();
    po::positional_options_description extra;
    extra.add("extra", -1);
    try {
        const auto parsed = po::command_line_parser(argc, argv).options(all).positional(extra).run();
        for (const auto& given : parsed.options) {
            const Row* const row = find_row(given.string_key);
            if (!row) {
                options.remarks.push_back("ignored the word " +
                                          quote(given.value.empty() ? "" : given.value.front()) +
                                          " on the command line");
                continue;
            }
            if (Problem problem =
                    row->take(options, given.value.empty() ? std::string{} : given.value.front()))
                return std::unexpected(*std::move(problem));
        }
    } catch (const po::error& error) {
        return std::unexpected(error.what());
    }
    if (Problem problem = contradiction(options)) return std::unexpected(*std::move(problem));
    return options;
}

Options with_absolute_paths(Options options) {
    const std::filesystem::path from = options.directory;
    const auto absolute = [&](const std::string& path) { return (from / path).string(); };
    options.config_file = absolute(options.config_file);
    for (auto* path :
         {&options.pid_file, &options.vrrp_pid_file, &options.checkers_pid_file, &options.log_file})
        if (*path) *path = absolute(**path);
    if (options.control_socket && !options.control_socket->empty())
        options.control_socket = absolute(*options.control_socket);
    if (options.hooks_socket) options.hooks_socket = absolute(*options.hooks_socket);
    if (options.history && !options.history->empty()) options.history = absolute(*options.history);
    if (options.recording && !options.recording->empty()) options.recording = absolute(*options.recording);
    return options;
}

std::string help_text() {
    std::string text = "Usage: understudyd [OPTION...]\n\n";
    for (const Row& row : kRows) {
        const std::string_view names{row.names};
        const std::size_t comma = names.find(',');
        std::string option =
            comma == std::string_view::npos ? "    " : fmt::format("-{}, ", names[comma + 1]);
        option += fmt::format("--{}", names.substr(0, comma));
        if (row.argument == Argument::Needed) option += "=ARG";
        if (row.argument == Argument::Optional) option += "[=ARG]";
        text += fmt::format("  {:<30} {}\n", option, row.meaning);
    }
    return text;
}

std::optional<int> signal_number(const std::string& name) {
    const std::map<std::string, int> numbers{{"STOP", SIGTERM},
                                             {"RELOAD", SIGHUP},
                                             {"DATA", SIGUSR1},
                                             {"STATS", SIGUSR2},
                                             {"STATS_CLEAR", SIGRTMAX - 1},
                                             {"JSON", SIGRTMIN + 2}};
    const auto found = numbers.find(name);
    return found == numbers.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace understudy::daemon
