// A key or password of at most 64 octets that leaves nothing behind: its memory is wiped when it goes, and
// it has no printer, so that no message can show it by accident.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "understudy/base/bytes.hpp"

namespace understudy {

class Secret {
public:
    static constexpr std::size_t kLongest = 64;

    // None: too long.
    [[nodiscard]] static std::optional<Secret> from(std::string_view octets);

    Secret() = default;
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();

    [[nodiscard]] Bytes bytes() const { return Bytes{octets_}.first(size_); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    std::array<std::byte, kLongest> octets_{};  // zero behind the last
    std::size_t size_ = 0;
};

}  // namespace understudy
