// The vrrp process's side, with a test that plays the hooks process and its successors.
#include "hooks_link.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "run_until.hpp"

namespace understudy::daemon {
namespace {

using os::test::run_until;

constexpr std::uint32_t kUs = 3;

struct HooksLinkTest : testing::Test {
    boost::asio::io_context loop{1};
    os::Log log = *os::Log::open({});
    os::SocketPair pair = *os::open_message_sockets();
    std::vector<agent::Event> events;
    HooksLink link{loop, log, std::move(pair.other), kUs,
                   [this](const agent::Event& event) { events.push_back(event); }};
    std::vector<ctl::HookOrder> ordered;
    std::optional<os::MessageSocket> hooks = begin_hooks();

    std::optional<os::MessageSocket> begin_hooks() {
        return os::MessageSocket{
            loop,
            os::UniqueFd{::dup(pair.one.get())},
            {ctl::kLongestHookMessage, std::size_t{1} << 20},
            {[this](Bytes message) { ordered.push_back(ctl::decode_order(message).value().order); }, [] {}}};
    }
    void answer(const ctl::HookAnswer& told, std::uint32_t process = kUs) {
        ASSERT_TRUE(hooks->send(ctl::encode(process, told)));
    }
    void run(std::uint64_t number) { link.run({number, {{"/bin/true"}, "nobody", ""}, true}); }
    [[nodiscard]] bool hears_orders(std::size_t count) {
        return run_until(loop, [&] { return ordered.size() == count; });
    }
    [[nodiscard]] bool hears_events(std::size_t count) {
        return run_until(loop, [&] { return events.size() == count; });
    }
    [[nodiscard]] std::vector<std::uint64_t> orphaned() const {
        std::vector<std::uint64_t> runs;
        for (const agent::Event& event : events)
            if (const auto* const lost = std::get_if<agent::ProgramNotStarted>(&event))
                if (lost->error == EOWNERDEAD) runs.push_back(lost->run);
        return runs;
    }
};

TEST_F(HooksLinkTest, OrdersWhatTheAgentOrders) {
    run(1);
    link.end({1, true});
    link.open({{{"/p", "u", "g", 0600}}});
    link.write({"line"});
    link.watch({{{"/f", model::FileInit{7, true}}, {"/g", {}}}});
    link.forget_users();
    ASSERT_TRUE(hears_orders(6));
    EXPECT_EQ(
        ordered,
        (std::vector<ctl::HookOrder>{
            ctl::StartProgram{1, {"/bin/true"}, "nobody", "", true}, ctl::SignalProgram{1, true},
            ctl::KeepPipes{{{"/p", "u", "g", 0600}}}, ctl::WriteLine{"line"},
            ctl::FollowFiles{{{"/f", ctl::FirstNumber{7, true}}, {"/g", {}}}, false}, ctl::ForgetUsers{}}));
}

model::TrackProcess process(std::string name, std::vector<std::string> command) {
    model::TrackProcess tracked;
    tracked.name = std::move(name);
    tracked.command = std::move(command);
    return tracked;
}

TEST_F(HooksLinkTest, SaysWhichProcessesAreMeantAndHowTheyAreCompared) {
    agent::WatchProcesses wanted{{process("a", {"/bin/a"}), process("b", {"b", "x"}),
                                  process("c", {"c", "y"}), process("d", {"d", "z"})}};
    wanted.processes[0].full_command = true;
    wanted.processes[1].parameters = ParameterMatch::Exact;
    wanted.processes[2].parameters = ParameterMatch::Initial;
    wanted.processes[3].parameters = ParameterMatch::Partial;
    link.count(wanted, {300'000, true});
    ASSERT_TRUE(hears_orders(1));
    EXPECT_EQ(ordered.back(),
              (ctl::HookOrder{ctl::CountProcesses{1,
                                                  300'000,
                                                  true,
                                                  {{"a", {"/bin/a"}, ParameterMatch::None, true},
                                                   {"b", {"b", "x"}, ParameterMatch::Exact, false},
                                                   {"c", {"c", "y"}, ParameterMatch::Initial, false},
                                                   {"d", {"d", "z"}, ParameterMatch::Partial, false}},
                                                  false}}));
}

// The name may stand for other processes since a reload.
TEST_F(HooksLinkTest, HearsNoCountOfAListThatHasBeenReplaced) {
    link.count({{process("p", {"old"})}}, {});
    link.count({{process("p", {"new"})}}, {});
    answer(ctl::ProcessesCounted{1, "p", 8});
    answer(ctl::ProcessesCounted{2, "p", 3});
    ASSERT_TRUE(hears_events(1));
    const auto& counted = std::get<agent::ProcessesCounted>(events[0]);
    EXPECT_EQ((std::pair{counted.name, counted.count}), (std::pair{std::string{"p"}, std::size_t{3}}));
}

TEST_F(HooksLinkTest, AsksASuccessorToCountAnew) {
    link.count({{process("p", {"p"})}}, {});
    ASSERT_TRUE(hears_orders(1));
    const ctl::HookOrder first = ordered.front();
    ordered.clear();
    answer(ctl::HooksReady{}, 0);
    ASSERT_TRUE(hears_orders(2));
    EXPECT_EQ(ordered, (std::vector<ctl::HookOrder>{first, ctl::SetMark{1}}));
    answer(ctl::ProcessesCounted{1, "p", 2});
    EXPECT_TRUE(hears_events(1));
}

TEST_F(HooksLinkTest, SendsALongListOfProcessesInParts) {
    agent::WatchProcesses many;
    for (int i = 0; i < 100; ++i)
        many.processes.push_back(process(std::to_string(i), {"/bin/true", std::string(4000, 'x')}));
    link.count(many, {});
    ASSERT_TRUE(run_until(
        loop, [&] { return !ordered.empty() && !std::get<ctl::CountProcesses>(ordered.back()).more; }));
    EXPECT_GT(ordered.size(), 1u);
    std::size_t processes = 0;
    for (const ctl::HookOrder& order : ordered) {
        processes += std::get<ctl::CountProcesses>(order).processes.size();
        EXPECT_EQ(std::get<ctl::CountProcesses>(order).list, 1u);
    }
    EXPECT_EQ(processes, 100u);
}

TEST_F(HooksLinkTest, CountsNoProcessWhoseWordsNoMessageHolds) {
    const std::vector<std::string> words(ctl::kLongestHookMessage / 4, "x");
    link.count({{process("long", words), process("short", {"x"})}}, {});
    ASSERT_TRUE(hears_orders(1));
    EXPECT_EQ(std::get<ctl::CountProcesses>(ordered[0]).processes.size(), 1u);
    ASSERT_TRUE(hears_events(1));
    EXPECT_EQ(std::get<agent::ProcessesCounted>(events[0]).name, "long");
}

TEST_F(HooksLinkTest, DeliversAnswersAsEvents) {
    run(1);
    run(2);
    answer(ctl::ProgramBegun{1});
    answer(ctl::ProgramOver{1, -15});
    answer(ctl::ProgramRefused{2, ENOENT});
    answer(ctl::PipeOpened{"/p", EEXIST});
    answer(ctl::FileHeld{"/f", "5\n", 0});
    ASSERT_TRUE(hears_events(4));
    const auto& ended = std::get<agent::ProgramEnded>(events[0]);
    EXPECT_EQ((std::tuple{ended.run, ended.success, ended.status}), (std::tuple{1u, false, -15}));
    EXPECT_EQ(std::get<agent::ProgramNotStarted>(events[1]).error, ENOENT);
    EXPECT_EQ(std::get<agent::PipeAnswered>(events[2]).error, EEXIST);
    EXPECT_EQ(std::get<agent::FileRead>(events[3]).content, "5\n");
}

TEST_F(HooksLinkTest, HearsNothingThatIsMeantForItsPredecessor) {
    answer(ctl::ProgramOver{1, 0}, kUs - 1);
    answer(ctl::PipeOpened{"/p", 0});
    ASSERT_TRUE(hears_events(1));
    EXPECT_TRUE(std::holds_alternative<agent::PipeAnswered>(events[0]));
}

TEST_F(HooksLinkTest, SendsALongListOfFilesInParts) {
    agent::WatchFiles many;
    for (int i = 0; i < 100; ++i)
        many.files.push_back({"/" + std::to_string(i) + std::string(4000, 'x'), {}});
    link.watch(many);
    ASSERT_TRUE(run_until(
        loop, [&] { return !ordered.empty() && !std::get<ctl::FollowFiles>(ordered.back()).more; }));
    EXPECT_GT(ordered.size(), 1u);
    std::size_t files = 0;
    for (const ctl::HookOrder& order : ordered) files += std::get<ctl::FollowFiles>(order).files.size();
    EXPECT_EQ(files, 100u);
}

TEST_F(HooksLinkTest, RefusesACommandThatNoMessageHolds) {
    link.run({1, {{"/bin/true", std::string(ctl::kLongestHookMessage, 'x')}, "", ""}, false});
    ASSERT_TRUE(hears_events(1));
    EXPECT_EQ(std::get<agent::ProgramNotStarted>(events[0]).error, EMSGSIZE);
}

TEST_F(HooksLinkTest, TellsOfProgramsWhoseEndDiedWithTheHooksProcess) {
    run(1);
    run(2);
    answer(ctl::ProgramBegun{1});
    answer(ctl::ProgramOver{1, 0});
    answer(ctl::ProgramBegun{2});
    ASSERT_TRUE(hears_events(1));
    hooks = begin_hooks();
    answer(ctl::HooksReady{}, 0);
    ASSERT_TRUE(hears_events(2));
    EXPECT_EQ(orphaned(), std::vector<std::uint64_t>{2});
}

TEST_F(HooksLinkTest, TellsOfProgramsThatWereOrderedAndNeverBegun) {
    run(1);
    run(2);
    ASSERT_TRUE(hears_orders(2));  // and the process that has read them dies
    hooks.reset();
    run(3);
    hooks = begin_hooks();
    answer(ctl::HooksReady{}, 0);
    ASSERT_TRUE(run_until(loop, [&] { return std::holds_alternative<ctl::SetMark>(ordered.back()); }));
    answer(ctl::ProgramBegun{3});
    answer(ctl::MarkReached{1});
    ASSERT_TRUE(hears_events(2));
    EXPECT_EQ(orphaned(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(HooksLinkTest, FindsNothingLostWithTheFirstHooksProcess) {
    run(1);
    answer(ctl::HooksReady{}, 0);
    ASSERT_TRUE(hears_orders(2));
    answer(ctl::ProgramBegun{1});
    answer(ctl::MarkReached{1});
    answer(ctl::ProgramOver{1, 0});
    ASSERT_TRUE(hears_events(1));
    EXPECT_TRUE(orphaned().empty());
}

// Made they have been: what somebody has written there since must stay.
TEST_F(HooksLinkTest, AsksASuccessorForPipesAndFilesButNotToMakeThem) {
    link.open({{{"/p", "", "", 0600}}});
    link.watch({{{"/f", model::FileInit{7, true}}}});
    ASSERT_TRUE(hears_orders(2));
    ordered.clear();
    answer(ctl::HooksReady{}, 0);
    ASSERT_TRUE(hears_orders(3));
    EXPECT_EQ(ordered, (std::vector<ctl::HookOrder>{ctl::KeepPipes{{{"/p", "", "", 0600}}},
                                                    ctl::FollowFiles{{{"/f", {}}}, false}, ctl::SetMark{1}}));
}

}  // namespace
}  // namespace understudy::daemon
