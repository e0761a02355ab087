#include "commands.hpp"

#include <gtest/gtest.h>

#include <set>

#include "ctl.hpp"

namespace understudy::cli {
namespace {

constexpr Option kOptions[] = {
    kJson, {.name = "config-id", .letter = 'i', .argument = "ID", .meaning = "whose lines count"}};
constexpr Command kSample{
    .name = "sample", .words = {.synopsis = "FILE", .least = 1, .most = 2}, .options = kOptions};

TEST(Commands, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const Command* command : all_commands())
        EXPECT_TRUE(names.insert(command->name).second) << command->name;
}

TEST(Commands, ExplainThemselvesInOneLine) {
    for (const Command* command : all_commands()) {
        EXPECT_FALSE(command->meaning.empty()) << command->name;
        EXPECT_LE(command->meaning.size(), 80U) << command->name;
        EXPECT_FALSE(command->meaning.ends_with('.')) << command->name;
    }
}

TEST(Commands, KeepTheirDetailsWithinATerminal) {
    for (const Command* command : all_commands()) {
        std::istringstream lines{help_text(*command)};
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
    }
}

TEST(Arguments, TakeOptionsInEveryForm) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"-i", "a", "f"},
                                                  {"-ia", "f"},
                                                  {"--config-id", "a", "f"},
                                                  {"f", "--config-id=a"}}) {
        const auto arguments = parse_arguments(kSample, words);
        ASSERT_TRUE(arguments) << arguments.error();
        EXPECT_EQ(arguments->value("config-id"), "a");
        EXPECT_EQ(arguments->words, std::vector<std::string>{"f"});
        EXPECT_FALSE(arguments->has("json"));
    }
}

TEST(Arguments, KeepTheLastOfAnOptionGivenTwice) {
    EXPECT_EQ(parse_arguments(kSample, {"f", "-i", "a", "-i", "b"})->value("config-id"), "b");
}

TEST(Arguments, RefuseWhatTheCommandDoesNotTake) {
    EXPECT_EQ(parse_arguments(kSample, {"f", "--jsno"}).error(),
              "unknown option '--jsno'; did you mean 'json'?");
    EXPECT_EQ(parse_arguments(kSample, {}).error(), "takes at least 1 word, but here are 0");
    EXPECT_EQ(parse_arguments(kSample, {"a", "b", "c"}).error(), "does not know what to do with 'c'");
    EXPECT_FALSE(parse_arguments(kSample, {"f", "-i"}));
}

TEST(Ctl, ListsItsCommandsForWhoeverAsks) {
    const Said asked = ctl({"help"});
    EXPECT_EQ(asked.status, kDone);
    for (const Command* command : all_commands())
        EXPECT_EQ(asked.out.contains("\n  " + std::string{command->name} + " "), !command->hidden);
    EXPECT_EQ(ctl({"--help"}).out, asked.out);
    EXPECT_EQ(ctl({"-h"}).out, asked.out);
}

TEST(Ctl, TellsWhoeverGivesNothingWhatThereIs) {
    const Said said = ctl({});
    EXPECT_EQ(said.status, kBadUsage);
    EXPECT_EQ(said.err, ctl({"help"}).out);
    EXPECT_EQ(said.out, "");
}

TEST(Ctl, ExplainsOneCommandInTwoWays) {
    EXPECT_EQ(ctl({"help", "version"}).out, ctl({"version", "--help"}).out);
    EXPECT_EQ(ctl({"help", "version"}).status, kDone);
}

TEST(Ctl, KnowsWhatWasMeantByAMistypedCommand) {
    const Said said = ctl({"verison"});
    EXPECT_EQ(said.status, kBadUsage);
    EXPECT_EQ(
        said.err,
        "understudyctl: unknown command 'verison'; did you mean 'version'?\nTry `understudyctl help`.\n");
    EXPECT_EQ(ctl({"help", "verison"}).status, kBadUsage);
}

TEST(Ctl, EndsWithTwoOnASurplusWord) {
    const Said said = ctl({"version", "now"});
    EXPECT_EQ(said.status, kBadUsage);
    EXPECT_EQ(said.err,
              "understudyctl version: takes no further word, but here is 'now'\n"
              "Try `understudyctl help version`.\n");
}

TEST(Ctl, PrintsItsVersion) {
    const std::string expected = std::string{"understudyctl "} + UNDERSTUDY_VERSION + "\n";
    EXPECT_EQ(ctl({"--version"}).out, expected);
    EXPECT_EQ(ctl({"-v"}).out, expected);
    EXPECT_EQ(ctl({"version"}).out, expected);
}

}  // namespace
}  // namespace understudy::cli
