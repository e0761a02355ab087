// A file of a fixed size whose content is memory of this process: what is written there is in the file at
// once, without a system call, and stays there however the process ends. All of it is reserved when it is
// opened, because a file system that is full later would kill whoever writes. One process at a time has it.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <utility>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class MappedFile {
public:
    // Made, with its folders below /run, if it does not exist; readable and writable for its owner alone.
    // What is in it stays if it has this size, and is zero otherwise. EBUSY: another process has it.
    [[nodiscard]] static std::expected<MappedFile, SysError> open(const std::string& path, std::size_t size);

    // The same of a file in memory (os/process), which is what others that have it find there later.
    [[nodiscard]] static std::expected<MappedFile, SysError> of(const UniqueFd& memory_file,
                                                                std::size_t size);

    MappedFile(MappedFile&& other) noexcept
        : fd_(std::move(other.fd_)), content_(std::exchange(other.content_, {})) {}
    MappedFile& operator=(MappedFile&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(content_, other.content_);
        return *this;
    }
    ~MappedFile();

    [[nodiscard]] std::span<std::byte> content() const { return content_; }
    // No disk behind it could make whoever writes wait.
    [[nodiscard]] bool is_in_memory() const;

private:
    MappedFile(UniqueFd fd, std::span<std::byte> content) : fd_(std::move(fd)), content_(content) {}

    UniqueFd fd_;
    std::span<std::byte> content_;
};

}  // namespace understudy::os
