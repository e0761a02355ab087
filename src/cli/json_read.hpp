// Reading the answers of another program: what is missing, or of another type, is nothing.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace understudy::cli {

[[nodiscard]] inline const nlohmann::json& member(const nlohmann::json& object, const char* key) {
    static const nlohmann::json kNothing;
    if (!object.is_object()) return kNothing;
    const auto found = object.find(key);
    return found == object.end() ? kNothing : *found;
}

// The elements of a list; none if it is no list.
[[nodiscard]] inline const nlohmann::json& list(const nlohmann::json& object, const char* key) {
    static const nlohmann::json kEmpty = nlohmann::json::array();
    const nlohmann::json& found = member(object, key);
    return found.is_array() ? found : kEmpty;
}

// As it is written; empty if it is missing.
[[nodiscard]] inline std::string text(const nlohmann::json& object, const char* key) {
    const nlohmann::json& value = member(object, key);
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string{} : value.dump();
}

[[nodiscard]] inline std::optional<double> number(const nlohmann::json& object, const char* key) {
    const nlohmann::json& value = member(object, key);
    if (!value.is_number()) return std::nullopt;
    return value.get<double>();
}

[[nodiscard]] inline bool flag(const nlohmann::json& object, const char* key) {
    return member(object, key) == true;
}

}  // namespace understudy::cli
