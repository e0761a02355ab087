#include "newcomer_check.hpp"

#include <signal.h>

#include <utility>

#include <boost/asio/buffer.hpp>

namespace understudy::daemon {

namespace {

constexpr seconds kLongestCheck{30};
constexpr std::size_t kMostWords = std::size_t{64} << 10;  // the last are the ones that count

}  // namespace

std::expected<void, os::SysError> NewcomerCheck::begin(Done done) {
    auto pipe = os::open_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    auto timer = os::Timer::open(*loop_, [this] { parts_->signal(process_, SIGKILL); });
    if (!timer) return std::unexpected(timer.error());
    const auto child = start_(pipe->write_end);
    if (!child) return std::unexpected(child.error());
    process_ = *child;
    done_ = std::move(done);
    said_.clear();
    timer_.emplace(*std::move(timer));
    timer_->arm(os::now() + kLongestCheck);
    output_.emplace(*loop_, pipe->read_end.release());
    listen();
    return {};
}

void NewcomerCheck::listen() {
    output_->async_read_some(boost::asio::buffer(room_),
                             [this](const boost::system::error_code& error, std::size_t size) {
                                 if (error || !output_) return;
                                 take(size);
                                 listen();
                             });
}

void NewcomerCheck::take(std::size_t size) {
    said_.append(room_.data(), size);
    if (said_.size() > kMostWords) said_.erase(0, said_.size() - kMostWords);
}

bool NewcomerCheck::ended(const os::ProcessEnd& end) {
    if (process_ == 0 || end.process != process_) return false;
    process_ = 0;
    timer_.reset();
    boost::system::error_code error;
    output_->cancel(error);
    output_->non_blocking(true, error);
    for (;;) {
        const std::size_t size = output_->read_some(boost::asio::buffer(room_), error);
        if (error || size == 0) break;
        take(size);
    }
    output_.reset();
    std::exchange(done_, nullptr)(newcomer_in(said_, end));
    return true;
}

void NewcomerCheck::give_up() {
    if (process_ != 0) parts_->signal(process_, SIGKILL);
}

void NewcomerCheck::abandon() {
    timer_.reset();
    output_.reset();
}

}  // namespace understudy::daemon
