// A configuration as text, one value per line, for golden files: what was understood, with all defaults in
// place.
#pragma once

#include <string>

#include "understudy/model/config.hpp"

namespace understudy::golden {

[[nodiscard]] std::string model_text(const model::Config& config);

}  // namespace understudy::golden
