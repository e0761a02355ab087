// Calls back, through the loop, each time a descriptor has something to read. Here and in line_stream,
// which waits to write as well, the adapters meet Asio.
#pragma once

#include <functional>
#include <memory>

#include "understudy/os/loop.hpp"

namespace understudy::os {

class Readiness {
public:
    // `ready` may be called although there is nothing to read. The descriptor stays the caller's, who closes
    // it only after this is gone. While `ready` runs this may be destroyed.
    Readiness(Loop& loop, int fd, std::move_only_function<void()> ready);
    // For what strangers may flood. `ready` says whether there may be more to read at once; if not, and it is
    // called more than 2,000 times a second, the next call is put off by a millisecond.
    static Readiness moderated(Loop& loop, int fd, std::move_only_function<bool()> ready);
    Readiness(Readiness&&) noexcept;
    Readiness& operator=(Readiness&&) = delete;
    ~Readiness();

private:
    struct Wait;
    explicit Readiness(std::shared_ptr<Wait> wait) : wait_(std::move(wait)) {}
    std::shared_ptr<Wait> wait_;
};

}  // namespace understudy::os
