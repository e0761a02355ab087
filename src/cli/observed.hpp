// What was learned of a daemon at one time: the answers to `ping` and `status`, or why there are none. Both
// are another program's, perhaps of another version: nothing in them is taken for granted.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace understudy::cli {

struct Observed {
    nlohmann::json daemon;     // null: it did not answer
    nlohmann::json status;     // null: nobody could say how the instances are
    std::string problem = {};  // in words; empty: none

    [[nodiscard]] bool is_up() const { return status.is_object(); }
};

}  // namespace understudy::cli
