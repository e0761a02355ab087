// What a reload, or the wish to know what it would do, is answered with: the findings in the files, what
// changes for each thing that runs, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "understudy/config/load.hpp"
#include "understudy/model/config.hpp"

namespace understudy::daemon {

enum class Verdict : std::uint8_t {
    Applied,
    Acceptable,   // of a dry run
    Refused,      // the configuration in force goes on
    Unconfirmed,  // handed over, but the vrrp process has not said that it took it
};
[[nodiscard]] std::string_view name(Verdict verdict);

// Everything but the verdict. `running` is the configuration in force.
[[nodiscard]] nlohmann::json reload_report(const config::LoadResult& fresh, const model::Config& running);

// The texts in force, for who asks to see them.
[[nodiscard]] nlohmann::json shown_files(const std::vector<config::SourceFile>& files);

void add_verdict(nlohmann::json& report, Verdict verdict, std::string_view message);

}  // namespace understudy::daemon
