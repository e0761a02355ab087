#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "command_history.hpp"
#include "ctl.hpp"
#include "files.hpp"
#include "history_text.hpp"

namespace understudy::cli {
namespace {

constexpr WallTime kThen = std::chrono::sys_days{std::chrono::year{2026} / 2 / 3};

ctl::HistoryEntry entry(ctl::HistoryKind kind, const std::string& reason) {
    return {.at = kThen, .kind = kind, .instance = "VI_1", .reason = reason};
}

std::string file_of(const std::vector<ctl::HistoryEntry>& entries) {
    std::string text = std::string{ctl::kHistoryHead} + '\n';
    for (const ctl::HistoryEntry& one : entries) text += ctl::to_line(one) + '\n';
    return text;
}

TEST(HistoryText, SaysWhatChangedAfterHowLongAndWhy) {
    ctl::HistoryEntry change = entry(ctl::HistoryKind::Role, "no master was heard");
    change.before = "BACKUP";
    change.after = "MASTER";
    change.lasted = milliseconds{184'000};
    EXPECT_EQ(event_text(change), "BACKUP -> MASTER after 3 min 4 s: no master was heard");
    change.kind = ctl::HistoryKind::Priority;
    change.reason.clear();
    EXPECT_EQ(event_text(change), "priority BACKUP -> MASTER after 3 min 4 s");
    EXPECT_EQ(event_text(entry(ctl::HistoryKind::Fault, "a; b")), "still in FAULT, now because: a; b");
    EXPECT_EQ(event_text(entry(ctl::HistoryKind::Repair, "a")), "repair: a");
    EXPECT_EQ(event_text(entry(ctl::HistoryKind::Reload, "a")), "reload: a");
    EXPECT_EQ(event_text(entry(ctl::HistoryKind::Order, "a")), "order: a");
    EXPECT_EQ(event_text(entry(ctl::HistoryKind::Process, "a")), "process: a");
}

TEST(HistoryText, AlignsTheNames) {
    std::vector entries{entry(ctl::HistoryKind::Repair, "a"), entry(ctl::HistoryKind::Process, "b")};
    entries[1].instance.clear();
    const Zone greenwich{[](WallTime when) {
                             const auto day = std::chrono::floor<std::chrono::days>(when);
                             return os::CivilTime{std::chrono::year_month_day{day},
                                                  std::chrono::floor<seconds>(when - day)};
                         },
                         {}};
    EXPECT_EQ(history_text(entries, greenwich),
              "2026-02-03 00:00:00.000  VI_1  repair: a\n"
              "2026-02-03 00:00:00.000  -     process: b\n");
}

TEST(HistoryCommand, ReadsAFileAndTheOlderOneBesideIt) {
    const Folder folder;
    const std::string path =
        folder.write("h.jsonl", file_of({entry(ctl::HistoryKind::Repair, "later")}) + "torn");
    static_cast<void>(folder.write("h.jsonl.1", file_of({entry(ctl::HistoryKind::Repair, "earlier")})));
    const Said said = ctl({"history", "--file", path, "--json"});
    ASSERT_EQ(said.status, kDone) << said.err;
    const auto found = nlohmann::json::parse(said.out);
    ASSERT_EQ(found.at("entries").size(), 2u);
    EXPECT_EQ(found.at("entries").at(0).at("reason"), "earlier");
    EXPECT_EQ(found.at("unreadable_lines"), 1);
    const Said text = ctl({"history", "--file", path});
    EXPECT_TRUE(text.out.contains("VI_1  repair: later\n")) << text.out;
    EXPECT_TRUE(text.err.contains("1 lines could not be read")) << text.err;
}

TEST(HistoryCommand, TakesOnlyWhatIsAskedFor) {
    const Folder folder;
    const std::string path = folder.write("h.jsonl", file_of({entry(ctl::HistoryKind::Repair, "a")}));
    EXPECT_EQ(ctl({"history", "--file", path, "VI_2"}).out, "nothing has happened\n");
    EXPECT_EQ(ctl({"history", "--file", path, "--since", "2026-02-05"}).out, "nothing has happened\n");
    EXPECT_TRUE(ctl({"history", "--file", path, "VI_1", "--since", "2026-02-01"}).out.contains("repair: a"));
}

TEST(HistoryCommand, FallsBackToTheFileOfADaemonThatIsGone) {
    const Folder folder;
    static_cast<void>(folder.write("agent.history.jsonl", file_of({entry(ctl::HistoryKind::Repair, "a")})));
    const Said said = ctl({"history", "--socket", folder.path("agent.sock")});
    EXPECT_EQ(said.status, kDone);
    EXPECT_TRUE(said.out.contains("repair: a")) << said.out;
    EXPECT_TRUE(said.err.contains("The daemon does not answer; this is what ")) << said.err;
    const Said nothing = ctl({"history", "--socket", folder.path("other.sock")});
    EXPECT_EQ(nothing.status, kFailed);
    EXPECT_TRUE(nothing.err.contains("nor is there a file")) << nothing.err;
}

TEST(HistoryCommand, RefusesWhatIsNoHistoryAndNoTime) {
    const Folder folder;
    const std::string diary = folder.write("diary", "dear diary\n");
    EXPECT_TRUE(ctl({"history", "--file", diary}).err.contains("holds something else than a history"));
    const std::string newer = folder.write("newer", R"({"format":"understudy-history","version":9})"
                                                    "\n");
    EXPECT_TRUE(ctl({"history", "--file", newer}).err.contains("is the history of a newer version"));
    const Said soon = ctl({"history", "--since", "soon"});
    EXPECT_EQ(soon.status, kBadUsage);
    EXPECT_TRUE(soon.err.contains("'soon' is no time: 15m (ago), 22:15")) << soon.err;
}

TEST(HistoryFile, IsWhereTheDaemonBehindTheSocketKeepsIt) {
    EXPECT_EQ(history_file_beside("/run/understudy/control.sock"), "/var/lib/understudy/history.jsonl");
    EXPECT_EQ(history_file_beside("/run/understudy/blue_control.sock"),
              "/var/lib/understudy/blue_history.jsonl");
    EXPECT_EQ(history_file_beside("/srv/a/agent.sock"), "/srv/a/agent.history.jsonl");
    EXPECT_EQ(history_file_beside("/srv/a/agent"), "/srv/a/agent.history.jsonl");
}

}  // namespace
}  // namespace understudy::cli
