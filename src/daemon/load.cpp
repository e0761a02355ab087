#include "load.hpp"

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

}  // namespace

config::LoadResult load_from_disk(const Options& options) {
    const bool is_check = options.task == Options::Task::TestConfig;
    const host::ThisHost host{is_check ? host::service_reading(options.config_file) : std::nullopt};
    return with(options, config::load(options.config_file, host::DiskReader{}, host, load_options(options)));
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

config::LoadResult load_where_we_are(Options& options) {
    config::LoadResult loaded = load_from_disk(options);
    const std::string& space = loaded.config.globals.namespaces.vrrp;
    if (!options.network_namespace && !space.empty()) options.network_namespace = space;
    return loaded;
}

int refusal_status(const config::Diagnostics& diagnostics) {
    const int status = diagnostics.exit_status();
    return status == 0 ? kNoConfiguration : status;
}

}  // namespace understudy::daemon
