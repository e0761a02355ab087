#include "understudy/config/value.hpp"

#include <gtest/gtest.h>

namespace understudy::config {
namespace {

using namespace std::chrono_literals;

TEST(Seconds, AreReadToTheMicrosecond) {
    EXPECT_EQ(parse_seconds("1").value(), 1s);
    EXPECT_EQ(parse_seconds("0.000001").value(), 1us);
    EXPECT_EQ(parse_seconds(".5").value(), 500ms);
    EXPECT_EQ(parse_seconds("1.").value(), 1s);
    EXPECT_EQ(parse_seconds("+2.25").value(), 2250ms);
}

TEST(Seconds, AreRefusedWhenTheyAreNone) {
    for (const char* text : {"", ".", "-1", "1s", "0x1", "1.2.3", "one", "9999999999999"})
        EXPECT_EQ(parse_seconds(text).error(), SecondsFault::NotANumber) << text;
    EXPECT_EQ(parse_seconds("1.0000001").error(), SecondsFault::TooPrecise);
}

TEST(Seconds, ArePrintedAsTheyAreWritten) {
    EXPECT_EQ(to_text(1s), "1");
    EXPECT_EQ(to_text(250ms), "0.25");
    EXPECT_EQ(to_text(1us), "0.000001");
}

TEST(Boolean, KnowsSixWordsInLowerCase) {
    for (const char* text : {"true", "on", "yes"}) EXPECT_EQ(parse_boolean(text), true) << text;
    for (const char* text : {"false", "off", "no"}) EXPECT_EQ(parse_boolean(text), false) << text;
    for (const char* text : {"TRUE", "1", "0", "", "ye"}) EXPECT_FALSE(parse_boolean(text)) << text;
}

TEST(Command, IsSplitWithoutAShell) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(split_command("/bin/x  a b").value(), (Words{"/bin/x", "a", "b"}));
    EXPECT_EQ(split_command(R"(cmd 'a b' \"c\" "d e" '')").value(),
              (Words{"cmd", "a b", "\"c\"", "d e", ""}));
    EXPECT_EQ(split_command(R"(cmd a\ b 'c\d')").value(), (Words{"cmd", "a b", R"(c\d)"}));
    EXPECT_EQ(split_command("cmd $HOME | cat > /tmp/x").value(),
              (Words{"cmd", "$HOME", "|", "cat", ">", "/tmp/x"}));
}

TEST(Command, IsRefusedWithoutAProgramOrWithAnOpenQuote) {
    EXPECT_FALSE(split_command("").has_value());
    EXPECT_FALSE(split_command("  ").has_value());
    EXPECT_FALSE(split_command("'' a").has_value());
    EXPECT_FALSE(split_command("cmd 'a").has_value());
}

TEST(ClosestNumber, TakesLettersForTheDigitsTheyLookLike) {
    EXPECT_EQ(closest_number("10o"), 100);
    EXPECT_EQ(closest_number("l5"), 15);
    EXPECT_FALSE(closest_number("ten"));
    EXPECT_FALSE(closest_number("1.5"));
    EXPECT_FALSE(closest_number("oo"));
}

TEST(Scope, HasNamesAndNumbers) {
    EXPECT_EQ(parse_scope("link"), 253);
    EXPECT_EQ(parse_scope("global"), 0);
    EXPECT_EQ(parse_scope("7"), 7);
    EXPECT_FALSE(parse_scope("256"));
    EXPECT_FALSE(parse_scope("galaxy"));
}

TEST(Grammar, IsShownAsAManualShowsIt) {
    EXPECT_EQ(number(1, 255).to_string(), "<1..255>");
    EXPECT_EQ(number(1).to_string(), "<1..>");
    EXPECT_EQ(optional(boolean()).to_string(), "[<bool>]");
    EXPECT_EQ(decimal_seconds(10ms, 255s).to_string(), "<seconds: 0.01..255>");
    EXPECT_EQ(weight(253).to_string(), "<-253..253> [reverse]");
    EXPECT_EQ(choice("MASTER|BACKUP").to_string(), "MASTER|BACKUP");
    EXPECT_EQ(command().to_string(), "\"<command>\" [<user> [<group>]]");
}

}  // namespace
}  // namespace understudy::config
