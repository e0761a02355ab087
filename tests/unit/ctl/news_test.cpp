#include "understudy/ctl/news.hpp"

#include <gtest/gtest.h>

namespace understudy::ctl {
namespace {

TEST(News, SurviveTheirOwnLine) {
    const HistoryEntry entry{.at = WallTime{milliseconds{1'700'000'000'123}},
                             .kind = HistoryKind::Priority,
                             .instance = "VI_1",
                             .before = "100",
                             .after = "80",
                             .lasted = milliseconds{1'500},
                             .reason = "script web is bad"};
    for (const News& news : {News{MailWanted{"[r1] \"quoted\" – subject", "one\ntwo\n"}},
                             News{Happened{{entry, entry}}}, News{Happened{}}, News{SignalCame{10}}}) {
        const std::string line = to_line(news);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        EXPECT_EQ(parse_news(line), news);
    }
}

TEST(News, OfOrdersSurviveTheirOwnLine) {
    const Instant since{microseconds{1'234'567'890'123}};
    const StandingOrders::Drain drain{since, since + seconds{60}, false};
    for (const OrdersChanged& news :
         {OrdersChanged{}, OrdersChanged{{{"VI_1", net::Priority{42}, drain, false}, {"a\"b", {}, {}, true}}},
          OrdersChanged{{{"VI_1", {}, StandingOrders::Drain{since, {}, true}, false}}}}) {
        const std::string line = to_line(news);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        EXPECT_EQ(parse_news(line), News{news}) << line;
    }
}

TEST(News, AreNotMistakenForAnythingElse) {
    for (const char* const line : {"",
                                   "[]",
                                   "7",
                                   R"({"id":1,"version":1,"result":true})",
                                   R"({"news":"mail","subject":"x"})",
                                   R"({"news":"mail","subject":1,"text":"x"})",
                                   R"({"news":"weather","subject":"x","text":"y"})",
                                   R"({"news":"orders"})",
                                   R"({"news":"orders","orders":{}})",
                                   R"({"news":"orders","orders":[1]})",
                                   R"({"news":"orders","orders":[{"priority":7}]})",
                                   R"({"news":"orders","orders":[{"instance":"a","priority":256}]})",
                                   R"({"news":"orders","orders":[{"instance":"a","priority":"7"}]})",
                                   R"({"news":"orders","orders":[{"instance":"a","drain":7}]})",
                                   R"({"news":"orders","orders":[{"instance":"a","drain":{"until":7}}]})",
                                   R"({"news":"history"})",
                                   R"({"news":"history","entries":{}})",
                                   R"({"news":"signal"})",
                                   R"({"news":"signal","number":0})",
                                   R"({"news":"signal","number":65})",
                                   R"({"news":"signal","number":-1})"})
        EXPECT_EQ(parse_news(line), std::nullopt) << line;
}

TEST(News, LoseOnlyTheEntriesThatAreNone) {
    EXPECT_EQ(parse_news(R"({"news":"history","entries":[7,{"kind":"role"}]})"), News{Happened{}});
}

}  // namespace
}  // namespace understudy::ctl
