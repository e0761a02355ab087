// A report for people and for programs (JSON).
#pragma once

#include <string>

#include "understudy/doctor/finding.hpp"

namespace understudy::doctor {

enum class Colour : bool { Off, On };

[[nodiscard]] std::string render(const Report& report, Colour colour = Colour::Off);
// An object with "sane", "findings", "unchecked" and "remarks".
[[nodiscard]] std::string render_json(const Report& report);

}  // namespace understudy::doctor
