// $variables: what is defined so far, and putting values where names stand.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "understudy/base/random.hpp"
#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/source.hpp"

namespace understudy::config {

// How many characters at the start of `text` form a name: letters, digits, underscore, not a digit first.
[[nodiscard]] std::size_t name_length(std::string_view text);

class Variables {
public:
    void define(std::string_view name, std::string value);
    void forget(std::string_view name);
    [[nodiscard]] const std::string* find(std::string_view name) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> values_;
};

// What the names that begin with an underscore stand for.
struct Surroundings {
    std::string directory;  // of the file being read
    std::string instance;   // the `instance` keyword
    const Host& host;
    Random& random;
};

// Why a line cannot be read, which is said in a diagnostic.
enum class Unreadable : std::uint8_t { UnknownName, Endless };

// The line with all values in place, which may then hold several lines.
[[nodiscard]] std::expected<Line, Unreadable> substitute(const Line& line, const Variables& variables,
                                                         const Surroundings& surroundings,
                                                         std::deque<std::string>& storage,
                                                         Diagnostics& diags);

}  // namespace understudy::config
