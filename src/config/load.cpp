#include "understudy/config/load.hpp"

#include <utility>

#include "understudy/config/expand.hpp"

#include "check.hpp"
#include "parser.hpp"

namespace understudy::config {

namespace {

void check_readers(const Sources& sources, const Host& host, Diagnostics& diagnostics) {
    for (std::uint32_t file = 0; file < sources.size(); ++file)
        if (const auto user = host.excluded_from(sources.file(file).path))
            diagnostics.add(Code::HiddenFromService, Span{file}, "user " + *user + " may not read this file")
                .hint("the service runs the daemon as that user, and would not start: chgrp " + *user +
                      " and chmod 640 for the file, 750 for its folder");
}

}  // namespace

// What places in the text and words of it are views of.
struct Loading::Parts {
    Sources sources;
    Listing listing;
    Draft draft;
    const Host* host = nullptr;  // none: the text is judged alone
    bool lenient = false;
    bool is_read = false;
    Checked checked;
    LoadResult result{{}, Diagnostics{sources, lenient}, {}, {}};
};

Loading::Loading(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
                 const LoadOptions& options)
    : parts_(std::make_unique<Parts>()) {
    parts_->lenient = options.lenient;
    parts_->host = options.offline ? nullptr : &host;
    LoadResult& result = parts_->result;
    result.diagnostics = no_diagnostics();
    ExpandOptions expand_options{options.config_id, options.all_config, options.random_seed};
    if (expand_options.config_id.empty()) expand_options.config_id = host.short_host_name();
    parts_->listing = expand(path_or_glob, reader, host, expand_options, parts_->sources, result.diagnostics);
    parts_->is_read = !result.diagnostics.has_errors() || !parts_->listing.items.empty();
    parts_->draft = parse(parts_->listing, parts_->host, result.diagnostics);
    // A file that could not be read at all has no further mistakes.
    if (parts_->is_read) parts_->checked = check({parts_->draft, parts_->host, result.diagnostics});
    result.config = std::move(parts_->checked.config);
    if (options.places) result.places = Places{parts_->listing};
    result.diagnostics.sort();
    result.files = parts_->sources.copy();
}

Loading::Loading(Loading&&) noexcept = default;
Loading::~Loading() = default;

LoadResult Loading::take() { return std::move(parts_->result); }

Diagnostics Loading::no_diagnostics() const { return Diagnostics{parts_->sources, parts_->lenient}; }

void Loading::judge_sense(const model::Config& config, Diagnostics& diagnostics) const {
    if (!parts_->is_read) return;
    if (parts_->host != nullptr) check_readers(parts_->sources, *parts_->host, diagnostics);
    check_sense({parts_->draft, parts_->host, diagnostics}, parts_->checked.instances,
                parts_->checked.scripts, config);
    diagnostics.sort();
}

LoadResult load(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
                const LoadOptions& options) {
    Loading loading{path_or_glob, reader, host, options};
    LoadResult result = loading.take();
    loading.judge_sense(result.config, result.diagnostics);
    return result;
}

}  // namespace understudy::config
