#include "dumper.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "understudy/agent/dump.hpp"
#include "understudy/os/files.hpp"

#include "pid_files.hpp"

namespace understudy::daemon {

Dumper::Dumper(os::Log& log, const Options& options, WorkerLink& link,
               std::function<const model::Globals&()> globals)
    : log_(&log), options_(&options), link_(&link), globals_(std::move(globals)) {}

void Dumper::dump_own_state() { write(DumpFile::ParentState, agent::state_dump(globals_())); }

void Dumper::ask(const ctl::Dump& asked) {
    link_->ask(asked, [this, asked](const Outcome& outcome) {
        if (!outcome)
            return log_->write("dump-refused", os::LogLevel::Warning,
                               fmt::format("no {} dump: {}", ctl::name(asked.what), outcome.error().message));
        if (outcome->is_string()) write(dump_file(asked.what), outcome->get_ref<const std::string&>());
    });
}

void Dumper::write(DumpFile file, std::string_view text) {
    const model::Globals& globals = globals_();
    const std::string path = dump_path(file, globals, distinction(*options_, globals));
    const auto written = os::replace_file(path, text, dump_mode(globals));
    log_->write("dump-written", written ? os::LogLevel::Info : os::LogLevel::Error,
                written ? "wrote " + path : "no dump: " + written.error().to_string(), {{"file", path}});
}

}  // namespace understudy::daemon
