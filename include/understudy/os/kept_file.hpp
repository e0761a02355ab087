// A small file that is opened once and then kept up to date through its descriptor, so that a process without
// a right to its folder can go on writing it. A text goes there in one write, and what was longer is covered
// by it: up to a page, whoever reads it after a crash finds the text before or the one after.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class KeptFile {
public:
    static constexpr std::size_t kMost = 65536;

    // Made if it does not exist, for its owner alone. What stands there stays if nobody but us could have
    // written it; else the file is replaced by an empty one.
    [[nodiscard]] static std::expected<KeptFile, SysError> open(const std::string& path);

    [[nodiscard]] std::string content() const;
    // The new text ends in a line end, or is empty. Behind it there may be empty lines.
    [[nodiscard]] std::expected<void, SysError> replace(std::string_view content);

private:
    KeptFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    UniqueFd fd_;
};

// If it is a file and empty.
void remove_empty_file(const std::string& path);

}  // namespace understudy::os
