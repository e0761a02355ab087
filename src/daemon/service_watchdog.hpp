// Keeps the service manager's watchdog quiet (WatchdogSec=, sd_watchdog_enabled(3)) as long as the work is
// being done: by a vrrp process that answers, or by the supervisor's own care for one that has died. When
// neither is true, nothing inside can help any more, and the service manager starts everything again.
#pragma once

#include <expected>
#include <functional>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::daemon {

// What the supervisor knows of its vrrp process.
struct VrrpLife {
    bool running = false;             // there is one
    bool ready = false;               // its instances run
    Instant since;                    // when it was started
    std::optional<Instant> answered;  // when it did so last
};

// Pure. One that hangs is killed within 3 s; if it is still there long after that, killing does not help.
[[nodiscard]] bool is_at_work(const VrrpLife& life, Instant now);

class ServiceWatchdog {
public:
    ServiceWatchdog(os::Loop& loop, std::function<VrrpLife()> life, std::function<void()> feed)
        : loop_(&loop), life_(std::move(life)), feed_(std::move(feed)) {}

    // Does nothing unless the service manager watches.
    [[nodiscard]] std::expected<void, os::SysError> open();
    // In a new process.
    void abandon() { timer_.reset(); }

private:
    void on_timer();

    os::Loop* loop_;
    std::function<VrrpLife()> life_;
    std::function<void()> feed_;
    microseconds interval_{0};
    std::optional<os::Timer> timer_;
};

}  // namespace understudy::daemon
