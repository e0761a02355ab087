#include "command_drain.hpp"

#include <gtest/gtest.h>

#include "understudy/ctl/request.hpp"

#include "ctl.hpp"

namespace understudy::cli {
namespace {

TEST(Duration, IsANumberWithOrWithoutAUnit) {
    EXPECT_EQ(parse_duration("90"), 90u);
    EXPECT_EQ(parse_duration("90s"), 90u);
    EXPECT_EQ(parse_duration("15m"), 900u);
    EXPECT_EQ(parse_duration("2h"), 7200u);
    EXPECT_EQ(parse_duration("1d"), 86400u);
    EXPECT_EQ(parse_duration("366d"), ctl::kLongestDrain);
}

TEST(Duration, IsNothingElse) {
    for (const char* text : {"", "s", "0", "0m", "-1", "1.5h", "1 m", "m1", "1mm", "1w", "soon", "367d",
                             "99999999999999999999", "18446744073709551615d"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Drain, IsOfNamedInstancesOrOfAll) {
    for (const char* command : {"drain", "resume"}) {
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{command}, {command, "VI_1", "--all"}}) {
            const Said said = ctl(words);
            EXPECT_EQ(said.status, kBadUsage);
            EXPECT_EQ(said.err, "understudyctl: name the instances, or say --all\n");
        }
    }
}

TEST(Set, TakesAPriorityThatAnOperatorMayOrder) {
    for (const char* priority : {"0", "255", "256", "1.5", "high"}) {
        const Said said = ctl({"set", "VI_1", "priority", priority});
        EXPECT_EQ(said.status, kBadUsage) << priority;
        EXPECT_TRUE(said.err.contains("is no priority from 1 to 254")) << said.err;
    }
    EXPECT_TRUE(ctl({"set", "VI_1", "weight", "1"}).err.contains("not 'weight'"));
    EXPECT_TRUE(ctl({"unset", "VI_1", "weight"}).err.contains("not 'weight'"));
}

TEST(Drain, WaitsForADuration) {
    for (const char* option : {"--for=soon", "--wait=soon", "--wait=0"}) {
        const Said said = ctl({"drain", "--all", option});
        EXPECT_EQ(said.status, kBadUsage);
        EXPECT_TRUE(said.err.contains("is no duration")) << said.err;
    }
}

TEST(LogLevel, IsOneOfThoseThereAre) {
    const Said said = ctl({"log-level", "loud"});
    EXPECT_EQ(said.status, kBadUsage);
    EXPECT_TRUE(said.err.contains("'loud' is no level: debug, info")) << said.err;
}

TEST(Orders, SayWhichDaemonDoesNotAnswer) {
    const std::string path = "/nonexistent/control.sock";
    for (const std::vector<std::string>& words : {std::vector<std::string>{"drain", "--all"},
                                                  {"resume", "VI_1"},
                                                  {"set", "VI_1", "priority", "7"},
                                                  {"unset", "VI_1"},
                                                  {"failover", "VI_1"},
                                                  {"check", "web", "--run-now"},
                                                  {"check", "web"},
                                                  {"log-level", "debug"},
                                                  {"stats", "--reset"},
                                                  {"stats", "VI_1"}}) {
        std::vector<std::string> with_socket = words;
        with_socket.insert(with_socket.end(), {"-s", path});
        const Said said = ctl(with_socket);
        EXPECT_EQ(said.status, kFailed) << words.front();
        EXPECT_TRUE(said.err.contains(path)) << said.err;
    }
}

}  // namespace
}  // namespace understudy::cli
