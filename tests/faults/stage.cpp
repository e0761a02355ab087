#include "stage.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "board.hpp"

namespace understudy::os::test {
namespace {

void count(bool on) { faults::board()->counting = on ? 1 : 0; }

// Lines that begin with what they are.
std::string packed(const Stage& stage) {
    std::string text;
    for (const std::string& complaint : stage.complaints()) text += "!" + complaint + "\n";
    for (const std::string& result : stage.results()) text += "=" + result + "\n";
    return text;
}

}  // namespace

void Stage::act(const std::function<void()>& does) {
    count(true);
    does();
    count(false);
}

void Stage::aside(const std::function<void()>& does) {
    count(false);
    does();
    count(true);
}

void Stage::act_in_a_child(const std::function<void()>& does) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), 0) < 0) std::abort();
    const pid_t child = ::fork();
    if (child == 0) {
        act(does);
        const std::string text = packed(*this);
        const ssize_t written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<ssize_t>(text.size()) ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    ::close(ends[1]);
    std::string text;
    std::array<char, 4096> room{};
    // Not by read(), which fails here, too, if the child has begun by now.
    for (ssize_t size = 0; (size = ::syscall(SYS_read, ends[0], room.data(), room.size())) > 0;)
        text.append(room.data(), static_cast<std::size_t>(size));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) result("died with status " + std::to_string(status));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        (line.starts_with('!') ? complaints_ : results_).push_back(line.substr(1));
}

}  // namespace understudy::os::test
