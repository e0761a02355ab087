// A file that only grows, by whole lines: what was appended is there entirely or not at all, so that a full
// disk leaves no half line behind. When somebody moves it away or removes it, the next line begins a new one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class AppendedFile {
public:
    // Makes the file, and its directory if that alone is missing. Refuses what is no regular file. A new one
    // belongs to this group, too.
    [[nodiscard]] static std::expected<AppendedFile, SysError> open(const std::string& path, mode_t mode,
                                                                    std::optional<gid_t> group);

    [[nodiscard]] std::expected<void, SysError> append(std::string_view text);
    // What is there is forgotten.
    [[nodiscard]] std::expected<void, SysError> clear();
    [[nodiscard]] std::uint64_t size() const;
    // The path still leads to this very file.
    [[nodiscard]] bool is_in_place() const;

private:
    AppendedFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    UniqueFd fd_;
};

// Another file of the new name is replaced.
[[nodiscard]] std::expected<void, SysError> rename_file(const std::string& path, const std::string& name);

}  // namespace understudy::os
