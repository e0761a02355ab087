#include "understudy/os/program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "understudy/base/text.hpp"

namespace understudy::os {

namespace {

constexpr const char* kSelf = "/proc/self/exe";
constexpr const char* kMemoryName = "UNDERSTUDY_TAKES_OVER";  // PROCESS:DESCRIPTOR
constexpr int kNotRun = 126;                                  // as shells say

std::string program_file() {
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlink(kSelf, path.data(), path.size());
    return size <= 0 ? "" : std::string{path.data(), static_cast<std::size_t>(size)};
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

std::string own_program(const std::string& first_word) {
    if (first_word.find('/') == std::string::npos) return program_file();
    std::error_code error;
    const std::string named = std::filesystem::absolute(first_word, error).string();
    return error || is_replaced(named) ? program_file() : named;
}

// The file that runs keeps its number for as long as it runs, whatever becomes of its name.
bool is_replaced(const std::string& program) {
    struct stat ours{};
    struct stat there{};
    if (::stat(kSelf, &ours) != 0) return false;
    return ::stat(program.c_str(), &there) != 0 || ours.st_dev != there.st_dev || ours.st_ino != there.st_ino;
}

std::string working_directory() {
    std::error_code error;
    const std::filesystem::path path = std::filesystem::current_path(error);
    return error ? "/" : path.string();
}

SysError run_program(const std::string& program, std::vector<std::string> words) {
    ::execv(program.c_str(), pointers_to(words).data());
    return SysError::last("run " + program);
}

void run_program_elsewhere(const std::string& directory, const std::string& program,
                           std::vector<std::string> words, const UniqueFd& output) {
    const UniqueFd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(output.get(), STDOUT_FILENO);
    ::dup2(output.get(), STDERR_FILENO);
    const SysError error = ::chdir(directory.c_str()) != 0 ? SysError::last("change to " + directory)
                                                           : run_program(program, std::move(words));
    const std::string text = error.to_string() + "\n";
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) == 0);
    std::_Exit(kNotRun);
}

void pass_on(int descriptor, bool passed) {
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags < 0) return;
    ::fcntl(descriptor, F_SETFD, passed ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC);
}

SysError continue_as(const std::string& program, std::vector<std::string> words, const UniqueFd& memory) {
    const std::string where = std::to_string(::getpid()) + ":" + std::to_string(memory.get());
    ::setenv(kMemoryName, where.c_str(), 1);
    pass_on(memory.get(), true);
    SysError error = run_program(program, std::move(words));
    pass_on(memory.get(), false);
    ::unsetenv(kMemoryName);
    return error;
}

std::optional<UniqueFd> found_memory() {
    const char* const value = ::getenv(kMemoryName);
    if (value == nullptr) return std::nullopt;
    const std::string text = value;
    ::unsetenv(kMemoryName);
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto process = parse_number<pid_t>(std::string_view{text}.substr(0, colon));
    const auto descriptor = parse_number<int>(std::string_view{text}.substr(colon + 1));
    if (!process || *process != ::getpid() || !descriptor) return std::nullopt;
    pass_on(*descriptor, false);
    return UniqueFd{*descriptor};
}

}  // namespace understudy::os
