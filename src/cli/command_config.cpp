#include "command_config.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr Option kConfigOptions[] = {kSocket, kJson};

int config(const Arguments& arguments, Console& console) {
    const auto result = ask(arguments, ctl::ShowConfig{}, console);
    if (!result) return result.error();
    if (arguments.has("json")) {
        console.out << result->dump(2) << "\n";
        return kDone;
    }
    const auto files = result->find("files");
    if (files == result->end() || !files->is_array()) return kFailed;
    for (const auto& file : *files) {
        // A comment of the language, so that what is printed is a configuration again.
        console.out << "# " << file.value("path", "") << "\n" << file.value("contents", "");
        if (!file.value("contents", "").ends_with('\n')) console.out << "\n";
    }
    return kDone;
}

}  // namespace

constinit const Command kConfig{
    .name = "config",
    .meaning = "Print the files that the daemon runs with",
    .details =
        "As they were when the daemon read them, which need not be what stands on the disk\n"
        "now; `reload --dry-run` compares the two. For root alone: there may be passwords\n"
        "in them.",
    .options = kConfigOptions,
    .run = config};

}  // namespace understudy::cli
