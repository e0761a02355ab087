#include "feature.hpp"

#include <iterator>
#include <string>

namespace understudy::config {

namespace {

constexpr FeatureRow kFeatures[] = {
    {Feature::Active, ""},
    {Feature::VirtualServers, "virtual servers and their health checks are read, but none is run yet"},
    {Feature::Bfd, "BFD sessions are read, but none is run yet, so what they track never changes"},
    {Feature::Snmp, "SNMP settings are read, but there is no SNMP agent yet"},
    {Feature::Dbus, "D-Bus settings are read, but there is no D-Bus service yet"},
    {Feature::OtherProcesses,
     "names, priorities and memory of processes for health checks and BFD are read, but there are no such "
     "processes yet"},
    {Feature::DaemonScripts, "use_symlink_paths is read, but has no effect yet"},
    {Feature::Dumps, "folders for copies of the configuration are read, but no copy is kept there yet"},
};

consteval bool features_in_order() {
    for (std::size_t i = 0; i < std::size(kFeatures); ++i)
        if (static_cast<std::size_t>(kFeatures[i].feature) != i) return false;
    return true;
}
static_assert(features_in_order(), "describe() finds a row by its number");
static_assert(static_cast<std::size_t>(Feature::Dumps) + 1 == std::size(kFeatures));

}  // namespace

const FeatureRow& describe(Feature feature) { return kFeatures[static_cast<std::size_t>(feature)]; }

void InactiveFeatures::note(Feature feature, std::string_view keyword, Span span) {
    Use& use = uses_.try_emplace(feature, Use{span, keyword, 0}).first->second;
    ++use.places;
}

void InactiveFeatures::report(Diagnostics& diags) const {
    for (const auto& [feature, use] : uses_) {
        Complaint complaint =
            diags.add(Code::KeywordNotActive, use.first, std::string{describe(feature).message});
        complaint.label(std::string{use.keyword} + " has no effect");
        if (use.places > 1)
            complaint.hint("the same holds for " + std::to_string(use.places - 1) + " more " +
                           (use.places == 2 ? "place" : "places"));
    }
}

}  // namespace understudy::config
