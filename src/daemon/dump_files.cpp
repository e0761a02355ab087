#include "dump_files.hpp"

#include <signal.h>

#include "understudy/os/files.hpp"

namespace understudy::daemon {

namespace {

constexpr std::uint32_t kEverybodyWrites = 0666;

std::string_view default_name(DumpFile file) {
    switch (file) {
        case DumpFile::State:
        case DumpFile::ParentState:
            return "keepalived.data";
        case DumpFile::Statistics:
            return "keepalived.stats";
        case DumpFile::Json:
            return "keepalived.json";
    }
    return "";
}

const std::string& configured(DumpFile file, const model::Dumps& settings) {
    switch (file) {
        case DumpFile::State:
        case DumpFile::ParentState:
            return settings.state_file;
        case DumpFile::Statistics:
            return settings.stats_file;
        case DumpFile::Json:
            break;
    }
    return settings.json_file;
}

// Before the last dot of its name, or at its end.
void insert(std::string& path, const std::string& text) {
    const std::size_t dot = path.rfind('.');
    const bool of_name = dot != std::string::npos && dot > path.rfind('/') + 1;
    path.insert(of_name ? dot : path.size(), text);
}

std::string temporary_folder() {
    const std::string given = os::environment("TMPDIR").value_or("");
    if (!given.starts_with('/')) return "/tmp";
    const auto facts = os::file_facts(given);
    return facts && facts->type == os::FileFacts::Type::Directory ? given : "/tmp";
}

}  // namespace

std::optional<ctl::Dump> asked_by_signal(int number) {
    if (number == SIGUSR1) return ctl::Dump{ctl::DumpKind::State};
    if (number == SIGUSR2) return ctl::Dump{ctl::DumpKind::Statistics};
    if (number == SIGRTMAX - 1) return ctl::Dump{ctl::DumpKind::Statistics, true};
    if (number == SIGRTMIN + 2) return ctl::Dump{ctl::DumpKind::Json};
    return std::nullopt;
}

DumpFile dump_file(ctl::DumpKind what) {
    switch (what) {
        case ctl::DumpKind::State:
            return DumpFile::State;
        case ctl::DumpKind::Statistics:
            return DumpFile::Statistics;
        case ctl::DumpKind::Json:
            break;
    }
    return DumpFile::Json;
}

std::string dump_path(DumpFile file, const model::Dumps& settings, std::string_view folder,
                      std::string_view distinction) {
    std::string path = configured(file, settings);
    if (path.empty() || path.ends_with('/')) path += default_name(file);
    if (!path.starts_with('/')) path = std::string{folder} + "/" + path;
    if (file == DumpFile::ParentState) insert(path, "_parent");
    const bool of_state = file == DumpFile::State || file == DumpFile::ParentState;
    if (of_state && settings.use_instance && !distinction.empty())
        insert(path, "." + std::string{distinction.substr(0, distinction.size() - 1)});
    return path;
}

std::string dump_path(DumpFile file, const model::Globals& globals, std::string_view distinction) {
    return dump_path(file, globals.dumps, temporary_folder(), distinction);
}

mode_t dump_mode(const model::Globals& globals) { return kEverybodyWrites & ~globals.umask; }

}  // namespace understudy::daemon
