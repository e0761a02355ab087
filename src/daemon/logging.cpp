#include "logging.hpp"

#include <syslog.h>

#include "understudy/config/render.hpp"

namespace understudy::daemon {

std::expected<os::Log, os::SysError> open_log(const Options& options, const std::string& instance_name) {
    os::LogOptions log;
    log.ident = instance_name.empty() ? "understudyd" : "understudyd_" + instance_name;
    log.level = options.log_detail > 0 ? os::LogLevel::Debug : os::LogLevel::Info;
    log.console = options.log_console;
    if (!options.no_syslog) log.syslog_facility = options.facility.value_or(LOG_DAEMON);
    log.file = options.log_file;
    return os::Log::open(log);
}

void log_diagnostics(os::Log& log, const config::Diagnostics& diagnostics) {
    for (const config::Diagnostic& diagnostic : diagnostics.all())
        log.write(
            diagnostic.severity == config::Severity::Error ? os::LogLevel::Error : os::LogLevel::Warning,
            config::render(diagnostic));
}

}  // namespace understudy::daemon
