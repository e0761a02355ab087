#include "understudy/ctl/reply.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace understudy::ctl {
namespace {

TEST(Reply, SurvivesItsOwnLine) {
    const Reply result{3, nlohmann::json{{"instances", {{{"name", "VI_1"}, {"text", "two\nlines"}}}}}};
    const Reply problem{4, std::unexpected(Problem{"not-allowed", "only root may \"that\"", {"a", "b"}})};
    for (const Reply& reply : {result, problem}) {
        const std::string line = to_line(reply);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        const auto parsed = parse_reply(line);
        ASSERT_TRUE(parsed) << line;
        EXPECT_EQ(*parsed, reply);
    }
}

TEST(Reply, ToAnUnknownCommandListsTheKnownOnes) {
    const Reply reply = refusal(parse_request(R"({"version":1,"id":5,"command":"dance"})").error());
    EXPECT_EQ(reply.id, 5u);
    ASSERT_FALSE(reply.outcome);
    EXPECT_EQ(reply.outcome.error().code, "unknown-command");
    EXPECT_TRUE(std::ranges::equal(reply.outcome.error().known, known_commands()));
}

TEST(Reply, ToAnUnknownVersionListsTheKnownOne) {
    const Reply reply = refusal(parse_request(R"({"version":9,"command":"ping"})").error());
    EXPECT_EQ(reply.outcome.error().known, std::vector<std::string>{"1"});
}

TEST(Reply, ReplacesWhatIsNotUtf8) {
    const Reply reply{1, nlohmann::json{{"contents", "caf\xe9"}}};
    const auto parsed = parse_reply(to_line(reply));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->outcome->at("contents"), "caf\xef\xbf\xbd");
}

TEST(Reply, IsNoneWhenTheLineIsAnythingElse) {
    for (const std::string_view line :
         {"", "x", "[]", "{}", R"({"version":2,"id":1,"result":1})", R"({"version":1,"id":-1,"result":1})",
          R"({"version":1,"id":1})", R"({"version":1,"id":1,"error":"bad"})"})
        EXPECT_FALSE(parse_reply(line)) << line;
}

TEST(Reply, MayBePutAroundTextThatIsJsonAlready) {
    const auto parsed = parse_reply(line_around(9, R"({"a":[1,2]})"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, (Reply{9, nlohmann::json{{"a", {1, 2}}}}));
}

TEST(Event, SurvivesItsOwnLine) {
    const Event event{9, nlohmann::json{{"kind", "role"}, {"reason", "two\nlines"}}};
    const std::string line = event_around(event.id, event.what.dump());
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(parse_event(line), event);
    EXPECT_FALSE(parse_reply(line)) << "it is no answer";
}

TEST(Event, IsNoneWhenTheLineIsAnythingElse) {
    for (const std::string_view line :
         {"", "x", "[]", "{}", R"({"version":2,"id":1,"event":1})", R"({"version":1,"id":-1,"event":1})",
          R"({"version":1,"event":1})", R"({"version":1,"id":1,"result":1})"})
        EXPECT_FALSE(parse_event(line)) << line;
}

}  // namespace
}  // namespace understudy::ctl
