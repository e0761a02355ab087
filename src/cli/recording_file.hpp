// Recordings on the disk, as the flight recorder of a daemon leaves them.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "understudy/base/bytes.hpp"
#include "understudy/os/files.hpp"

namespace understudy::cli {

// The whole file; what is wrong with it otherwise, in words.
[[nodiscard]] inline std::expected<std::string, std::string> read_recording_file(const std::string& path) {
    constexpr std::size_t kLargest = std::size_t{2} << 30;
    auto content = os::read_file(path, os::Executables::Read, kLargest);
    if (!content) return std::unexpected(content.error().error.to_string());
    return *std::move(content);
}

[[nodiscard]] inline Bytes octets_of(const std::string& content) { return std::as_bytes(std::span{content}); }

}  // namespace understudy::cli
