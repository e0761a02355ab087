// What `understudyctl top` shows, as lines of text: a function of the daemon's answers and the size of the
// screen. The answers are those of another program, perhaps of another version: what is missing is left out.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "screen.hpp"
#include "when.hpp"

namespace understudy::cli {

// What has been learned so far, and what the operator looks at.
struct TopView {
    nlohmann::json instances = nlohmann::json::array();  // of `status`
    nlohmann::json entries = nlohmann::json::array();    // of `history`
    std::string problem;                                 // why there is nothing newer
    WallTime at{};
    std::size_t first = 0;  // instance that is shown

    struct Rate {  // adverts a second, between the last two answers
        double sent = 0;
        double heard = 0;
    };
    std::map<std::string, Rate> rates;  // by instance
};

// Another answer has come, so many seconds after the one before. Too soon, it says nothing of rates.
void learn(TopView& view, nlohmann::json instances, double passed);

inline constexpr std::size_t kMostEntries = 10'000;
// More has happened; what is known already is left out.
void learn_news(TopView& view, std::vector<nlohmann::json> entries);

[[nodiscard]] std::vector<ScreenLine> top_frame(const TopView& view, const ScreenSize& size,
                                                const Zone& zone = {});

// As many characters as fit, of a text in UTF-8.
[[nodiscard]] std::string_view fitting(std::string_view text, std::size_t columns);

}  // namespace understudy::cli
