// A descriptor of ours that Asio waits for. The kernel may have no room to watch one more (epoll_ctl(2):
// ENOMEM, ENOSPC); then it is asked again, ever after the same pause, because what has come meanwhile is
// still there.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "understudy/os/loop.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

class PatientDescriptor {
public:
    using WaitFor = boost::asio::posix::descriptor_base::wait_type;
    static constexpr std::chrono::milliseconds kPause{10};

    PatientDescriptor(Loop& loop, UniqueFd fd) : fd_(std::move(fd)), descriptor_(loop) {}
    PatientDescriptor(const PatientDescriptor&) = delete;
    PatientDescriptor& operator=(const PatientDescriptor&) = delete;
    ~PatientDescriptor() {
        if (descriptor_.is_open()) descriptor_.release();
    }

    [[nodiscard]] int get() const { return fd_.get(); }

    // `owner` is whom this belongs to: once it is gone nothing is called.
    void wait(WaitFor what, std::weak_ptr<void> owner, std::function<void()> then) {
        boost::system::error_code refused;
        if (!descriptor_.is_open()) descriptor_.assign(fd_.get(), refused);
        if (refused) return wait_later(what, std::move(owner), std::move(then));
        descriptor_.async_wait(what, [this, what, owner = std::move(owner), then = std::move(then)](
                                         const boost::system::error_code& error) mutable {
            const auto alive = owner.lock();
            if (!alive) return;
            if (error) return wait_later(what, std::move(owner), std::move(then));
            then();
        });
    }

private:
    // Reading and writing may both have to wait: each has a timer of its own.
    void wait_later(WaitFor what, std::weak_ptr<void> owner, std::function<void()> then) {
        auto timer = std::make_shared<boost::asio::steady_timer>(descriptor_.get_executor(), kPause);
        timer->async_wait([this, timer, what, owner = std::move(owner),
                           then = std::move(then)](const boost::system::error_code&) mutable {
            const auto alive = owner.lock();
            if (alive) wait(what, std::move(owner), std::move(then));
        });
    }

    UniqueFd fd_;
    boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace understudy::os
