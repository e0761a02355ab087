// Watches small files by their paths and hands over their content whenever somebody may have changed it: on
// close after writing, when a file is moved in or away, deleted or linked, and when a folder on the way comes
// or goes (inotify). A file that is not there is news like any other. What lies behind a symbolic link is
// watched where it is. Network file systems report the changes of this host only.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct FileNews {
    std::string path;
    std::string content;  // empty with an error
    int error = 0;        // ENOENT: there is no such file
    friend bool operator==(const FileNews&, const FileNews&) = default;
};

class FileWatch {
public:
    using Changed = std::move_only_function<void(const FileNews&)>;

    [[nodiscard]] static std::expected<FileWatch, SysError> open(Loop& loop, Changed changed);
    FileWatch(FileWatch&&) noexcept;
    FileWatch& operator=(FileWatch&&) noexcept;
    ~FileWatch();

    // Replaces the list. Each is read and told of once from the loop, whether or not it exists.
    void watch(const std::vector<std::string>& paths);

private:
    struct State;
    explicit FileWatch(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

// Writes a number and a newline into a file that it makes. A file that is there is left alone unless it is to
// be overwritten.
[[nodiscard]] std::expected<void, SysError> make_number_file(const std::string& path, std::int64_t number,
                                                             bool overwrite);

}  // namespace understudy::os
