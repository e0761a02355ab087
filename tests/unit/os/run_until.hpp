// Runs the loop until something is true, or a generous time has passed: no test here waits for a fixed time.
#pragma once

#include <chrono>

#include <boost/asio/io_context.hpp>

namespace understudy::os::test {

template <typename Condition>
[[nodiscard]] bool run_until(boost::asio::io_context& loop, Condition condition,
                             std::chrono::seconds generous = std::chrono::seconds{20}) {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (!condition()) {
        if (loop.stopped()) loop.restart();
        if (loop.run_one_until(deadline) == 0) return condition();
    }
    return true;
}

// Everything that is ready, and nothing that has to be waited for.
inline void run_ready(boost::asio::io_context& loop) {
    if (loop.stopped()) loop.restart();
    loop.poll();
}

}  // namespace understudy::os::test
