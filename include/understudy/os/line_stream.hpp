// Lines of text to and from one connected stream socket, through the loop. Nothing here ever waits: what the
// other side does not take is kept, up to a bound; a line that is too long, or an other side that does not
// read, ends the stream. One line is told per turn of the loop, so that whoever sends many holds up nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "understudy/os/loop.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

struct LineLimits {
    std::size_t longest_line = 0;  // octets received without a line end
    std::size_t most_unsent = 0;   // octets that wait for the other side
};

class LineStream {
public:
    enum class End : std::uint8_t { Closed, LineTooLong, ReaderTooSlow, Failed };
    struct Handlers {
        std::move_only_function<void(std::string_view line)> heard;  // without its end
        std::move_only_function<void()> sent;      // all that waited has been taken; may be empty
        std::move_only_function<void(End)> ended;  // once; nothing is told after it
    };

    LineStream(Loop& loop, UniqueFd socket, LineLimits limits, Handlers handlers);
    LineStream(LineStream&&) noexcept;
    LineStream& operator=(LineStream&&) noexcept;
    ~LineStream();

    // With its end put behind it. After the end of the stream: as much as can be sent at once.
    void send(std::string_view line);
    [[nodiscard]] std::size_t unsent() const;

    // For whoever goes on with this stream elsewhere: its descriptor, and what has come of a line that has
    // not come to its end.
    [[nodiscard]] int descriptor() const;
    [[nodiscard]] std::string_view begun() const;
    // The beginning of the first line has been read already.
    void begin_with(std::string_view received);

    // Tells at once every whole line that has arrived: for when the other side is known to be gone.
    void hear_waiting();

    // No further line is told, nor read, until released.
    void hold();
    void release();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
