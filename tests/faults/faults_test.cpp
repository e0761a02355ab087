// Every adapter of os, with each of its system calls failing in each way. A scenario is played once as it
// should be; then again and again, each time with one call failing with one errno: the first time it is made,
// the second, and so on. adapters.tsv says what that must lead to.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>

#include "understudy/os/link_beat.hpp"
#include "understudy/os/signals.hpp"
#include "understudy/os/sysctl.hpp"

#include "board.hpp"
#include "stage.hpp"

namespace understudy::os::test {
namespace {

constexpr int kMostOccurrences = 10;  // of one call in one scenario

// told: whoever called hears it, with the text of the errno. borne: it goes on with less, and nobody need
// know. either: this depends on which of its calls it is.
struct Row {
    std::string source;
    std::string call;
    std::string reaction;
};

std::vector<Row> read_table() {
    std::vector<Row> rows;
    std::ifstream file{UNDERSTUDY_FAULT_TABLE};
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        std::istringstream columns{line};
        Row row;
        std::getline(columns, row.source, '\t');
        std::getline(columns, row.call, '\t');
        std::getline(columns, row.reaction, '\t');
        rows.push_back(row);
    }
    return rows;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool makes_a_descriptor(std::string_view call) {
    return is_one_of(
        call, {"socket", "socketpair", "pipe2", "eventfd", "timerfd_create", "signalfd", "memfd_create",
               "inotify_init1", "epoll_create1", "accept4", "opendir", "dup2", "fcntl"});
}
bool names_a_file(std::string_view call) {
    return is_one_of(call,
                     {"open", "mkostemp", "mkdir", "mkfifo", "rename", "unlink", "lchown", "chmod", "fchmod",
                      "fchown", "stat", "lstat", "realpath", "glob", "readlink", "inotify_add_watch"});
}
bool writes(std::string_view call) {
    return is_one_of(call, {"write", "pwrite", "ftruncate", "posix_fallocate"});
}
bool sends(std::string_view call) { return is_one_of(call, {"send", "sendto", "sendmsg", "sendmmsg"}); }
bool receives(std::string_view call) {
    return is_one_of(call, {"recv", "recvfrom", "recvmsg", "recvmmsg", "read", "pread"});
}
// What a signal may interrupt and has to be made again. connect() goes on by itself.
bool is_interruptible(std::string_view call) {
    return sends(call) || receives(call) ||
           is_one_of(call, {"write", "pwrite", "poll", "waitid", "waitpid", "accept4", "open", "ftruncate",
                            "flock"});
}

std::vector<int> errors_of(std::string_view call) {
    if (call == "epoll_ctl")
        return {ENOMEM, ENOSPC};  // EPERM says that it is a file, which never has to be waited for
    std::vector<int> errors{EPERM, ENOMEM};
    const auto add = [&](std::initializer_list<int> more) { errors.insert(errors.end(), more); };
    if (makes_a_descriptor(call)) add({EMFILE, ENFILE, EACCES});
    if (names_a_file(call)) add({EACCES, ENOSPC, EROFS, EIO});
    if (is_one_of(call, {"open", "mkostemp"})) add({EMFILE, ENFILE});
    if (writes(call)) add({ENOSPC, EDQUOT, EIO, EROFS});
    if (sends(call)) add({ENOBUFS, ENETDOWN, ENETUNREACH, EACCES, ENODEV, EAGAIN});
    if (receives(call)) add({EIO, ENETDOWN, EAGAIN});
    if (is_one_of(call, {"bind", "connect", "listen", "setsockopt", "socket", "ioctl"}))
        add({ENOBUFS, ENODEV, EACCES});
    if (is_one_of(call, {"fork", "clone", "posix_spawnp", "mmap"})) add({EAGAIN});
    if (is_interruptible(call)) add({EINTR});
    return errors;
}

// Where it stands when something goes wrong for good.
std::array<char, 256> present{};

void tell_where(int) {
    const char* const text = present.data();
    static_cast<void>(!::write(STDERR_FILENO, text, std::strlen(text)));
    ::_exit(EXIT_FAILURE);
}

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

struct Played {
    Stage stage;
    std::map<std::string, int> seen;
    int struck = 0;
    std::ptrdiff_t left_open = 0;
};

constexpr unsigned kMostSeconds = 30;  // a play takes milliseconds

Played play(const Scenario& scenario, const faults::Rule& rule, const std::vector<Row>& rows) {
    faults::Board& board = *faults::board();
    board.seen.fill(0);
    board.rules.front() = rule;
    Played played;
    const auto before = static_cast<std::ptrdiff_t>(open_descriptors());
    ::alarm(kMostSeconds);
    scenario.run(played.stage);
    ::alarm(0);
    board.counting = 0;
    played.left_open = static_cast<std::ptrdiff_t>(open_descriptors()) - before;
    played.struck = board.rules.front().struck;
    board.rules.front() = {};
    for (const Row& row : rows) {
        // A call may have two names; both have the same one here.
        int times = 0;
        for (int index = faults::call_index(row.call.c_str(), 0); index >= 0;
             index = faults::call_index(row.call.c_str(), index + 1))
            times += board.seen[static_cast<std::size_t>(index)];
        played.seen[row.call] = times;
    }
    return played;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += "\n    " + word;
    return text;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool names(const std::vector<std::string>& complaints, int error) {
    const std::string wanted = lower(std::generic_category().message(error));
    return std::ranges::any_of(complaints,
                               [&](const std::string& one) { return lower(one).contains(wanted); });
}

// What went against the table; empty: nothing.
std::string judge(const Row& row, int error, const Played& good, const Played& bad) {
    if (bad.left_open != good.left_open)
        return "leaves " + std::to_string(bad.left_open) + " descriptors open";
    if (error == EINTR && is_interruptible(row.call)) {
        if (bad.stage.results() == good.stage.results() && bad.stage.complaints() == good.stage.complaints())
            return "";
        return "is not made again";
    }
    // Nothing is there, or there is no room just now: what waits for either waits on.
    if (error == EAGAIN && (sends(row.call) || receives(row.call))) return "";
    if (row.reaction == "told" && !names(bad.stage.complaints(), error)) return "is not told";
    if (row.reaction == "borne" && !bad.stage.complaints().empty() &&
        bad.stage.complaints() != good.stage.complaints())
        return "is told, which the table does not say";
    return "";
}

class Faults : public testing::TestWithParam<std::string> {
protected:
    static void SetUpTestSuite() {
        if (::geteuid() != 0 || ::unshare(CLONE_NEWNET) != 0) return;
        for (const char* const command :
             {"ip link set lo up", "ip link add eth0 type veth peer name eth1",
              "ip link set eth0 addrgenmode none", "ip link set eth1 addrgenmode none",
              "ip addr add 192.0.2.1/24 dev eth0", "ip addr add 2001:db8::1/64 dev eth0 nodad",
              "ip link set eth0 up", "ip link set eth1 up", "ip route add default via 192.0.2.254"})
            ASSERT_EQ(std::system(command), 0) << command;
        for (const char* const name : {"all", "eth1"})
            ASSERT_TRUE(write_sysctl(std::string{"net/ipv4/conf/"} + name + "/rp_filter", "0"));
        for (const char* const name : {"eth0", "eth1"})
            for (int i = 0; i < 2000 && !has_link_beat(name, LinkBeat::Flags).value_or(false); ++i)
                ::usleep(10'000);
        ignore_broken_pipes();
        ::signal(SIGALRM, tell_where);
        ::signal(SIGABRT, tell_where);
        ready_ = true;
    }
    void SetUp() override {
        if (!ready_) GTEST_SKIP() << "only root can make network namespaces: NOT TESTED";
    }

    static void try_everything(const Scenario& scenario, const Row& row, const Played& good,
                               const std::vector<Row>& rows) {
        const int occurrences = std::min(good.seen.at(row.call), kMostOccurrences);
        for (const int error : errors_of(row.call))
            for (int skip = 0; skip < occurrences; ++skip) {
                faults::Rule rule{};
                row.call.copy(rule.call.data(), rule.call.size() - 1);
                rule.error = error;
                rule.skip = skip;
                rule.remaining = 1;
                const std::string what = std::string{scenario.title} + ": " + row.call + " number " +
                                         std::to_string(skip + 1) + " failing with " +
                                         ::strerrorname_np(error);
                std::snprintf(present.data(), present.size(), "\n%s: never ends, or crashes\n", what.c_str());
                const Played bad = play(scenario, rule, rows);
                // How often it waits depends on who was quicker.
                if (skip > 0 && bad.struck == 0) continue;
                const std::string fault = judge(row, error, good, bad);
                EXPECT_EQ(fault, "") << what << "; complaints:" << joined(bad.stage.complaints())
                                     << "\n  results:" << joined(bad.stage.results());
            }
    }

private:
    static inline bool ready_ = false;
};

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto& some :
         {file_scenarios(), process_scenarios(), local_socket_scenarios(), network_scenarios()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

std::vector<Row> rows_of(const std::string& source) {
    std::vector<Row> rows = read_table();
    std::erase_if(rows, [&](const Row& row) { return row.source != source || row.reaction == "exempt"; });
    return rows;
}

// A sanitizer brings an allocator of its own, and more address space than can be locked.
bool is_beyond_sanitizers([[maybe_unused]] const std::string& source) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    return source == "memory" || source == "own_scheduling";
#endif
#endif
    return false;
}

TEST_P(Faults, LeadToWhatTheTableSays) {
    if (is_beyond_sanitizers(GetParam())) GTEST_SKIP() << "with sanitizers: NOT TESTED";
    const std::vector<Row> rows = rows_of(GetParam());
    std::map<std::string, int> seen;
    for (const Scenario& scenario : all_scenarios()) {
        if (scenario.source != GetParam()) continue;
        std::snprintf(present.data(), present.size(), "\n%s: never ends, or crashes\n",
                      scenario.title.data());
        play(scenario, {}, rows);  // what is opened once for all
        const Played good = play(scenario, {}, rows);
        EXPECT_EQ(good.left_open, 0) << scenario.title;
        for (const Row& row : rows) {
            seen[row.call] += good.seen.at(row.call);
            try_everything(scenario, row, good, rows);
        }
    }
    for (const Row& row : rows) EXPECT_GT(seen[row.call], 0) << row.call << " is made in no scenario";
}

std::vector<std::string> sources() {
    std::vector<std::string> all;
    for (const Row& row : read_table())
        if (row.reaction != "exempt") all.push_back(row.source);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

INSTANTIATE_TEST_SUITE_P(Adapters, Faults, testing::ValuesIn(sources()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace understudy::os::test
