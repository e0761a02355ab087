// understudyd: reads the command line, checks the configuration, and becomes the daemon.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "understudy/config/render.hpp"
#include "understudy/os/memory.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/program.hpp"
#include "understudy/os/signals.hpp"

#include "hooks_delegate.hpp"
#include "inheritance.hpp"
#include "load.hpp"
#include "newcomer.hpp"
#include "options.hpp"
#include "supervisor.hpp"

namespace {

using namespace understudy;
using daemon::Options;

constexpr int kBadCommandLine = 1;

std::string rendered(const Options& options, const config::Diagnostics& diagnostics, bool terminal) {
    if (options.format == Options::Format::Json) return config::render_json(diagnostics.all()) + "\n";
    return config::render(diagnostics.all(), terminal ? config::Colour::On : config::Colour::Off);
}

// Findings go to standard error, or are appended to a file (-tFILE); nothing is printed when there is nothing
// to say.
int test_config(Options options) {
    os::expect_large_heap();
    auto where = daemon::load_where_it_runs(options);
    // The files may be judged on a host that is not to run them, or before the namespace is made.
    if (!where && options.format == Options::Format::Text)
        fmt::print(stderr, "{}: the interfaces of this one are looked at\n", where.error().to_string());
    const config::LoadResult loaded = where ? *std::move(where) : daemon::load_from_disk(options);
    if (!options.report) {
        fmt::print(stderr, "{}", rendered(options, loaded.diagnostics, isatty(STDERR_FILENO) == 1));
        return loaded.diagnostics.exit_status();
    }
    std::ofstream report{*options.report, std::ios::app};
    report << rendered(options, loaded.diagnostics, false);
    if (!report.flush()) fmt::print(stderr, "cannot write to {}\n", *options.report);
    return loaded.diagnostics.exit_status();
}

int show_signal(const Options& options) {
    const std::optional<int> number = daemon::signal_number(options.signal_name);
    if (!number) {
        fmt::print(stderr, "Unknown sigfunc {}\n", options.signal_name);
        return kBadCommandLine;
    }
    fmt::print("{}\n", *number);
    return EXIT_SUCCESS;
}

std::expected<void, os::SysError> prepare_process(const Options& options) {
    os::keep_freed_heap();
    os::ignore_broken_pipes();
    if (options.umask) os::set_file_creation_mask(*options.umask);
    if (options.core_dumps)
        if (const auto allowed = os::allow_core_dumps(); !allowed) return allowed;
    if (options.core_pattern)
        if (const auto set = os::set_core_pattern(*options.core_pattern); !set) return set;
    return {};
}

// For the daemon that runs, and is asked to let this program take its place.
int introduce(Options options) {
    os::expect_large_heap();
    const auto loaded = daemon::load_where_it_runs(options);
    if (!loaded) {
        fmt::print(stderr, "{}\n", loaded.error().to_string());
        return kBadCommandLine;
    }
    if (loaded->diagnostics.has_errors()) {
        fmt::print(stderr, "{}", rendered(options, loaded->diagnostics, false));
        return daemon::refusal_status(loaded->diagnostics);
    }
    fmt::print("{}\n", daemon::introduction(daemon::present_program(options, loaded->config)));
    return EXIT_SUCCESS;
}

int take_over(Options options, daemon::Inheritance inherited) {
    config::LoadResult loaded = daemon::load_where_we_are(options);
    if (loaded.diagnostics.has_errors() && !daemon::goes_on_without_files(inherited, loaded)) {
        fmt::print(stderr, "{}", rendered(options, loaded.diagnostics, false));
        return daemon::refusal_status(loaded.diagnostics);
    }
    return daemon::supervise(options, std::move(loaded), std::move(inherited));
}

int run(Options options, std::optional<daemon::Inheritance> inherited) {
    if (const auto prepared = prepare_process(options); !prepared) {
        fmt::print(stderr, "{}\n", prepared.error().to_string());
        return kBadCommandLine;
    }
    if (inherited) return take_over(std::move(options), *std::move(inherited));
    auto where = daemon::load_where_it_runs(options);
    if (!where) {
        fmt::print(stderr, "{}\n", where.error().to_string());
        return kBadCommandLine;
    }
    config::LoadResult& loaded = *where;
    if (loaded.diagnostics.has_errors()) {
        fmt::print(stderr,
                   "{}understudyd does not start with errors in its configuration; --lenient goes on where "
                   "keepalived would\n",
                   rendered(options, loaded.diagnostics, isatty(STDERR_FILENO) == 1));
        return daemon::refusal_status(loaded.diagnostics);
    }
    return daemon::supervise(options, std::move(loaded), std::nullopt);
}

// Names of files keep their meaning, and the program its place, over all upgrades.
void remember_start(Options& options, std::vector<std::string> words,
                    const std::optional<daemon::Inheritance>& inherited) {
    const std::string before = inherited ? inherited->takeover.program : "";
    options.program = before.empty() ? os::own_program(words.front()) : before;
    options.directory = before.empty() ? os::working_directory() : inherited->takeover.directory;
    options.words = std::move(words);
}

}  // namespace

int main(int argc, char** argv) {
    auto inherited = daemon::inheritance();
    auto options = daemon::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "understudyd: {}\nTry `understudyd --help`.\n", options.error());
        return kBadCommandLine;
    }
    remember_start(*options, {argv, argv + argc}, inherited);
    switch (options->task) {
        case Options::Task::ShowVersion:
            fmt::print(stderr, "understudyd {}\n", UNDERSTUDY_VERSION);
            return EXIT_SUCCESS;
        case Options::Task::ShowHelp:
            fmt::print(stderr, "{}", daemon::help_text());
            return EXIT_SUCCESS;
        case Options::Task::ShowSignal:
            return show_signal(*options);
        case Options::Task::TestConfig:
            return test_config(*options);
        case Options::Task::Run:
            return run(options->foreground ? *options : daemon::with_absolute_paths(*options),
                       std::move(inherited));
        case Options::Task::CheckUpgrade:
            return introduce(*options);
        case Options::Task::ServeHooks:
            return daemon::serve_hooks();
    }
    return EXIT_FAILURE;
}
