#include "understudy/os/process_watch.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "proc_folder.hpp"
#include "run_until.hpp"

namespace understudy::os {
namespace {

// A process that has taken a name and sleeps until it is ended.
class Sleeper {
public:
    explicit Sleeper(const char* name) {
        std::array<int, 2> ready{};
        EXPECT_EQ(::pipe(ready.data()), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_NAME, name);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            static_cast<void>(::write(ready[1], "x", 1));
            while (true) ::pause();
        }
        char word{};
        EXPECT_EQ(::read(ready[0], &word, 1), 1);
        ::close(ready[0]);
        ::close(ready[1]);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    ~Sleeper() {
        die();
        bury();
    }
    void die() {
        if (!std::exchange(dead_, true)) ::kill(pid_, SIGKILL);
    }
    void bury() {
        if (!std::exchange(buried_, true)) ::waitpid(pid_, nullptr, 0);
    }
    [[nodiscard]] std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }

private:
    pid_t pid_ = -1;
    bool dead_ = false;
    bool buried_ = false;
};

struct ProcessWatchTest : testing::Test {
    void watch() {
        ProcessWatch::Handlers handlers;
        handlers.runs = [this](const RunningProcess& process) { running[process.pid] = process.name; };
        handlers.ended = [this](std::uint32_t pid) { running.erase(pid); };
        handlers.looked_through = [this](const std::vector<std::uint32_t>& pids) {
            std::erase_if(running,
                          [&](const auto& entry) { return !std::ranges::binary_search(pids, entry.first); });
            ++looks;
        };
        handlers.settled = [] {};
        handlers.polling = [](const std::string&) {};
        auto opened = ProcessWatch::open(loop, std::move(handlers));
        ASSERT_TRUE(opened) << opened.error().to_string();
        watched.emplace(*std::move(opened));
        watched->look_again(false);
    }
    [[nodiscard]] bool comes_to(auto condition) { return test::run_until(loop, condition); }
    [[nodiscard]] std::string name_of(const Sleeper& sleeper) const {
        const auto known = running.find(sleeper.pid());
        return known == running.end() ? "" : known->second;
    }

    Loop loop;
    std::map<std::uint32_t, std::string> running;
    std::size_t looks = 0;
    std::optional<ProcessWatch> watched;
};

TEST_F(ProcessWatchTest, KnowsWhoRanBefore) {
    const Sleeper sleeper{"us-before"};
    watch();
    EXPECT_TRUE(comes_to([&] { return looks > 0; }));
    EXPECT_EQ(name_of(sleeper), "us-before");
}

// Through the connector, or where there is none by looking again.
TEST_F(ProcessWatchTest, LearnsOfTheNewAndTheDead) {
    watch();
    EXPECT_TRUE(comes_to([&] { return looks > 0; }));
    Sleeper sleeper{"us-later"};
    EXPECT_TRUE(comes_to([&] { return name_of(sleeper) == "us-later"; }));
    sleeper.die();
    EXPECT_TRUE(comes_to([&] { return name_of(sleeper).empty(); })) << "though nobody has buried it";
}

TEST(ReadProcess, KnowsNameAndWordsAndNoGhosts) {
    Sleeper sleeper{"a) (b"};
    const auto process = read_process(sleeper.pid(), true);
    ASSERT_TRUE(process);
    EXPECT_EQ(process->name, "a) (b");
    EXPECT_FALSE(process->words.empty());
    EXPECT_TRUE(read_process(sleeper.pid(), false)->words.empty());
    sleeper.die();
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, sleeper.pid(), &info, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(read_process(sleeper.pid(), true));
    sleeper.bury();
    EXPECT_FALSE(read_process(sleeper.pid(), true));
}

TEST(RunningPids, AreAscendingAndHoldOurOwn) {
    const std::vector<std::uint32_t> pids = running_pids();
    EXPECT_TRUE(std::ranges::is_sorted(pids));
    EXPECT_TRUE(std::ranges::binary_search(pids, static_cast<std::uint32_t>(::getpid())));
}

}  // namespace
}  // namespace understudy::os
