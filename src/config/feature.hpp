// Parts of the language that are read and checked but that this version does not act upon. Whoever uses one
// is told so, once for each part, so that nobody believes in a check that does not run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "understudy/config/diagnostic.hpp"

namespace understudy::config {

enum class Feature : std::uint8_t {
    Active,  // not one of them: it works
    VirtualServers,
    Bfd,
    Snmp,
    Dbus,
    OtherProcesses,
    DaemonScripts,
    Dumps,
};

struct FeatureRow {
    Feature feature{};
    std::string_view message;  // "virtual servers are read, but …"
};

[[nodiscard]] const FeatureRow& describe(Feature feature);

// The parts in use, where each is used first and how often.
class InactiveFeatures {
public:
    void note(Feature feature, std::string_view keyword, Span span);
    void report(Diagnostics& diags) const;

private:
    struct Use {
        Span first;
        std::string_view keyword;
        std::size_t places = 0;
    };
    std::map<Feature, Use> uses_;
};

}  // namespace understudy::config
