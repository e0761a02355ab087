// The program that is to take the place of the one that runs, before it does: what it says of itself when it
// is run with --check-upgrade, and whether that will do. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/os/process.hpp"

namespace understudy::daemon {

// A program, and what it finds in the files of the configuration.
struct Newcomer {
    std::string version;
    int takeover_format = 0;             // takeover.hpp
    std::uint64_t recording_format = 0;  // of which it can go on
    std::size_t instances = 0;
    std::string network_namespace;
    friend bool operator==(const Newcomer&, const Newcomer&) = default;
};

// One line.
[[nodiscard]] std::string introduction(const Newcomer& newcomer);
// From all that a program said before it ended like that; otherwise what is wrong with it, in words.
[[nodiscard]] std::expected<Newcomer, std::string> newcomer_in(std::string_view said,
                                                               const os::ProcessEnd& end);

// Why it must not take over from `present`, which is us. `anew`: its instances may begin anew.
[[nodiscard]] std::optional<std::string> objection(const Newcomer& newcomer, const Newcomer& present,
                                                   bool anew);

}  // namespace understudy::daemon
