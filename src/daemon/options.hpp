// The command line, keepalived's own. Every option is taken with its meaning, or refused with a reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "understudy/host/this_host.hpp"

namespace understudy::daemon {

struct Options {
    enum class Task : std::uint8_t {
        Run,
        TestConfig,
        CheckUpgrade,
        ServeHooks,
        ShowVersion,
        ShowHelp,
        ShowSignal,
    };
    enum class Format : std::uint8_t { Text, Json };

    Task task = Task::Run;
    std::string config_file = host::kDefaultConfigFile;
    std::string config_id;              // -i
    bool all_config = false;            // -e
    bool lenient = false;               // --lenient
    bool offline = false;               // --offline, with -t
    Format format = Format::Text;       // --format
    std::optional<std::string> report;  // -tFILE: diagnostics are appended there
    std::string signal_name;            // --signum

    bool foreground = false;  // -n
    bool log_console = false;
    bool log_json = false;
    int log_detail = 0;  // -D, -D -D
    bool no_syslog = false;
    std::optional<int> facility;  // as syslog(3) has them; daemon unless given
    std::optional<std::string> log_file;
    bool flush_log_file = false;
    bool dump_config = false;
    bool address_monitoring = false;
    bool run_vrrp = true;         // false: -C
    bool keep_addresses = false;  // -V
    bool respawn = true;          // false: -R
    bool ignore_interrupt = false;
    bool core_dumps = false;
    std::optional<std::string> core_pattern;
    std::optional<unsigned> umask;
    std::optional<std::string> pid_file;
    std::optional<std::string> vrrp_pid_file;
    std::optional<std::string> checkers_pid_file;
    std::optional<std::string> network_namespace;
    std::optional<std::string> control_socket;  // empty: none
    std::optional<std::string> control_group;
    std::optional<std::string> control_readers;
    std::optional<unsigned> control_mode;
    std::optional<std::string> history;         // the file; empty: none
    std::optional<std::string> recording;       // empty: none
    std::optional<std::size_t> recording_size;  // in KiB
    std::optional<std::string> hooks_socket;    // where a process of root takes the hooks' orders
    bool no_sandbox = false;                    // the vrrp process keeps all rights
    bool single_process = false;                // no part has a process of its own

    // How we were started: for a program that takes our place.
    std::vector<std::string> words;
    std::string program;
    std::string directory;

    std::vector<std::string> remarks;  // said once logging works: what was accepted without effect
};

// What is wrong with the command line, in words.
[[nodiscard]] std::expected<Options, std::string> parse_options(int argc, const char* const* argv);

// For a process that leaves its working directory: file names that hold from anywhere, as they do in
// `options.directory`.
[[nodiscard]] Options with_absolute_paths(Options options);

[[nodiscard]] std::string help_text();

// The number behind STOP, RELOAD, DATA, STATS, STATS_CLEAR or JSON.
[[nodiscard]] std::optional<int> signal_number(const std::string& name);

}  // namespace understudy::daemon
