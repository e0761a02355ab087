// A report for people (findings, who is master, and the table of failures) and for programs (JSON).
#pragma once

#include <string>

#include "understudy/pair/check.hpp"

namespace understudy::pair {

enum class Colour : bool { Off, On };

[[nodiscard]] std::string render(const Report& report, Colour colour = Colour::Off);
[[nodiscard]] std::string render(const Finding& finding, Colour colour = Colour::Off);
// An object with "hosts", "virtual_routers", "failures" and "findings".
[[nodiscard]] std::string render_json(const Report& report);

}  // namespace understudy::pair
