#include "understudy/os/line_stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "patient_descriptor.hpp"

namespace understudy::os {

namespace asio = boost::asio;

struct LineStream::State : std::enable_shared_from_this<State> {
    State(Loop& the_loop, UniqueFd socket, LineLimits the_limits, Handlers the_handlers)
        : loop(the_loop),
          descriptor(the_loop, std::move(socket)),
          limits(the_limits),
          handlers(std::move(the_handlers)) {}

    void later(void (State::*then)()) {
        asio::post(loop, [weak = weak_from_this(), then] {
            if (const auto self = weak.lock()) ((*self).*then)();
        });
    }

    void when_ready(PatientDescriptor::WaitFor what, bool& waiting, void (State::*then)()) {
        if (std::exchange(waiting, true)) return;
        descriptor.wait(what, weak_from_this(), [this, &waiting, then] {
            waiting = false;
            if (!over) (this->*then)();
        });
    }

    // Tells the next line, or waits for more of it.
    void pump() {
        if (held || over) return;
        const std::size_t end = received.find('\n', searched);
        if (std::min(end, received.size()) > limits.longest_line) return finish(End::LineTooLong);
        if (end == std::string::npos) {
            searched = received.size();
            if (other_side_done) return finish(End::Closed);
            return when_ready(asio::posix::descriptor_base::wait_read, waits_to_read, &State::receive);
        }
        const std::string line = received.substr(0, end);
        received.erase(0, end + 1);
        searched = 0;
        later(&State::pump);
        handlers.heard(line);
    }

    void receive() {
        if (held) return;
        std::array<char, 16384> buffer;
        const ssize_t size = ::recv(descriptor.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) {
            received.append(buffer.data(), static_cast<std::size_t>(size));
        } else if (size == 0) {
            other_side_done = true;
        } else if (errno != EAGAIN && errno != EINTR) {
            return finish(End::Failed);
        }
        pump();
    }

    void hear_waiting() {
        std::array<char, 16384> buffer;
        for (;;) {
            const ssize_t size = ::recv(descriptor.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size < 0 && errno == EINTR) continue;
            if (size <= 0) break;
            received.append(buffer.data(), static_cast<std::size_t>(size));
        }
        for (std::size_t end = received.find('\n'); end != std::string::npos && !over;
             end = received.find('\n')) {
            const std::string line = received.substr(0, end);
            received.erase(0, end + 1);
            searched = 0;
            handlers.heard(line);
        }
    }

    void flush() {
        while (written < unsent.size()) {
            const ssize_t size = ::send(descriptor.get(), unsent.data() + written, unsent.size() - written,
                                        MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size >= 0) {
                written += static_cast<std::size_t>(size);
            } else if (errno == EAGAIN) {
                return when_ready(asio::posix::descriptor_base::wait_write, waits_to_write, &State::flush);
            } else if (errno != EINTR) {
                return finish(End::Failed);
            }
        }
        unsent.clear();
        written = 0;
        later(&State::tell_sent);
    }

    void send(std::string_view line) {
        if (unsent.size() - written + line.size() > limits.most_unsent) return finish(End::ReaderTooSlow);
        unsent.append(line) += '\n';
        if (!waits_to_write) flush();
    }

    void tell_sent() {
        if (!over && unsent.empty() && handlers.sent) handlers.sent();
    }

    void finish(End how) {
        if (std::exchange(over, true)) return;
        why = how;
        later(&State::tell_end);
    }

    void tell_end() { handlers.ended(why); }

    Loop& loop;
    PatientDescriptor descriptor;
    LineLimits limits;
    Handlers handlers;
    std::string received;
    std::size_t searched = 0;  // so much of it holds no line end
    std::string unsent;
    std::size_t written = 0;  // so much of it has been taken
    bool waits_to_read = false;
    bool waits_to_write = false;
    bool held = false;
    bool other_side_done = false;
    bool over = false;
    End why = End::Closed;
};

LineStream::LineStream(Loop& loop, UniqueFd socket, LineLimits limits, Handlers handlers)
    : state_(std::make_shared<State>(loop, std::move(socket), limits, std::move(handlers))) {
    // What has arrived already is taken before the loop looks for anything else.
    state_->later(&State::receive);
}

LineStream::LineStream(LineStream&&) noexcept = default;
LineStream& LineStream::operator=(LineStream&&) noexcept = default;
LineStream::~LineStream() = default;

void LineStream::send(std::string_view line) { state_->send(line); }

std::size_t LineStream::unsent() const { return state_->unsent.size() - state_->written; }

int LineStream::descriptor() const { return state_->descriptor.get(); }

std::string_view LineStream::begun() const { return state_->received; }

void LineStream::begin_with(std::string_view received) { state_->received.insert(0, received); }

void LineStream::hear_waiting() { state_->hear_waiting(); }

void LineStream::hold() { state_->held = true; }

void LineStream::release() {
    if (std::exchange(state_->held, false)) state_->later(&State::pump);
}

}  // namespace understudy::os
