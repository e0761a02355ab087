#include "understudy/config/render.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace understudy::config {
namespace {

class Rendering : public testing::Test {
protected:
    std::string rendered(std::string contents, Span span, Colour colour = Colour::Off) {
        Sources sources;
        sources.add("ha.conf", std::move(contents));
        Diagnostics diags{sources};
        diags.add(Code::BadPriority, span, "'10o' is not a priority")
            .label("expected a whole number from 1 to 255")
            .hint("did you mean 100?");
        return render(diags.all(), colour);
    }
};

TEST_F(Rendering, ShowsTheLineACaretAndAHint) {
    EXPECT_EQ(rendered("\n\n\n\n\n\n\n    priority 10o\n", {0, 8, 14, 3}),
              "ha.conf:8:14: error[bad-priority]: '10o' is not a priority\n"
              "  8 |     priority 10o\n"
              "    |              ^^^ expected a whole number from 1 to 255\n"
              "    = hint: did you mean 100?\n");
}

TEST_F(Rendering, KeepsTabsSoThatTheCaretStaysBelow) {
    EXPECT_NE(rendered("\tpriority\t10o", {0, 1, 11, 3}).find("    | \t        \t^^^ "), std::string::npos);
}

TEST_F(Rendering, NeverSendsControlCharactersToATerminal) {
    const std::string text = rendered("\x1b[2Jpriority \xff", {0, 1, 1, 3});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
}

TEST_F(Rendering, ColoursOnlyWhenAsked) {
    EXPECT_NE(rendered("priority 10o", {0, 1, 10, 3}, Colour::On).find("\x1b[1;31m"), std::string::npos);
}

TEST_F(Rendering, StandsAPlaceBeyondTheLine) {
    EXPECT_NE(rendered("", {0, 9, 900, 900}).find("^ expected"), std::string::npos);
}

TEST(Json, HoldsTheSameAndSurvivesAnyBytes) {
    Sources sources;
    sources.add("ha.conf", "priority \xff\n");
    Diagnostics diags{sources};
    diags.add(Code::BadPriority, {0, 1, 10, 1}, "no").label("l").hint("h");
    const auto parsed = nlohmann::json::parse(render_json(diags.all()));
    ASSERT_EQ(parsed.size(), 1u);
    EXPECT_EQ(parsed[0]["code"], "bad-priority");
    EXPECT_EQ(parsed[0]["severity"], "error");
    EXPECT_EQ(parsed[0]["line"], 1);
    EXPECT_EQ(parsed[0]["column"], 10);
    EXPECT_EQ(parsed[0]["hint"], "h");
}

}  // namespace
}  // namespace understudy::config
