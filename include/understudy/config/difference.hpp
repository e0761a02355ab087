// What a reload would change, in the words of the configuration: for each block which settings come, go or
// become something else, and what that means for what runs. It compares outlines, so every setting of the
// language is covered, also one that is not active yet.
#pragma once

#include <string>
#include <vector>

#include "understudy/model/config.hpp"
#include "understudy/model/diff.hpp"

namespace understudy::config {

struct SettingChange {
    std::string setting;  // the keyword, after those of the blocks it stands in: "authentication auth_pass"
    std::string before;   // empty: it was not there
    std::string after;    // empty: it is not there any more
    friend bool operator==(const SettingChange&, const SettingChange&) = default;
};

struct BlockDifference {
    std::string keyword;  // "vrrp_instance"; "global_defs" also stands for what is outside of all blocks
    std::string name;     // as the configuration after has it; empty where a block has none
    model::Outcome outcome = model::Outcome::Unchanged;
    std::vector<SettingChange> changes;
    friend bool operator==(const BlockDifference&, const BlockDifference&) = default;
};

// In the order of the configuration after; what is removed comes last. Secrets are named, not shown.
[[nodiscard]] std::vector<BlockDifference> difference(const model::Config& before,
                                                      const model::Config& after);

}  // namespace understudy::config
