#include "understudy/config/lexer.hpp"

#include <gtest/gtest.h>

namespace understudy::config {
namespace {

// Words between bars, braces as they are: "|a|b|{|c|}".
std::string lexed(std::string_view text) {
    const Sources sources;
    Diagnostics diags{sources};
    Listing listing;
    lex(Line{text, {0, 1, 1, 0}}, listing, diags);
    std::string all;
    for (const Item& item : listing.items) {
        if (item.kind == Item::Kind::Open) all += "{";
        if (item.kind == Item::Kind::Close) all += "}";
        for (const Word& word : listing.words_of(item)) all += "|" + std::string{word.text};
        if (item.kind == Item::Kind::Statement) all += "|";
    }
    return all + (diags.all().empty() ? "" : "!");
}

TEST(Lexer, SplitsAtBlanksAndTabs) { EXPECT_EQ(lexed("  a\tb  c "), "|a|b|c|"); }

TEST(Lexer, LetsBracesEndStatementsAnywhere) {
    EXPECT_EQ(lexed("a b{c}"), "|a|b|{|c|}");
    EXPECT_EQ(lexed("virtual_ipaddress { 192.0.2.9 } }"), "|virtual_ipaddress|{|192.0.2.9|}}");
}

TEST(Lexer, KeepsWhatIsBetweenQuotes) {
    EXPECT_EQ(lexed(R"(script "/bin/x 'a b' {}" user)"), "|script|/bin/x 'a b' {}|user|");
    EXPECT_EQ(lexed(R"(a "b \" c" d)"), R"(|a|b \" c|d|)");
    EXPECT_EQ(lexed(R"(a "")"), "|a||");
}

// As keepalived reads them: what both print was compared.
TEST(Lexer, JoinsTheQuotedAndBarePiecesOfACommand) {
    EXPECT_EQ(lexed(R"(notify '/bin/x "a b" c' user)"), R"(|notify|/bin/x "a b" c|user|)");
    EXPECT_EQ(lexed(R"(script "/bin/sh -c "/bin/x"")"), R"(|script|/bin/sh -c /bin/x|)");
    EXPECT_EQ(lexed(R"(script "/bin/test "a" = "a"")"), R"(|script|/bin/test a = a|)");
    EXPECT_EQ(lexed(R"(notify "/bin/x "a b" c")"), R"(|notify|/bin/x a|b c|)");
    EXPECT_EQ(lexed(R"(notify /bin/x{a)"), R"(|notify|/bin/x|{|a|)");
    EXPECT_EQ(lexed(R"(router_id 'a b')"), R"(|router_id|'a|b'|)");
}

TEST(Lexer, TakesAProtectedQuoteForOneOfTheCommand) {
    EXPECT_EQ(lexed(R"(notify_fault "/bin/x \"a b\" \'c\' d\\e \f")"),
              R"(|notify_fault|/bin/x "a b" 'c' d\e \f|)");
    EXPECT_EQ(lexed(R"(notify_fault '/bin/x \'a b\'' )"), R"(|notify_fault|/bin/x 'a b'|)");
    EXPECT_EQ(lexed(R"(script "/bin/x \")"), "!");
    EXPECT_EQ(lexed("script '/bin/x"), "!");
}

TEST(Lexer, EndsALineAtItsCommentOutsideTheQuotesOfACommand) {
    EXPECT_EQ(without_comment(R"(  script '/bin/x # a' # b)"), R"(  script '/bin/x # a' )");
    EXPECT_EQ(without_comment(R"(script "/bin/x ! a"! it's)"), R"(script "/bin/x ! a")");
    EXPECT_EQ(without_comment(R"(auth_pass it's # b)"), R"(auth_pass it's )");
}

TEST(Lexer, LeavesOutAStatementWithAnOpenQuote) { EXPECT_EQ(lexed("a \"b c"), "!"); }

TEST(Lexer, MarksTheWordWithItsQuotes) {
    const Sources sources;
    Diagnostics diags{sources};
    Listing listing;
    lex(Line{"a \"b c\"", {0, 7, 3, 0}}, listing, diags);
    ASSERT_EQ(listing.words.size(), 2u);
    EXPECT_EQ(listing.words[1].span, (Span{0, 7, 5, 5}));
    EXPECT_TRUE(listing.words[1].quoted);
}

TEST(Comment, BeginsAnywhereOutsideQuotes) {
    EXPECT_EQ(without_comment("a 5#six"), "a 5");
    EXPECT_EQ(without_comment("! all"), "");
    EXPECT_EQ(without_comment(R"(a "#!" b # c)"), R"(a "#!" b )");
    EXPECT_EQ(without_comment(R"(a "open # quote)"), R"(a "open # quote)");
}

}  // namespace
}  // namespace understudy::config
