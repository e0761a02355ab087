// A directory of a test's own, which goes with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "understudy/base/assert.hpp"

namespace understudy::os::test {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = std::filesystem::temp_directory_path() / "understudy-test.XXXXXX";
        UNDERSTUDY_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string path() const { return path_; }
    [[nodiscard]] std::string path(std::string_view name) const { return path_ / name; }

    std::string write(std::string_view name, std::string_view content, int mode = 0644) const {
        const std::string file = path(name);
        std::ofstream{file} << content;
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
        return file;
    }

    [[nodiscard]] std::string content(std::string_view name) const {
        std::ifstream file{path(name)};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

private:
    std::filesystem::path path_;
};

}  // namespace understudy::os::test
