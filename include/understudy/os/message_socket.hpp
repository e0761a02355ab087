// Whole messages to and from another process of ours, through the loop (unix(7), SOCK_SEQPACKET). They arrive
// whole and in order, or not at all. Nothing here ever waits: what the other side does not take is kept, up
// to a bound. Whoever keeps both ends open keeps the messages that are under way, so that another process can
// go on where one has died.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

[[nodiscard]] std::expected<SocketPair, SysError> open_message_sockets();

struct MessageLimits {
    std::size_t longest = 0;      // octets of one message
    std::size_t most_unsent = 0;  // octets that wait for the other side
};

class MessageSocket {
public:
    // `heard` is told one message a turn of the loop; `ended` once, when nobody can send any more.
    struct Handlers {
        std::move_only_function<void(Bytes message)> heard;
        std::move_only_function<void()> ended;
    };

    MessageSocket(Loop& loop, UniqueFd socket, MessageLimits limits, Handlers handlers);
    MessageSocket(MessageSocket&&) noexcept;
    MessageSocket& operator=(MessageSocket&&) noexcept;
    ~MessageSocket();

    // The reason why it will never arrive: EMSGSIZE, ENOBUFS (too much waits already), EPIPE.
    [[nodiscard]] std::expected<void, SysError> send(Bytes message);
    // Before the end of this process: what still waits, as far as it is taken within this time.
    void flush(milliseconds patience);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
