#include "understudy/os/program_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>

#include "understudy/os/clock.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kMostOutput = std::size_t{64} << 20;

struct Outlet {
    Pipe pipe;
    std::string* text = nullptr;
};

std::expected<pid_t, SysError> spawn_with(const std::vector<std::string>& words, const Outlet& out,
                                          const Outlet& err) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const std::unique_ptr<posix_spawn_file_actions_t, int (*)(posix_spawn_file_actions_t*)> owner{
        &actions, ::posix_spawn_file_actions_destroy};
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.pipe.write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.pipe.write_end.get(), STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::string locale = "LC_ALL=C";
    std::vector<char*> environment{locale.data()};
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        environment.push_back(*variable);
    environment.push_back(nullptr);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, words.front().c_str(), &actions, nullptr, arguments.data(),
                                     environment.data());
    if (error != 0) return std::unexpected(SysError{"run " + words.front(), error});
    return child;
}

// Whether more may come; or an errno.
std::expected<bool, int> read_outlet(Outlet& outlet) {
    std::array<char, 65536> room{};
    const ssize_t size = ::read(outlet.pipe.read_end.get(), room.data(), room.size());
    if (size < 0 && errno != EAGAIN && errno != EINTR) return std::unexpected(errno);
    if (size < 0) return true;
    outlet.text->append(room.data(), static_cast<std::size_t>(size));
    return size > 0;
}

// 0, or why it was given up.
int read_outlets(std::array<Outlet, 2>& outlets, Instant until) {
    std::array<bool, 2> open{true, true};
    while (open[0] || open[1]) {
        const auto left = std::chrono::ceil<milliseconds>(until - now()).count();
        if (left <= 0) return ETIMEDOUT;
        std::array<pollfd, 2> waiting{};
        for (std::size_t i = 0; i < waiting.size(); ++i)
            waiting.at(i) = {open.at(i) ? outlets.at(i).pipe.read_end.get() : -1, POLLIN, 0};
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR)
            return errno;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting.at(i).revents == 0) continue;
            const auto more = read_outlet(outlets.at(i));
            if (!more) return more.error();
            open.at(i) = *more;
        }
        if (outlets[0].text->size() + outlets[1].text->size() > kMostOutput) return EFBIG;
    }
    return 0;
}

}  // namespace

std::expected<ProgramOutput, SysError> output_of(const std::vector<std::string>& words,
                                                 milliseconds patience) {
    ProgramOutput output;
    auto out = open_pipe();
    auto err = open_pipe();
    if (!out || !err) return std::unexpected(!out ? out.error() : err.error());
    std::array<Outlet, 2> outlets{Outlet{*std::move(out), &output.out}, Outlet{*std::move(err), &output.err}};
    const auto child = spawn_with(words, outlets[0], outlets[1]);
    if (!child) return std::unexpected(child.error());
    for (Outlet& outlet : outlets) outlet.pipe.write_end = UniqueFd{};
    const int given_up = read_outlets(outlets, now() + patience);
    if (given_up != 0) send_signal(*child, SIGKILL);
    const auto end = wait_for_process(*child);
    if (given_up != 0) return std::unexpected(SysError{"run " + words.front(), given_up});
    output.status = !end ? 0 : end->signalled ? 128 + end->number : end->number;
    return output;
}

}  // namespace understudy::os
