// Being told by a running daemon what happens, as it happens.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "understudy/base/time.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::cli {

class Subscription {
public:
    // Or in words why there is none. Waits no longer than `patience` in all.
    [[nodiscard]] static std::expected<Subscription, std::string> open(const std::string& path,
                                                                       const ctl::Subscribe& wanted,
                                                                       seconds patience);

    // Readable when something may have come.
    [[nodiscard]] int descriptor() const { return fd_.get(); }
    // The entries that have come, or come within that time; perhaps none. Or in words why no more will come.
    [[nodiscard]] std::expected<std::vector<nlohmann::json>, std::string> wait(milliseconds patience);

private:
    explicit Subscription(os::UniqueFd fd) : fd_(std::move(fd)) {}
    [[nodiscard]] std::expected<std::optional<std::string>, std::string> next_line(Instant until);
    [[nodiscard]] std::expected<std::optional<nlohmann::json>, std::string> next(Instant until);

    os::UniqueFd fd_;
    std::string received_;
    std::string problem_;  // that follows what has been told
};

}  // namespace understudy::cli
