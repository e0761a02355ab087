// The kernel's process connector: news of every process as it forks, executes, changes its name and ends.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <variant>

#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

struct ConnectorAnswered {  // to the request for news
    int error = 0;
};
struct ProcessChanged {  // new, another program, or another name
    std::uint32_t pid = 0;
};
struct ProcessEnded {
    std::uint32_t pid = 0;
};
struct NewsLost {};
using ProcessNews = std::variant<ConnectorAnswered, ProcessChanged, ProcessEnded, NewsLost>;

// It has asked for news; the kernel answers only if it is going to tell any.
[[nodiscard]] std::expected<UniqueFd, SysError> open_process_connector(std::optional<ReceiveBuffer> buffer);

// Hands over what waits, some hundred at most. False: nothing is left.
bool read_process_news(int fd, const std::function<void(const ProcessNews&)>& told);

}  // namespace understudy::os
