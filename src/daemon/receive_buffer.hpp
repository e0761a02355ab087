// The buffer that the configuration asks for, as a socket is given it.
#pragma once

#include <optional>

#include "understudy/model/globals.hpp"
#include "understudy/os/receive_buffer.hpp"

namespace understudy::daemon {

// None: nobody has asked for a size.
[[nodiscard]] inline std::optional<os::ReceiveBuffer> receive_buffer(const model::Buffer& asked) {
    if (asked.size == 0) return std::nullopt;
    return os::ReceiveBuffer{asked.size, asked.force};
}

}  // namespace understudy::daemon
