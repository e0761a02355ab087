#include "completion.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ctl.hpp"

namespace understudy::cli {
namespace {

using Words = std::vector<std::string>;

TEST(Completion, OffersCommandsFirst) {
    const Candidates found = candidates({""});
    for (const Command* command : all_commands())
        EXPECT_EQ(std::ranges::count(found.words, command->name), command->hidden ? 0 : 1) << command->name;
}

TEST(Completion, OffersWhatBeginsLikeTheWord) {
    EXPECT_EQ(candidates({"check"}).words, (Words{"check", "check-pair"}));
    EXPECT_EQ(candidates({"--v"}).words, Words{"--version"});
    EXPECT_EQ(candidates({"no-such"}).words, Words{});
}

TEST(Completion, OffersTheOptionsOfTheCommand) {
    EXPECT_EQ(candidates({"check-pair", "-"}).words, (Words{"--help", "--json", "--lenient"}));
}

TEST(Completion, OffersKeywordsToExplain) {
    EXPECT_EQ(candidates({"explain-config", "virtual_router"}).words, Words{"virtual_router_id"});
    for (const std::string& word : candidates({"explain-config", ""}).words)
        EXPECT_EQ(word.find_first_of(" $~@!#"), std::string::npos) << word;
}

TEST(Completion, LeavesFilesToTheShell) {
    EXPECT_TRUE(candidates({"check-pair", "a.conf", "b"}).files);
    EXPECT_TRUE(candidates({"show-config", ""}).files);
}

TEST(Completion, OffersNothingForAnArgumentNobodyCanKnow) {
    EXPECT_FALSE(candidates({"show-config", "-i", ""}).files);
    EXPECT_EQ(candidates({"show-config", "--config-id", ""}).words, Words{});
}

TEST(Completion, AnswersTheShellLineByLine) {
    EXPECT_EQ(ctl({"complete", "--", "check"}).out, "words\ncheck\ncheck-pair\n");
    EXPECT_EQ(ctl({"complete", "--", "check-pair", "--js"}).out, "words\n--json\n");
    EXPECT_EQ(ctl({"complete", "--", "show-config", ""}).out, "files\n");
}

}  // namespace
}  // namespace understudy::cli
