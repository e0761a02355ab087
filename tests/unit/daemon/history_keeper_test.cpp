#include "history_keeper.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "history_notes.hpp"
#include "temporary_directory.hpp"

namespace understudy::daemon {
namespace {

constexpr Instant kNow{seconds{1000}};
constexpr WallTime kThen = std::chrono::sys_days{std::chrono::year{2026} / 2 / 3};

ctl::HistoryEntry entry(const std::string& reason, const std::string& instance = "VI_1") {
    return {.at = kThen, .kind = ctl::HistoryKind::Role, .instance = instance, .reason = reason};
}

os::Log log_to(const std::string& path) {
    os::LogOptions options;
    options.file = path;
    return os::Log::open(options).value();
}

// A daemon's history in a folder of its own, and what it logs.
class Keeping : public testing::Test {
protected:
    [[nodiscard]] std::string path() const { return folder_.path("state/history.jsonl"); }

    void open() { keeper_.open(path(), std::nullopt, now_); }
    void add(const std::string& reason) {
        const ctl::HistoryEntry one = entry(reason);
        keeper_.add(std::span{&one, 1}, now_);
    }
    [[nodiscard]] std::vector<std::string> told(const ctl::History& asked = {}) {
        const Outcome answer = keeper_.answer(asked, {"VI_1", "VI_2"});
        std::vector<std::string> reasons;
        if (!answer) return {answer.error().message};
        for (const auto& one : answer->at("entries")) reasons.push_back(one.at("reason"));
        return reasons;
    }
    [[nodiscard]] std::string problem() {
        const auto answer = keeper_.answer({}, {});
        return answer->at("problem").is_null() ? "" : answer->at("problem").get<std::string>();
    }
    [[nodiscard]] std::size_t logged(std::string_view words) const {
        const std::string all = folder_.content("log");
        std::size_t count = 0;
        for (std::size_t at = 0; (at = all.find(words, at)) != std::string::npos; ++at) ++count;
        return count;
    }

    os::test::TemporaryDirectory folder_;
    os::Log log_ = log_to(folder_.path("log"));
    HistoryKeeper keeper_{log_};
    Instant now_ = kNow;
};

using Reasons = std::vector<std::string>;

TEST_F(Keeping, OutlivesTheDaemon) {
    open();
    add("one");
    HistoryKeeper next{log_};
    next.open(path(), std::nullopt, kNow);
    const ctl::HistoryEntry two = entry("two");
    next.add(std::span{&two, 1}, kNow);
    EXPECT_EQ(told(), (Reasons{"one", "two"}));
    EXPECT_EQ(problem(), "");
}

TEST_F(Keeping, IsBounded) {
    open();
    const std::string much(2000, 'x');
    std::size_t added = 0;
    for (; added < 3 * HistoryKeeper::kLargest / much.size(); ++added) add(std::to_string(added) + much);
    EXPECT_LE(std::filesystem::file_size(path()), HistoryKeeper::kLargest);
    EXPECT_LE(std::filesystem::file_size(path() + ".1"), HistoryKeeper::kLargest);
    const Reasons all = told();
    EXPECT_GT(all.size() * much.size(), HistoryKeeper::kLargest) << "the older file is told, too";
    EXPECT_TRUE(all.back().starts_with(std::to_string(added - 1) + "x"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_.path("state")}, {}), 2);
}

TEST_F(Keeping, GoesOnAfterALineThatWasCutShort) {
    open();
    add("one");
    std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 5);
    HistoryKeeper next{log_};
    next.open(path(), std::nullopt, kNow);
    const ctl::HistoryEntry two = entry("two");
    next.add(std::span{&two, 1}, kNow);
    const auto answer = next.answer({}, {});
    EXPECT_EQ(answer->at("entries").size(), 1u);
    EXPECT_EQ(answer->at("entries").at(0).at("reason"), "two");
    EXPECT_EQ(answer->at("unreadable_lines"), 1);
}

TEST_F(Keeping, LeavesAFileOfSomebodyElseAlone) {
    std::filesystem::create_directory(folder_.path("state"));
    static_cast<void>(folder_.write("state/history.jsonl", "dear diary\n"));
    open();
    add("one");
    add("two");
    EXPECT_EQ(folder_.content("state/history.jsonl"), "dear diary\n");
    EXPECT_EQ(told(), (Reasons{"one", "two"})) << "it is remembered";
    EXPECT_EQ(problem(), path() + " holds something else than a history: it is left as it is; move it away");
    EXPECT_EQ(logged("history is not kept: "), 1u) << "it is said once";
    std::filesystem::rename(path(), folder_.path("state/diary"));
    now_ += HistoryKeeper::kPatience;
    add("three");
    EXPECT_EQ(problem(), "");
    EXPECT_EQ(logged("history is kept again"), 1u);
    HistoryKeeper next{log_};
    next.open(path(), std::nullopt, kNow);
    EXPECT_EQ(next.answer({}, {})->at("entries").size(), 3u) << "what was remembered is written";
}

TEST_F(Keeping, LeavesTheFileOfANewerVersionAlone) {
    std::filesystem::create_directory(folder_.path("state"));
    static_cast<void>(folder_.write("state/history.jsonl", R"({"format":"understudy-history","version":9})"
                                                           "\n"));
    open();
    EXPECT_TRUE(problem().contains("is the history of a newer version")) << problem();
}

TEST_F(Keeping, SaysWhatKeepsItFromWriting) {
    static_cast<void>(folder_.write("state", "a file where the folder should be"));
    open();
    add("one");
    EXPECT_TRUE(problem().contains("Not a directory")) << problem();
    EXPECT_EQ(told(), Reasons{"one"});
}

TEST_F(Keeping, RemembersAtMostSoMuch) {
    keeper_.open(std::nullopt, std::nullopt, kNow);
    for (std::size_t count = 0; count < HistoryKeeper::kMostUnwritten + 5; ++count)
        add(std::to_string(count));
    EXPECT_EQ(told().size(), HistoryKeeper::kMostUnwritten);
    EXPECT_EQ(told().front(), "5");
}

TEST_F(Keeping, FollowsAFileThatWasMovedAway) {
    open();
    add("one");
    std::filesystem::rename(path(), folder_.path("elsewhere"));
    add("two");
    EXPECT_EQ(told(), Reasons{"two"});
}

TEST_F(Keeping, AnswersForOneInstanceAndFromATimeOn) {
    open();
    add("one");
    const std::vector others{entry("another's", "VI_2"), entry("the daemon's", ""), entry("gone", "OLD")};
    keeper_.add(others, now_);
    EXPECT_EQ(told({.instance = "VI_1", .since = std::nullopt}), (Reasons{"one", "the daemon's"}));
    EXPECT_EQ(told({.instance = "OLD", .since = std::nullopt}), (Reasons{"the daemon's", "gone"}));
    EXPECT_EQ(told({.instance = std::nullopt, .since = kThen + seconds{1}}), Reasons{});
    EXPECT_EQ(told({.instance = "VI_3", .since = std::nullopt}),
              Reasons{"there is no instance 'VI_3'; did you mean 'VI_1'?"});
}

TEST(HistoryPath, IsOneForTheHostUnlessSomethingSetsTheDaemonApart) {
    EXPECT_EQ(history_path({}, {}), "/var/lib/understudy/history.jsonl");
    Options options;
    options.network_namespace = "blue";
    EXPECT_EQ(history_path(options, {}), "/var/lib/understudy/blue_history.jsonl");
    options.pid_file = "/srv/a/agent.pid";
    EXPECT_EQ(history_path(options, {}), "/srv/a/agent.history.jsonl");
    options.history = "/srv/b.jsonl";
    EXPECT_EQ(history_path(options, {}), "/srv/b.jsonl");
    options.history = "";
    EXPECT_EQ(history_path(options, {}), std::nullopt);
}

TEST(HistoryNotes, TellHowTheVrrpProcessEnded) {
    EXPECT_EQ(worker_ended(kThen, {42, true, 9}, seconds{61}, false).reason,
              "the vrrp process 42 was killed by signal 9");
    EXPECT_EQ(worker_ended(kThen, {42, false, 1}, seconds{61}, true).reason,
              "the vrrp process 42 ended with status 1");
    EXPECT_EQ(worker_ended(kThen, {42, false, 0}, seconds{61}, true).reason,
              "the vrrp process 42 has stopped in an orderly way");
    EXPECT_EQ(worker_ended(kThen, {42, true, 9}, seconds{61}, false).lasted, milliseconds{61'000});
    EXPECT_EQ(reload_refused(kThen, "errors").reason, "refused: errors");
    EXPECT_EQ(daemon_stops(kThen, true).reason, "the daemon is told to stop");
    EXPECT_EQ(daemon_stops(kThen, false).reason, "the daemon ends");
    EXPECT_TRUE(daemon_started(kThen, 7).reason.ends_with(" starts (process 7)"));
    EXPECT_EQ(worker_started(kThen, 8).reason, "the vrrp process starts (process 8)");
}

}  // namespace
}  // namespace understudy::daemon
