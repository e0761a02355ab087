#include "readiness.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "understudy/os/clock.hpp"

#include "moderation.hpp"
#include "patient_descriptor.hpp"

namespace understudy::os {

namespace asio = boost::asio;

namespace {

// Of this one loop, and so without the search for an executor that any would do.
using LoopExecutor = Loop::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<LoopExecutor>;
using Pause = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

}  // namespace

struct Readiness::Wait : std::enable_shared_from_this<Wait> {
    Wait(Loop& loop, std::move_only_function<bool()> callback)
        : descriptor(loop), pause(loop), ready(std::move(callback)) {}

    void again() {
        // The weak reference covers the case that the wait had succeeded but its handler not yet run when we
        // were destroyed: Asio then reports success, not abortion.
        descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                              [weak = weak_from_this()](const boost::system::error_code& error) {
                                  const auto self = weak.lock();
                                  if (error || !self || self->stopped) return;
                                  const bool more = self->ready();
                                  if (self->stopped) return;
                                  if (more || !self->moderation.woken(now())) return self->again();
                                  self->again_later();
                              });
    }

    // Asio is woken by all descriptors that it has, also by those that nobody waits for.
    void again_later() { listen_after(Moderation::kPause, descriptor.release()); }

    // The kernel may have no room to watch one more (epoll_ctl(2): ENOMEM, ENOSPC). What has come meanwhile
    // is still there once it has.
    void listen_to(int fd) {
        boost::system::error_code refused;
        descriptor.assign(fd, refused);
        if (refused) return listen_after(PatientDescriptor::kPause, fd);
        again();
    }

    void listen_after(std::chrono::milliseconds time, int fd) {
        pause.expires_after(time);
        pause.async_wait([weak = weak_from_this(), fd](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (error || !self || self->stopped) return;
            self->listen_to(fd);
        });
    }

    void stop() {
        stopped = true;
        pause.cancel();
        if (descriptor.is_open()) descriptor.release();
    }

    Descriptor descriptor;
    Pause pause;
    std::move_only_function<bool()> ready;
    Moderation moderation;
    bool stopped = false;
};

Readiness::Readiness(Loop& loop, int fd, std::move_only_function<void()> ready)
    : Readiness(moderated(loop, fd, [ready = std::move(ready)] mutable {
          ready();
          return true;
      })) {}

Readiness Readiness::moderated(Loop& loop, int fd, std::move_only_function<bool()> ready) {
    auto wait = std::make_shared<Wait>(loop, std::move(ready));
    wait->listen_to(fd);
    return Readiness{std::move(wait)};
}

Readiness::Readiness(Readiness&&) noexcept = default;

Readiness::~Readiness() {
    if (wait_) wait_->stop();
}

}  // namespace understudy::os
