#include "understudy/ctl/history.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace understudy::ctl {
namespace {

constexpr WallTime kThen = std::chrono::sys_days{std::chrono::year{2026} / 2 / 3} + std::chrono::hours{4};

HistoryEntry transition() {
    return {kThen,
            HistoryKind::Role,
            "VI_1",
            "BACKUP",
            "MASTER",
            milliseconds{90'250},
            "no advert of 192.0.2.2 (priority 150) for 3.609 s"};
}

std::string file_of(const std::vector<HistoryEntry>& entries) {
    std::string text = std::string{kHistoryHead} + '\n';
    for (const HistoryEntry& entry : entries) text += to_line(entry) + '\n';
    return text;
}

TEST(HistoryEntry, IsOneLineForProgramsToRead) {
    EXPECT_EQ(to_line(transition()),
              R"({"after":"MASTER","at":"2026-02-03T04:00:00.000Z","before":"BACKUP","instance":"VI_1",)"
              R"("kind":"role","reason":"no advert of 192.0.2.2 (priority 150) for 3.609 s",)"
              R"("seconds_before":90.25})");
}

TEST(HistoryEntry, SurvivesItsOwnLineWhateverIsInIt) {
    for (const HistoryKind kind :
         {HistoryKind::Role, HistoryKind::Priority, HistoryKind::Fault, HistoryKind::Repair,
          HistoryKind::Reload, HistoryKind::Order, HistoryKind::Process}) {
        HistoryEntry entry = transition();
        entry.kind = kind;
        entry.reason = "\"quoted\"\nsecond line \\ – ";
        const std::string line = to_line(entry);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        EXPECT_EQ(history_entry(nlohmann::json::parse(line)), entry);
    }
    const HistoryEntry bare{.at = kThen, .kind = HistoryKind::Reload, .reason = "refused"};
    EXPECT_EQ(history_entry(nlohmann::json::parse(to_line(bare))), bare);
}

TEST(HistoryEntry, WithOctetsThatAreNoTextIsStillALine) {
    HistoryEntry entry = transition();
    entry.instance = "\xff";
    EXPECT_NE(history_entry(nlohmann::json::parse(to_line(entry))), std::nullopt);
}

TEST(HistoryEntry, IsNotReadFromAnythingElse) {
    for (const char* const line :
         {"7", "{}", R"({"at":"2026-02-03T04:00:00Z"})", R"({"at":"soon","kind":"role"})",
          R"({"at":"2026-02-03T04:00:00Z","kind":"weather"})", R"({"at":7,"kind":"role"})"})
        EXPECT_EQ(history_entry(nlohmann::json::parse(line)), std::nullopt) << line;
    const auto odd = history_entry(nlohmann::json::parse(
        R"({"at":"2026-02-03T04:00:00Z","kind":"role","seconds_before":-1,"reason":7})"));
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->lasted, std::nullopt);
    EXPECT_EQ(odd->reason, "");
}

TEST(HistoryFile, GivesItsEntriesInOrder) {
    HistoryEntry second = transition();
    second.kind = HistoryKind::Priority;
    const HistoryText read = parse_history(file_of({transition(), second}));
    EXPECT_EQ(read.format, HistoryFormat::Ours);
    EXPECT_EQ(read.entries, (std::vector{transition(), second}));
    EXPECT_EQ(read.unreadable, 0u);
}

TEST(HistoryFile, LosesOnlyTheLinesThatAreTorn) {
    const std::string line = to_line(transition()) + '\n';
    const std::string text = file_of({transition()}) + line.substr(0, 20) + '\n' + line + line.substr(0, 30);
    const HistoryText read = parse_history(text);
    EXPECT_EQ(read.entries, (std::vector{transition(), transition()}));
    EXPECT_EQ(read.unreadable, 2u);
}

TEST(HistoryFile, SaysWhatItIsNot) {
    EXPECT_EQ(format_of(""), HistoryFormat::Nothing);
    EXPECT_EQ(format_of(kHistoryHead.substr(0, 12)), HistoryFormat::Nothing);
    EXPECT_EQ(format_of(kHistoryHead), HistoryFormat::Nothing);
    EXPECT_EQ(format_of("{\"format\":\"understudy-history\",\"version\":2}\n"), HistoryFormat::Newer);
    EXPECT_EQ(format_of("root:x:0:0::/root:/bin/sh\n"), HistoryFormat::Foreign);
    EXPECT_EQ(format_of("\n"), HistoryFormat::Foreign);
    EXPECT_EQ(parse_history("root:x:0:0::/root:/bin/sh\n").entries.size(), 0u);
}

TEST(HistoryFilter, TakesWhatIsAskedForAndWhatConcernsAll) {
    HistoryEntry of_all = transition();
    of_all.instance.clear();
    EXPECT_TRUE(HistoryFilter{}.takes(transition()));
    EXPECT_TRUE(HistoryFilter{.instance = "VI_1"}.takes(transition()));
    EXPECT_FALSE(HistoryFilter{.instance = "VI_2"}.takes(transition()));
    EXPECT_TRUE(HistoryFilter{.instance = "VI_2"}.takes(of_all));
    EXPECT_TRUE(HistoryFilter{.since = kThen}.takes(transition()));
    EXPECT_FALSE(HistoryFilter{.since = kThen + microseconds{1}}.takes(transition()));
}

}  // namespace
}  // namespace understudy::ctl
