#include "understudy/ctl/news.hpp"

#include <gtest/gtest.h>

namespace understudy::ctl {
namespace {

TEST(News, SurviveTheirOwnLine) {
    const MailWanted news{"[r1] \"quoted\" – subject", "one\ntwo\n"};
    const std::string line = to_line(news);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(parse_news(line), news);
}

TEST(News, AreNotMistakenForAnythingElse) {
    for (const char* const line :
         {"", "[]", "7", R"({"id":1,"version":1,"result":true})", R"({"news":"mail","subject":"x"})",
          R"({"news":"mail","subject":1,"text":"x"})", R"({"news":"weather","subject":"x","text":"y"})"})
        EXPECT_EQ(parse_news(line), std::nullopt) << line;
}

}  // namespace
}  // namespace understudy::ctl
