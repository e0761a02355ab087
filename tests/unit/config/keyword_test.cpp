#include "understudy/config/keyword.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "understudy/config/lexer.hpp"

namespace understudy::config {
namespace {

const KeywordRow* find(const std::vector<KeywordRow>& rows, std::string_view block, std::string_view name) {
    const auto found =
        std::ranges::find_if(rows, [&](const auto& row) { return row.block == block && row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

TEST(Keywords, AreListedOncePerBlockWithAMeaning) {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const KeywordRow& row : all_keywords()) {
        EXPECT_TRUE(seen.emplace(row.block, row.name).second) << row.block << '/' << row.name;
        EXPECT_FALSE(row.meaning.empty()) << row.block << '/' << row.name;
    }
    EXPECT_GT(seen.size(), 450u);
}

TEST(Keywords, SayWhatTheyTakeAndWhetherTheyAct) {
    const auto rows = all_keywords();
    const KeywordRow* const priority = find(rows, "vrrp_instance", "priority");
    ASSERT_NE(priority, nullptr);
    EXPECT_EQ(priority->arguments, "<1..255>");
    EXPECT_TRUE(priority->active);
    const KeywordRow* const vmac = find(rows, "vrrp_instance", "use_vmac");
    ASSERT_NE(vmac, nullptr);
    EXPECT_TRUE(vmac->active);
    const KeywordRow* const server = find(rows, "virtual_server", "real_server");
    ASSERT_NE(server, nullptr);
    EXPECT_TRUE(server->opens_block);
    EXPECT_FALSE(server->active);
}

// The words of a command are told apart in another way.
TEST(Keywords, ThatTakeACommandAreKnownToTheLexer) {
    std::size_t commands = 0;
    for (const KeywordRow& row : all_keywords()) {
        const bool takes_one = row.arguments.find("<command>") != std::string::npos;
        commands += takes_one ? 1u : 0u;
        EXPECT_EQ(is_before_command(row.name), takes_one) << row.block << '/' << row.name;
    }
    EXPECT_GT(commands, 20u);
}

TEST(Keywords, NameTheirTier) {
    EXPECT_EQ(name(Tier::Core), "core");
    EXPECT_EQ(name(Tier::Vrrp), "vrrp");
    EXPECT_EQ(name(Tier::Bfd), "bfd");
    EXPECT_EQ(name(Tier::Lvs), "lvs");
    EXPECT_EQ(name(Tier::Deep), "deep");
    EXPECT_EQ(name(Tier::Legacy), "legacy");
    EXPECT_EQ(name(Tier::Alias), "alias");
}

TEST(Keywords, SayWhatASecondOneMeans) {
    EXPECT_EQ(describe(Occurs::LastWins), "once; if given again, the last one counts");
    EXPECT_EQ(describe(Occurs::FirstWins), "once; if given again, the first one counts");
    EXPECT_EQ(describe(Occurs::Repeats), "any number of times");
    const auto rows = all_keywords();
    EXPECT_EQ(find(rows, "vrrp_instance", "priority")->occurs, Occurs::LastWins);
    EXPECT_EQ(find(rows, "", "vrrp_instance")->occurs, Occurs::Repeats);
}

TEST(Keywords, OfTheCoreAllAct) {
    std::set<std::string_view> inactive;
    for (const KeywordRow& row : all_keywords())
        if (row.tier == Tier::Core && !row.active) inactive.insert(row.name);
    EXPECT_EQ(inactive, std::set<std::string_view>{});
}

}  // namespace
}  // namespace understudy::config
