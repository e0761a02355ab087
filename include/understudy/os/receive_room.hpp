// Where a system call puts what has come.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace understudy::os {

// Nothing is written to it at first, so only the pages that were once received into are resident. Its content
// is undetermined, and then whatever the last call left there.
class ReceiveRoom {
public:
    explicit ReceiveRoom(std::size_t octets)
        : octets_(std::make_unique_for_overwrite<std::byte[]>(octets)), size_(octets) {}

    [[nodiscard]] std::span<std::byte> all() const { return {octets_.get(), size_}; }
    [[nodiscard]] std::span<std::byte> part(std::size_t from, std::size_t size) const {
        return all().subspan(from, size);
    }

private:
    std::unique_ptr<std::byte[]> octets_;
    std::size_t size_;
};

}  // namespace understudy::os
