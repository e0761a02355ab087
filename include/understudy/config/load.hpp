// The whole way from a path to a configuration: read and expand, parse, check, fill in defaults. Loading
// never stops at the first mistake and never throws; whether the result may be used is what
// Diagnostics::has_errors() says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "understudy/base/random.hpp"
#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/places.hpp"
#include "understudy/config/source.hpp"
#include "understudy/model/config.hpp"

namespace understudy::config {

struct LoadOptions {
    std::string config_id = {};  // -i; empty: the short host name
    bool all_config = false;     // -e: every missing include is an error
    bool lenient =
        false;  // what keepalived tolerates is a warning, and the value keepalived would use is used
    bool offline = false;   // judge the text alone: interfaces, users and scripts of this host don't matter
    bool places = false;    // keep where each statement was written
    Seed random_seed = {};  // of ${_RANDOM}
};

struct LoadResult {
    model::Config config;
    Diagnostics diagnostics;
    std::vector<SourceFile>
        files;           // all that was read: with a MemoryReader over these, the same load gives the same
    Places places = {};  // spans into `files`; empty unless asked for
};

[[nodiscard]] LoadResult load(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
                              const LoadOptions& options);

// The same in two steps: first all that decides whether a configuration may be used, so that it can take
// effect; then the warnings of what can be run but cannot be meant, for which the host is asked for its
// addresses.
class Loading {
public:
    // The host has to outlive it.
    Loading(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
            const LoadOptions& options);
    Loading(Loading&&) noexcept;
    ~Loading();

    // Once.
    [[nodiscard]] LoadResult take();
    // Adds the warnings; `config` is the one that was taken.
    void judge_sense(const model::Config& config, Diagnostics& diagnostics) const;
    // To add them to.
    [[nodiscard]] Diagnostics no_diagnostics() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::config
