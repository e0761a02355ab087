#include "understudy/os/message_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <deque>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "understudy/os/receive_room.hpp"

#include "patient_descriptor.hpp"

namespace understudy::os {

namespace asio = boost::asio;

namespace {

constexpr int kRoomUnderWay = 1 << 20;

}  // namespace

struct MessageSocket::State : std::enable_shared_from_this<State> {
    State(Loop& loop, UniqueFd socket, MessageLimits the_limits, Handlers the_handlers)
        : descriptor(loop, std::move(socket)),
          limits(the_limits),
          handlers(std::move(the_handlers)),
          room(the_limits.longest + 1) {}

    void wait(PatientDescriptor::WaitFor what, void (State::*then)()) {
        descriptor.wait(what, weak_from_this(), [this, then] {
            if (!over) (this->*then)();
        });
    }

    void listen() { wait(asio::posix::descriptor_base::wait_read, &State::receive); }

    void receive() {
        const ssize_t size = ::recv(descriptor.get(), room.all().data(), room.all().size(), MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return finish();
        listen();
        // One that is longer than any of ours is none.
        if (size > 0 && static_cast<std::size_t>(size) <= limits.longest)
            handlers.heard(room.part(0, static_cast<std::size_t>(size)));
    }

    // False: later.
    bool pass_on(Bytes message) {
        for (;;) {
            const ssize_t sent =
                ::send(descriptor.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent >= 0) return true;
            if (errno == EAGAIN || errno == ENOBUFS) return false;
            if (errno == EINTR) continue;
            return true;  // nobody is there any more, which receive() tells
        }
    }

    std::expected<void, SysError> send(Bytes message) {
        const auto refuse = [](int error) {
            return std::unexpected(SysError{"send a message to another process", error});
        };
        if (over) return refuse(EPIPE);
        if (message.size() > limits.longest) return refuse(EMSGSIZE);
        if (unsent_octets + message.size() > limits.most_unsent) return refuse(ENOBUFS);
        if (unsent.empty() && pass_on(message)) return {};
        unsent.emplace_back(message.begin(), message.end());
        unsent_octets += message.size();
        if (unsent.size() == 1) wait(asio::posix::descriptor_base::wait_write, &State::pass_on_all);
        return {};
    }

    void pass_on_all() {
        while (!unsent.empty() && pass_on(unsent.front())) {
            unsent_octets -= unsent.front().size();
            unsent.pop_front();
        }
        if (!unsent.empty()) wait(asio::posix::descriptor_base::wait_write, &State::pass_on_all);
    }

    void flush(milliseconds patience) {
        while (!unsent.empty() && !over) {
            pollfd writable{.fd = descriptor.get(), .events = POLLOUT, .revents = 0};
            const int ready = ::poll(&writable, 1, static_cast<int>(patience.count()));
            if (ready < 0 && errno == EINTR) continue;
            if (ready <= 0) return;
            pass_on_all();
        }
    }

    void finish() {
        over = true;
        handlers.ended();
    }

    PatientDescriptor descriptor;
    MessageLimits limits;
    Handlers handlers;
    ReceiveRoom room;
    std::deque<std::vector<std::byte>> unsent;
    std::size_t unsent_octets = 0;
    bool over = false;
};

std::expected<SocketPair, SysError> open_message_sockets() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) < 0)
        return std::unexpected(SysError::last("open a pair of sockets"));
    // A host may have made the default smaller than one message. Without root it must do.
    for (const int end : ends)
        ::setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &kRoomUnderWay, sizeof kRoomUnderWay);
    return SocketPair{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

MessageSocket::MessageSocket(Loop& loop, UniqueFd socket, MessageLimits limits, Handlers handlers)
    : state_(std::make_shared<State>(loop, std::move(socket), limits, std::move(handlers))) {
    state_->listen();
}

MessageSocket::MessageSocket(MessageSocket&&) noexcept = default;
MessageSocket& MessageSocket::operator=(MessageSocket&&) noexcept = default;
MessageSocket::~MessageSocket() = default;

std::expected<void, SysError> MessageSocket::send(Bytes message) { return state_->send(message); }

void MessageSocket::flush(milliseconds patience) { state_->flush(patience); }

}  // namespace understudy::os
