#include "readiness.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace understudy::os {

namespace asio = boost::asio;

struct Readiness::Wait : std::enable_shared_from_this<Wait> {
    Wait(Loop& loop, int fd, std::move_only_function<void()> callback)
        : descriptor(loop, fd), ready(std::move(callback)) {}

    void again() {
        // The weak reference covers the case that the wait had succeeded but its handler not yet run when we
        // were destroyed: Asio then reports success, not abortion.
        descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                              [weak = weak_from_this()](const boost::system::error_code& error) {
                                  const auto self = weak.lock();
                                  if (error || !self || self->stopped) return;
                                  self->ready();
                                  if (!self->stopped) self->again();
                              });
    }

    void stop() {
        stopped = true;
        descriptor.release();
    }

    asio::posix::stream_descriptor descriptor;
    std::move_only_function<void()> ready;
    bool stopped = false;
};

Readiness::Readiness(Loop& loop, int fd, std::move_only_function<void()> ready)
    : wait_(std::make_shared<Wait>(loop, fd, std::move(ready))) {
    wait_->again();
}

Readiness::Readiness(Readiness&&) noexcept = default;

Readiness::~Readiness() {
    if (wait_) wait_->stop();
}

}  // namespace understudy::os
