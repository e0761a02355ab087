#include "parts.hpp"

#include "process_parts.hpp"
#include "thread_parts.hpp"

namespace understudy::daemon {

std::unique_ptr<Parts> parts_for(const Options& options, os::Log& log) {
    if (!options.single_process) return std::make_unique<ProcessParts>();
    log.write(
        "single-process", os::LogLevel::Warning,
        "all of the daemon is one process, as --single-process says: what reads packets keeps all rights "
        "that the daemon was started with, and a crash of any part ends all of it and leaves its "
        "addresses in place");
    return std::make_unique<ThreadParts>();
}

}  // namespace understudy::daemon
