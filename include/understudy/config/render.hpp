// Diagnostics for people (text with the line and a caret) and for programs (JSON).
#pragma once

#include <span>
#include <string>

#include "understudy/config/diagnostic.hpp"

namespace understudy::config {

enum class Colour : bool { Off, On };

[[nodiscard]] std::string render(const Diagnostic& diagnostic, Colour colour = Colour::Off);
// One after the other.
[[nodiscard]] std::string render(std::span<const Diagnostic> diagnostics, Colour colour = Colour::Off);
// An array of objects: code, severity, file, line, column, length, message, label, hint, source.
[[nodiscard]] std::string render_json(std::span<const Diagnostic> diagnostics);

}  // namespace understudy::config
