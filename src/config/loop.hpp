// ~SEQ, ~SEQx and ~LST: which variables a loop sets, and to what in each round.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

struct Loop {
    std::vector<std::string> variables;
    std::vector<std::vector<std::string>> rounds;  // one value per variable
};

struct LoopHead {
    std::string_view name;        // "~SEQ"
    std::string_view parameters;  // between the parentheses
    std::size_t length = 0;       // of the whole head, closing parenthesis included
};

// The head of a line that begins with a tilde; the reason if it is none.
[[nodiscard]] std::expected<LoopHead, std::string> parse_loop_head(std::string_view line);
// The rounds, or the reason why there are none. More than `most` rounds are refused.
[[nodiscard]] std::expected<Loop, std::string> parse_loop(std::string_view name, std::string_view parameters,
                                                          std::size_t most);

}  // namespace understudy::config
