// A thread of this process, for a part of the daemon that has no process of its own. What it works on is its
// alone: it has its own loop, its own log, its own descriptors, and hears of others through these.
#pragma once

#include <pthread.h>

#include <expected>
#include <functional>
#include <optional>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

class Thread {
public:
    // It receives the signals that its maker does.
    [[nodiscard]] static std::expected<Thread, SysError> start(std::move_only_function<void()> work);
    Thread(Thread&& other) noexcept;
    Thread& operator=(Thread&&) = delete;
    // What still works goes on by itself; it ends with the process at the latest.
    ~Thread();

    // Waits until its work is done.
    void join();

private:
    explicit Thread(pthread_t thread) : thread_(thread) {}

    std::optional<pthread_t> thread_;
};

}  // namespace understudy::os
