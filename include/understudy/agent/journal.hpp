// What an operator reads: each message has an id, a level, a text and fields, and one wording, here and
// nowhere else. Pure code returns records; os/log writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::agent {

enum class Level : std::uint8_t { Debug, Info, Notice, Warning, Error };

struct Record {
    std::string_view id;  // kebab-case, stable, from a literal
    Level level = Level::Info;
    std::string text;
    std::vector<std::pair<std::string_view, std::string>> fields;

    friend bool operator==(const Record&, const Record&) = default;
};

}  // namespace understudy::agent
