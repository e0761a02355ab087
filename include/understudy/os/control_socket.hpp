// The Unix socket at which a daemon answers questions, a line at a time. It decides nothing about them: it
// tells each line with who sent it, as the kernel vouches, and takes the answer.
//
// Whoever may connect can at worst be rude, and that hurts nobody else: there are so many clients, so many
// octets for each, one question of each at a time; who does not take an answer is dropped, and when all
// places are taken the one that has been quiet longest makes room. What a client says at once is heard before
// it could be dropped; who comes while all wait for answers waits for one. Nothing waits for a client.
//
// A client that has subscribed is told things without asking. It has a place of another kind, so that those
// who listen and those who ask take nothing from each other; of more than fit, the one that has listened
// longest is told so and dropped, and so is, without a word, whoever does not take what it is told.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// The process at the other end when it connected.
struct Peer {
    pid_t process = 0;
    uid_t uid = 0;
    std::vector<gid_t> groups;  // its own first

    [[nodiscard]] bool belongs_to(gid_t group) const;
};

using ClientId = std::uint64_t;

struct ControlSocketOptions {
    std::string path;
    std::optional<gid_t> group;     // owns the socket beside root: its members can connect
    bool open_to_all = false;       // anybody can connect, and whoever is asked decides by the Peer
    std::optional<mode_t> mode;     // of the file, instead of what follows from these
    std::size_t most_clients = 32;  // that have not subscribed
    std::size_t most_subscribers = 32;
    std::size_t most_untold = std::size_t{256} * 1024;  // octets that wait for a subscriber
    LineLimits limits{std::size_t{64} * 1024, std::size_t{8} * 1024 * 1024};
    seconds patience{5};       // for a client that does not take its answer
    std::string too_long;      // said to a client before it is dropped for a line that is
    std::string unsubscribed;  // said to a subscriber before it is dropped because another has subscribed
};

class ControlSocket {
public:
    struct Handlers {
        // One question of a client; the next is told once this one is answered.
        std::move_only_function<void(ClientId, const Peer&, std::string_view line)> heard;
    };

    // Makes the directory if that alone is missing. Replaces the socket of a predecessor that is dead; the
    // socket of a process that answers stays its own (EADDRINUSE).
    [[nodiscard]] static std::expected<ControlSocket, SysError> open(Loop& loop,
                                                                     const ControlSocketOptions& options,
                                                                     Handlers handlers);
    ControlSocket(ControlSocket&&) noexcept;
    ControlSocket& operator=(ControlSocket&&) noexcept;
    // Removes the file, unless somebody has put another one there.
    ~ControlSocket();

    // Nothing happens if the client has gone.
    void answer(ClientId client, std::string_view line);
    // From now on it may be told things. Nothing happens if the client has gone.
    void subscribe(ClientId client);
    // Lines, without the last end. False: this one is no subscriber, or no more.
    bool tell(ClientId client, std::string_view lines);
    [[nodiscard]] bool is_subscribed(ClientId client) const;
    [[nodiscard]] std::size_t clients() const;
    // In a forked process: closes everything and leaves the file alone.
    void abandon();

private:
    struct State;
    explicit ControlSocket(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
