#include <gtest/gtest.h>

#include "command_why.hpp"

namespace understudy::cli {
namespace {

using nlohmann::json;

TEST(WhyText, PutsTheAnswerFirst) {
    const json result = json::parse(R"({"instances": [{
        "instance": "VI_1", "answer": "VI_1 is BACKUP.", "master": "192.0.2.2 is master.",
        "priority": ["The priority is 100."], "reasons": ["192.0.2.2 has more."], "changes": [],
        "what_if": [{"event": "this host died", "outcome": "192.0.2.2 would stay master"}]}]})");
    EXPECT_EQ(why_text(result),
              "VI_1 is BACKUP.\n192.0.2.2 is master.\n"
              "Why\n  192.0.2.2 has more.\n"
              "Its priority\n  The priority is 100.\n"
              "What would happen if\n  this host died: 192.0.2.2 would stay master.\n");
}

TEST(WhyText, BearsAnswersOfAnotherVersion) {
    EXPECT_EQ(why_text({}), "no instance runs\n");
    EXPECT_EQ(why_text({{"instances", 7}}), "no instance runs\n");
    EXPECT_EQ(why_text({{"instances", {1}}}), "");
    EXPECT_EQ(why_text({{"instances", {{{"answer", 2}, {"reasons", {3}}, {"what_if", 4}}}}}), "\n\nWhy\n");
}

}  // namespace
}  // namespace understudy::cli
