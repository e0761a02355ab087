// A tracked file: what its content means, and what the number in it does to a priority. The arithmetic is
// keepalived's: number times weight, at most 253; -254 or less is a fault. With weight 0 any number but 0 is
// a fault (reversed: 0 is).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/track/health.hpp"

namespace understudy::track {

enum class FileContent : std::uint8_t {
    Number,
    Nothing,     // an empty file, or none: counts as 0
    NoNumber,    // does not begin with one: counts as 0
    OutOfRange,  // beyond 32 bits: what was read before stays in force
};

struct FileReading {
    FileContent content = FileContent::Nothing;
    std::int64_t number = 0;

    friend bool operator==(const FileReading&, const FileReading&) = default;
};

// Blanks, a sign, digits; whatever follows is ignored.
[[nodiscard]] FileReading read_number(std::string_view content);

// None: not read yet, so the instance waits for it, weighted or not.
[[nodiscard]] Effect file_effect(model::Weight weight, std::optional<std::int64_t> number);

// Whether the number in the file is one to worry about: it takes from the priority, or is a fault.
[[nodiscard]] Health file_health(model::Weight weight, std::optional<std::int64_t> number);

}  // namespace understudy::track
