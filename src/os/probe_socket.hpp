// Sockets for questions, bound as they ask for and connected without waiting. Where nothing is attempted in
// an error, it is what the network said.
#pragma once

#include <expected>

#include "understudy/os/prober.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// A TCP connection that is being made: writable once it is, or has failed.
[[nodiscard]] std::expected<UniqueFd, SysError> begin_connection(const Question& question);
// 0: it has been made.
[[nodiscard]] int connection_error(int fd);

// An echo that bears this mark has been sent; answers to others may arrive too.
[[nodiscard]] std::expected<UniqueFd, SysError> send_echo(const Question& question, std::uint64_t mark);
enum class EchoHeard : std::uint8_t { Nothing, Other, Ours };
// An error: the network says why the host cannot be reached.
[[nodiscard]] std::expected<EchoHeard, SysError> hear_echo(int fd, const Question& question,
                                                           std::uint64_t mark);

}  // namespace understudy::os
