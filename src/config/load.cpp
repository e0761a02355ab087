#include "understudy/config/load.hpp"

#include <utility>

#include "understudy/config/expand.hpp"

#include "check.hpp"
#include "parser.hpp"

namespace understudy::config {

LoadResult load(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
                const LoadOptions& options) {
    Sources sources;
    LoadResult result{{}, Diagnostics{sources, options.lenient}, {}, {}};
    ExpandOptions expand_options{options.config_id, options.all_config, options.random_seed};
    if (expand_options.config_id.empty()) expand_options.config_id = host.short_host_name();
    const Listing listing = expand(path_or_glob, reader, host, expand_options, sources, result.diagnostics);
    const bool read = !result.diagnostics.has_errors() || !listing.items.empty();
    const Draft draft = parse(listing, options.offline ? nullptr : &host, result.diagnostics);
    // A file that could not be read at all has no further mistakes.
    if (read)
        result.config = check(draft, options.offline ? nullptr : &host, result.diagnostics, options.sense);
    if (options.places) result.places = Places{listing};
    result.diagnostics.sort();
    result.files = sources.copy();
    return result;
}

}  // namespace understudy::config
