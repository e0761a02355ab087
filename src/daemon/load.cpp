#include "load.hpp"

#include <fmt/format.h>

#include "understudy/base/text.hpp"
#include "understudy/host/this_host.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/process.hpp"

namespace understudy::daemon {

namespace {

// A start that is refused for a reason that -t reports with 0 (a missing main file) ends like keepalived's.
constexpr int kNoConfiguration = 6;

config::LoadOptions load_options(const Options& options) {
    return {.config_id = options.config_id,
            .all_config = options.all_config,
            .lenient = options.lenient,
            .offline = options.offline,
            .random_seed = Seed{static_cast<std::uint64_t>(os::now().time_since_epoch().count())}};
}

// keepalived, too, lets the command line win.
config::LoadResult with(const Options& options, config::LoadResult loaded) {
    if (options.umask) loaded.config.globals.umask = *options.umask;
    return loaded;
}

// The text has no field separators to escape: each field is preceded by its size.
void put(std::string& bundle, std::string_view field) { bundle += fmt::format("{}:{}", field.size(), field); }

std::optional<std::string> take(std::string_view& bundle) {
    const std::size_t colon = bundle.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::optional<std::size_t> size = parse_number<std::size_t>(bundle.substr(0, colon));
    bundle.remove_prefix(colon + 1);
    if (!size || *size > bundle.size()) return std::nullopt;
    std::string field{bundle.substr(0, *size)};
    bundle.remove_prefix(*size);
    return field;
}

}  // namespace

config::LoadResult load_from_disk(const Options& options) {
    return with(options, config::load(options.config_file, host::DiskReader{}, host::ThisHost{},
                                      load_options(options)));
}

Reading read_from_disk(const Options& options) {
    auto host = std::make_unique<host::ThisHost>();
    config::Loading loading{options.config_file, host::DiskReader{}, *host, load_options(options)};
    config::LoadResult result = with(options, loading.take());
    return {std::move(host), std::move(loading), std::move(result)};
}

std::expected<config::LoadResult, os::SysError> load_where_it_runs(Options& options) {
    const bool is_told = options.network_namespace.has_value();
    if (is_told)
        if (auto entered = os::enter_network_namespace(*options.network_namespace); !entered)
            return std::unexpected(entered.error());
    config::LoadResult loaded = load_from_disk(options);
    const std::string& space = loaded.config.globals.namespaces.vrrp;
    if (is_told || space.empty()) return loaded;
    if (auto entered = os::enter_network_namespace(space); !entered) return std::unexpected(entered.error());
    options.network_namespace = space;
    return load_from_disk(options);
}

int refusal_status(const config::Diagnostics& diagnostics) {
    const int status = diagnostics.exit_status();
    return status == 0 ? kNoConfiguration : status;
}

std::string pack(const std::vector<config::SourceFile>& files) {
    std::string bundle;
    for (const config::SourceFile& file : files) {
        put(bundle, file.path);
        put(bundle, file.contents);
    }
    return bundle;
}

std::optional<std::vector<config::SourceFile>> unpack(std::string_view bundle) {
    std::vector<config::SourceFile> files;
    while (!bundle.empty()) {
        std::optional<std::string> path = take(bundle);
        std::optional<std::string> contents = path ? take(bundle) : std::nullopt;
        if (!contents) return std::nullopt;
        files.push_back({*std::move(path), *std::move(contents)});
    }
    return files;
}

std::optional<std::vector<config::SourceFile>> read_again(const std::vector<config::SourceFile>& files) {
    const host::DiskReader disk;
    std::vector<config::SourceFile> now;
    for (const config::SourceFile& file : files) {
        auto contents = disk.read(file.path);
        if (!contents) return std::nullopt;
        now.push_back({file.path, *std::move(contents)});
    }
    return now;
}

config::LoadResult load_from_bundle(const Options& options, const std::vector<config::SourceFile>& files) {
    config::MemoryReader reader;
    for (const config::SourceFile& file : files) reader.add(file.path, file.contents);
    config::LoadOptions judged = load_options(options);
    judged.sense = false;  // the supervisor has told of it
    return with(options, config::load(options.config_file, reader, host::ThisHost{}, judged));
}

}  // namespace understudy::daemon
