#include "proc_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "understudy/base/text.hpp"
#include "understudy/os/unique_fd.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kLongestCommandLine = 64 * 1024;

std::string read_all(const std::string& path, std::size_t most) {
    const UniqueFd fd{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); })};
    std::string text;
    std::array<char, 4096> room;
    while (fd && text.size() < most) {
        const ssize_t size = uninterrupted([&] { return ::read(fd.get(), room.data(), room.size()); });
        if (size <= 0) break;
        text.append(room.data(), static_cast<std::size_t>(size));
    }
    return text;
}

// Each word ends in a zero octet.
std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find('\0'), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

}  // namespace

std::vector<std::uint32_t> running_pids() {
    std::vector<std::uint32_t> pids;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir("/proc"), ::closedir};
    if (!folder) return pids;
    while (const dirent* const entry = ::readdir(folder.get()))
        if (const auto pid = parse_number<std::uint32_t>(entry->d_name)) pids.push_back(*pid);
    std::ranges::sort(pids);
    return pids;
}

// "PID (NAME) STATE …", where the name may hold anything, parentheses too.
std::optional<RunningProcess> read_process(std::uint32_t pid, bool with_command_line) {
    const std::string folder = "/proc/" + std::to_string(pid);
    const std::string facts = read_all(folder + "/stat", 4096);
    const std::size_t open = facts.find('(');
    const std::size_t close = facts.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 2 >= facts.size())
        return std::nullopt;
    const char state = facts[close + 2];
    if (state == 'Z' || state == 'X' || state == 'x') return std::nullopt;
    RunningProcess process{pid, facts.substr(open + 1, close - open - 1), {}};
    if (with_command_line) process.words = split(read_all(folder + "/cmdline", kLongestCommandLine));
    return process;
}

}  // namespace understudy::os
