#include "understudy/os/sysctl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "understudy/os/unique_fd.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kLongestSetting = 4096;  // the kernel never gives more than a page at once

std::string file_of(std::string_view path) { return "/proc/sys/" + std::string{path}; }

}  // namespace

std::expected<std::string, SysError> read_sysctl(std::string_view path) {
    const std::string file = file_of(path);
    const UniqueFd fd{uninterrupted([&] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); })};
    if (!fd) return std::unexpected(SysError::last("open " + file));
    std::array<char, kLongestSetting> text{};
    const ssize_t size = uninterrupted([&] { return ::read(fd.get(), text.data(), text.size()); });
    if (size < 0) return std::unexpected(SysError::last("read " + file));
    std::string value(text.data(), static_cast<std::size_t>(size));
    if (value.ends_with('\n')) value.pop_back();
    return value;
}

std::expected<void, SysError> write_sysctl(std::string_view path, std::string_view value) {
    const std::string file = file_of(path);
    const UniqueFd fd{uninterrupted([&] { return ::open(file.c_str(), O_WRONLY | O_CLOEXEC); })};
    if (!fd) return std::unexpected(SysError::last("open " + file));
    if (uninterrupted([&] { return ::write(fd.get(), value.data(), value.size()); }) < 0)
        return std::unexpected(SysError::last("write " + file));
    return {};
}

}  // namespace understudy::os
