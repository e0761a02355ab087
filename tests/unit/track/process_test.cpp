#include "understudy/track/process.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace understudy::track {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{seconds{1000}};

model::TrackProcess wanted(std::vector<std::string> command) {
    model::TrackProcess process;
    process.name = "p";
    process.command = std::move(command);
    return process;
}

model::TrackProcess with_parameters(std::vector<std::string> command, ParameterMatch how) {
    model::TrackProcess process = wanted(std::move(command));
    process.parameters = how;
    process.full_command = true;
    return process;
}

TEST(Matches, ByTheFifteenCharactersOfTheName) {
    EXPECT_TRUE(matches(wanted({"nginx"}), {"nginx", {}}));
    EXPECT_FALSE(matches(wanted({"nginx"}), {"nginx2", {}}));
    EXPECT_TRUE(matches(wanted({"a-very-long-name-indeed"}), {"a-very-long-nam", {}}));
    EXPECT_FALSE(matches(wanted({"nginx"}), {"sh", {"nginx"}}));
}

TEST(Matches, TheWholeCommandWithFullCommand) {
    model::TrackProcess process = wanted({"/usr/sbin/nginx"});
    process.full_command = true;
    EXPECT_TRUE(matches(process, {"nginx", {"/usr/sbin/nginx", "-g", "daemon off;"}}));
    EXPECT_FALSE(matches(process, {"nginx", {"nginx"}}));
    EXPECT_FALSE(matches(process, {"nginx", {}})) << "a thread of the kernel has no command line";
}

TEST(Matches, ParametersAsParamMatchSays) {
    const ProcessFacts two{"app", {"app", "one", "two"}};
    const ProcessFacts none{"app", {"app"}};
    EXPECT_TRUE(matches(with_parameters({"app", "one", "two"}, ParameterMatch::Exact), two));
    EXPECT_FALSE(matches(with_parameters({"app", "one"}, ParameterMatch::Exact), two));
    EXPECT_TRUE(matches(with_parameters({"app", "one"}, ParameterMatch::Partial), two));
    EXPECT_FALSE(matches(with_parameters({"app", "two"}, ParameterMatch::Partial), two));
    EXPECT_TRUE(matches(with_parameters({"app", "one", "tw"}, ParameterMatch::Initial), two));
    EXPECT_TRUE(matches(with_parameters({"app", "on"}, ParameterMatch::Initial), two));  // more may follow
    EXPECT_FALSE(matches(with_parameters({"app", "one", "two", ""}, ParameterMatch::Initial), two));
    EXPECT_FALSE(matches(with_parameters({"app", "on", "two"}, ParameterMatch::Initial), two));
    EXPECT_TRUE(matches(with_parameters({"app"}, ParameterMatch::Initial), none));
    EXPECT_FALSE(matches(with_parameters({"app"}, ParameterMatch::Initial), two));
}

TEST(ProcessTable, CountsWhoRuns) {
    ProcessTable table;
    table.want({wanted({"a"}), wanted({"b"})});
    ASSERT_EQ(table.wanted().size(), 2u);
    EXPECT_EQ(table.wanted()[1].command, (std::vector<std::string>{"b"}));
    table.runs(1, {"a", {}});
    table.runs(2, {"a", {}});
    table.runs(3, {"b", {}});
    table.runs(4, {"c", {}});
    EXPECT_EQ(table.counts(), (std::vector<std::size_t>{2, 1}));
    table.runs(1, {"a", {}});
    table.runs(2, {"b", {}});
    EXPECT_EQ(table.counts(), (std::vector<std::size_t>{1, 2})) << "told again, and become another program";
    table.ended(3);
    table.ended(99);
    EXPECT_EQ(table.counts(), (std::vector<std::size_t>{1, 1}));
    table.keep_only({1, 5});
    EXPECT_EQ(table.counts(), (std::vector<std::size_t>{1, 0}));
}

TEST(ProcessTable, ForgetsAllWhenOthersAreWanted) {
    ProcessTable table;
    table.want({wanted({"a"})});
    table.runs(1, {"a", {}});
    table.want({wanted({"b"}), wanted({"a"})});
    EXPECT_EQ(table.counts(), (std::vector<std::size_t>{0, 0}));
}

TEST(ProcessTracker, IsGoodFromQuorumToQuorumMax) {
    model::TrackProcess settings = wanted({"a"});
    settings.quorum = 2;
    settings.quorum_max = 3;
    for (const auto& [count, good] :
         {std::pair{0u, false}, {1u, false}, {2u, true}, {3u, true}, {4u, false}}) {
        ProcessTracker tracker{settings};
        EXPECT_EQ(tracker.health(), Health::Unknown);
        EXPECT_TRUE(tracker.counted(count, kStart));
        EXPECT_EQ(tracker.health(), good ? Health::Good : Health::Bad) << count;
    }
}

TEST(ProcessTracker, WithQuorumMaxZeroIsBadWhileAnyRuns) {
    model::TrackProcess settings = wanted({"a"});
    settings.quorum_max = 0;
    ProcessTracker tracker{settings};
    tracker.counted(0, kStart);
    EXPECT_EQ(tracker.health(), Health::Good);
    tracker.counted(1, kStart);
    EXPECT_EQ(tracker.health(), Health::Bad);
}

TEST(ProcessTracker, BelievesALossAfterTerminateDelayAndAGainAfterForkDelay) {
    model::TrackProcess settings = wanted({"a"});
    settings.terminate_delay = 2s;
    settings.fork_delay = 3s;
    ProcessTracker tracker{settings};
    EXPECT_TRUE(tracker.counted(1, kStart)) << "the first count decides at once";
    EXPECT_EQ(tracker.delay(), std::nullopt);
    EXPECT_FALSE(tracker.counted(0, kStart + 10s));
    EXPECT_EQ(tracker.deadline(), kStart + 12s);
    EXPECT_EQ(tracker.delay(), ProcessTracker::Delay::Terminate);
    EXPECT_FALSE(tracker.due(kStart + 12s - 1us));
    EXPECT_TRUE(tracker.due(kStart + 12s));
    EXPECT_EQ(tracker.health(), Health::Bad);
    EXPECT_FALSE(tracker.counted(1, kStart + 20s));
    EXPECT_EQ(tracker.delay(), ProcessTracker::Delay::Fork);
    EXPECT_TRUE(tracker.due(kStart + 23s));
    EXPECT_EQ(tracker.delay(), std::nullopt);
    EXPECT_EQ(tracker.health(), Health::Good);
}

TEST(ProcessTracker, ThatIsBackWithinItsDelayHasNeverBeenGone) {
    model::TrackProcess settings = wanted({"a"});
    settings.terminate_delay = 2s;
    ProcessTracker tracker{settings};
    tracker.counted(1, kStart);
    tracker.counted(0, kStart + 1s);
    EXPECT_FALSE(tracker.counted(1, kStart + 2s));
    EXPECT_EQ(tracker.deadline(), std::nullopt);
    EXPECT_EQ(tracker.health(), Health::Good);
}

}  // namespace
}  // namespace understudy::track
