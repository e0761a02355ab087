#include "understudy/os/log.hpp"

#include <gtest/gtest.h>
#include <regex.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "listener.hpp"
#include "log_flood.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::Listener;
using test::TemporaryDirectory;

// The whole text, against an extended regular expression.
bool matches(const std::string& text, const std::string& pattern) {
    regex_t compiled;
    EXPECT_EQ(::regcomp(&compiled, ("^" + pattern + "$").c_str(), REG_EXTENDED | REG_NOSUB), 0);
    const bool result = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
    ::regfree(&compiled);
    return result;
}

struct LogTest : testing::Test {
    TemporaryDirectory directory;
    LogTest() {
        options.ident = "tested";
        options.syslog_socket = directory.path("log");
        options.journal_socket = directory.path("journal");
    }
    LogOptions options;
    std::string pid = std::to_string(::getpid());
};

TEST_F(LogTest, WritesSyslogAsTheSystemExpectsIt) {
    Listener listener{options.syslog_socket};
    options.syslog_facility = LOG_LOCAL1;
    Log log = *Log::open(options);
    log.write(LogLevel::Notice, "Entering MASTER STATE");
    const std::string expected =
        "<141>[A-Z][a-z]{2} [ 123][0-9] [0-9:]{8} tested\\[" + pid + "\\]: Entering MASTER STATE";
    EXPECT_TRUE(matches(listener.next().value_or(""), expected));
    EXPECT_EQ(log.lost(), 0u);
}

TEST_F(LogTest, DropsWhatIsBelowItsLevel) {
    Listener listener{options.syslog_socket};
    options.syslog_facility = LOG_DAEMON;
    options.level = LogLevel::Warning;
    Log log = *Log::open(options);
    log.write(LogLevel::Notice, "quiet");
    EXPECT_EQ(listener.next(), std::nullopt);
    log.set_level(LogLevel::Debug);
    log.write(LogLevel::Debug, "loud");
    EXPECT_TRUE(listener.next().value_or("").ends_with("loud"));
}

TEST_F(LogTest, NeverWaitsForAStuckLogDaemonAndSaysWhatWasLost) {
    Listener listener{options.syslog_socket};
    options.syslog_facility = LOG_DAEMON;
    Log log = *Log::open(options);
    for (int i = 0; i < 5000; ++i) log.write(LogLevel::Info, std::string(500, 'x'));
    const std::uint64_t lost = log.lost();
    EXPECT_GT(lost, 0u);
    while (listener.next()) {
    }
    log.write(LogLevel::Info, "again");
    EXPECT_TRUE(listener.next().value_or("").ends_with(std::to_string(lost) + " log messages were lost"));
    EXPECT_TRUE(listener.next().value_or("").ends_with("again"));
    EXPECT_EQ(listener.next(), std::nullopt);
}

TEST_F(LogTest, FindsALogDaemonThatWasRestarted) {
    options.syslog_facility = LOG_DAEMON;
    Log log = *Log::open(options);
    log.write(LogLevel::Info, "nobody listens");
    EXPECT_EQ(log.lost(), 1u);
    for (int round = 0; round < 2; ++round) {
        ::unlink(options.syslog_socket.c_str());
        Listener listener{options.syslog_socket};
        log.write(LogLevel::Info, "heard");
        std::string last;
        while (const auto line = listener.next()) last = *line;
        EXPECT_TRUE(last.ends_with("heard")) << round;
    }
    EXPECT_EQ(log.lost(), 1u);
}

struct JournalTest : LogTest {
    JournalTest() {
        struct stat status{};
        EXPECT_EQ(::fstat(STDERR_FILENO, &status), 0);
        ::setenv("JOURNAL_STREAM",
                 (std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)).c_str(), 1);
        options.syslog_facility = LOG_DAEMON;
    }
    ~JournalTest() override { ::unsetenv("JOURNAL_STREAM"); }
};

TEST_F(JournalTest, GetsIdAndFieldsApartFromTheText) {
    Listener listener{options.journal_socket};
    Log log = *Log::open(options);
    const std::array fields{LogField{"instance", "VI_1"}, LogField{"new-state", "MASTER"}};
    log.write({"became-master", LogLevel::Warning, "VI_1 is master", fields});
    EXPECT_EQ(
        listener.next(),
        "MESSAGE=VI_1 is master\nPRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=tested\nSYSLOG_PID=" + pid +
            "\nUNDERSTUDY_MESSAGE=became-master\nUNDERSTUDY_INSTANCE=VI_1\nUNDERSTUDY_NEW_STATE=MASTER\n");
}

TEST_F(JournalTest, TakesNoFieldOutOfATextWithLineEnds) {
    Listener listener{options.journal_socket};
    Log log = *Log::open(options);
    log.write(LogLevel::Info, "a\nPRIORITY=0");
    const std::string expected =
        std::string{"MESSAGE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n", 29} + "PRIORITY=6\n";
    EXPECT_TRUE(listener.next().value_or("").starts_with(expected));
}

TEST_F(LogTest, AppendsToItsFileAndFollowsARotation) {
    options.file = directory.write("file", "before\n");
    Log log = *Log::open(options);
    log.write(LogLevel::Error, "one {} %s");
    ASSERT_EQ(::rename(options.file->c_str(), directory.path("old").c_str()), 0);
    ASSERT_TRUE(log.reopen_file());
    log.write(LogLevel::Info, "two");
    const std::string stamp = "[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]+ [0-9:]{8} [0-9]{4}: ";
    EXPECT_TRUE(matches(directory.content("old"), "before\n" + stamp + "one \\{\\} %s\n"));
    EXPECT_TRUE(matches(directory.content("file"), stamp + "two\n"));
}

TEST_F(LogTest, SaysWhenItsFileCannotBeOpened) {
    options.file = directory.path("none/file");
    const auto log = Log::open(options);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ENOENT);
}

TEST_F(LogTest, NeverWaitsForAFullPipeOnStandardError) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const UniqueFd reader{ends[0]};
    const UniqueFd standard_error{::dup(STDERR_FILENO)};
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    options.console = true;
    Log log = *Log::open(options);
    for (int i = 0; i < 2000; ++i) log.write(LogLevel::Info, std::string(200, 'x'));
    ::dup2(standard_error.get(), STDERR_FILENO);
    EXPECT_GT(log.lost(), 0u);
    EXPECT_LT(log.lost(), 2000u);
}

TEST(Log, TakesLinesWithNowhereToGo) {
    Log log = *Log::open(LogOptions{});
    log.write(LogLevel::Critical, "unheard");
    EXPECT_EQ(log.lost(), 0u);
}

TEST_F(LogTest, WritesAFileOfJsonObjects) {
    options.file = directory.path("file");
    options.json = true;
    Log log = *Log::open(options);
    const std::array fields{LogField{"instance", "VI_\"1\""}, LogField{"message", "not the text"}};
    log.write({"became-master", LogLevel::Warning, "is\nmaster \xff", fields});
    const auto line = nlohmann::json::parse(directory.content("file"));
    EXPECT_EQ(line["id"], "became-master");
    EXPECT_EQ(line["level"], "warning");
    EXPECT_EQ(line["program"], "tested");
    EXPECT_EQ(line["process"], ::getpid());
    EXPECT_TRUE(line["message"].get<std::string>().starts_with("is\nmaster "));
    EXPECT_EQ(line["fields"]["instance"], "VI_\"1\"");
    EXPECT_EQ(line["fields"]["message"], "not the text");
    EXPECT_TRUE(matches(line["time"], "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z"));
}

TEST_F(LogTest, SumsAFloodUpAtItsEnd) {
    options.file = directory.path("file");
    {
        Log log = *Log::open(options);
        const std::array fields{LogField{"instance", "VI_1"}};
        for (int i = 0; i < 100; ++i) log.write({"advert-refused", LogLevel::Warning, "refused", fields});
    }
    const std::string text = directory.content("file");
    EXPECT_EQ(std::ranges::count(text, '\n'), 61);
    EXPECT_TRUE(text.ends_with("refused (40 more like this in the last 10 s)\n")) << text;
}

TEST_F(LogTest, WritesEachOfThoseThatAreNoFlood) {
    options.file = directory.path("file");
    Log log = *Log::open(options);
    for (int i = 0; i < 100; ++i) log.write({"configuration-line", LogLevel::Info, "line", {}, true});
    EXPECT_EQ(std::ranges::count(directory.content("file"), '\n'), 100);
}

TEST_F(LogTest, TellsOnceWhenAFloodWillBeOver) {
    options.file = directory.path("file");
    Log log = *Log::open(options);
    std::vector<Instant> told;
    log.when_summing([&](Instant over) { told.push_back(over); });
    const Instant before = now();
    for (int i = 0; i < 100; ++i)
        log.write("advert-refused", LogLevel::Warning, "refused", {{"instance", "VI_1"}});
    ASSERT_EQ(told.size(), 1u);
    EXPECT_GE(told[0], before + LogFlood::kPeriod);
    EXPECT_EQ(log.catch_up(), told[0]);
}

TEST_F(LogTest, LeavesTheSumsOfAFloodToTheParent) {
    options.file = directory.path("file");
    {
        Log log = *Log::open(options);
        for (int i = 0; i < 100; ++i) log.write("advert-refused", LogLevel::Warning, "refused");
        log.abandon_sums();
    }
    EXPECT_EQ(std::ranges::count(directory.content("file"), '\n'), 60);
}

struct FloodTest : testing::Test {
    LogFlood flood;
    Instant now{seconds{1000}};
    std::size_t admitted(std::size_t number, std::string_view id, std::string_view about) {
        const std::array fields{LogField{"instance", about}};
        std::size_t count = 0;
        for (std::size_t i = 0; i < number; ++i)
            count += flood.admits({id, LogLevel::Warning, "text", fields}, now) ? 1 : 0;
        return count;
    }
};

TEST_F(FloodTest, IsOneOfOneMessageAboutOneThing) {
    EXPECT_EQ(admitted(100, "advert-refused", "VI_1"), 60u);
    EXPECT_EQ(admitted(100, "advert-refused", "VI_2"), 60u);
    EXPECT_EQ(admitted(5, "entered-state", "VI_1"), 5u);
    EXPECT_EQ(admitted(100, "", "VI_1"), 100u) << "without an id";
}

TEST_F(FloodTest, IsToldOfOnceItsPeriodIsOver) {
    admitted(100, "advert-refused", "VI_1");
    admitted(60, "unknown-vrid", "eth0");
    now += seconds{9};
    EXPECT_TRUE(flood.take_sums(now).empty());
    EXPECT_EQ(flood.next_sum(), now + seconds{1});
    now += seconds{1};
    const auto sums = flood.take_sums(now);
    ASSERT_EQ(sums.size(), 1u);
    EXPECT_EQ(sums[0].id, "advert-refused");
    EXPECT_EQ(sums[0].level, LogLevel::Warning);
    EXPECT_EQ(sums[0].about->second, "VI_1");
    EXPECT_EQ(sums[0].text, "text (40 more like this in the last 10 s)");
    EXPECT_TRUE(flood.take_sums(now).empty());
    EXPECT_EQ(flood.next_sum(), Instant::max());
    EXPECT_EQ(admitted(100, "advert-refused", "VI_1"), 60u) << "a new period";
}

TEST_F(FloodTest, OfDifferentThingsIsNoneOfOne) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < 2 * LogFlood::kMostKinds; ++i)
        count += admitted(1, "unknown-vrid", std::to_string(i));
    EXPECT_EQ(count, 2 * LogFlood::kMostKinds);
}

}  // namespace
}  // namespace understudy::os
