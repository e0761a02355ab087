#include "logging.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include <algorithm>

#include "understudy/config/render.hpp"
#include "understudy/config/secret_words.hpp"

namespace understudy::daemon {

std::expected<os::Log, os::SysError> open_log(const Options& options, const model::Globals& globals,
                                              std::optional<ctl::LogLevel> level) {
    os::LogOptions log;
    log.ident = "understudyd";
    for (const std::string& part : {options.network_namespace.value_or(""), globals.instance_name})
        if (!part.empty()) log.ident += "_" + part;
    log.level = options.log_detail > 0 ? os::LogLevel::Debug : os::LogLevel::Info;
    if (level) log.level = os_level(*level);
    log.console = options.log_console;
    log.json = options.log_json;
    if (!options.no_syslog) log.syslog_facility = options.facility.value_or(LOG_DAEMON);
    log.file = options.log_file;
    return os::Log::open(log);
}

os::LogLevel os_level(ctl::LogLevel level) {
    switch (level) {
        case ctl::LogLevel::Debug:
            return os::LogLevel::Debug;
        case ctl::LogLevel::Info:
            return os::LogLevel::Info;
        case ctl::LogLevel::Notice:
            return os::LogLevel::Notice;
        case ctl::LogLevel::Warning:
            return os::LogLevel::Warning;
        case ctl::LogLevel::Error:
            return os::LogLevel::Error;
        case ctl::LogLevel::Critical:
            return os::LogLevel::Critical;
    }
    return os::LogLevel::Info;
}

void log_diagnostics(os::Log& log, const config::Diagnostics& diagnostics) {
    for (const config::Diagnostic& diagnostic : diagnostics.all())
        log.write(
            {"diagnostic",
             diagnostic.severity == config::Severity::Error ? os::LogLevel::Error : os::LogLevel::Warning,
             config::render(diagnostic),
             {},
             true});
}

namespace {

// A line of the configuration as it may be logged: its secrets, and how long they are, are nobody's business.
std::string without_secret(std::string_view line) {
    const std::size_t at = config::secret_in(line);
    if (at == std::string_view::npos) return std::string{line};
    return std::string{line.substr(0, at)} + "********";
}

}  // namespace

void log_configuration(os::Log& log, const std::vector<config::SourceFile>& files) {
    for (const config::SourceFile& file : files) {
        std::string_view rest{file.contents};
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            const std::string text = fmt::format("{}:{}: {}", file.path, number, without_secret(line));
            log.write({"configuration-line", os::LogLevel::Info, text, {}, true});
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        }
    }
}

}  // namespace understudy::daemon
