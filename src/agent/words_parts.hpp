// What several files of messages are made of.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "understudy/agent/journal.hpp"

namespace understudy::agent::words {

[[nodiscard]] inline Record about(const std::string& instance, std::string_view id, Level level,
                                  const std::string& text) {
    return {id, level, fmt::format("({}) {}", instance, text), {{"instance", instance}}};
}

// What about() was given, of a message about this instance.
[[nodiscard]] inline std::string without_name(const Record& record, const std::string& instance) {
    const std::string prefix = "(" + instance + ") ";
    return record.text.starts_with(prefix) ? record.text.substr(prefix.size()) : record.text;
}

}  // namespace understudy::agent::words
