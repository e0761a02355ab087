// Asking on a link who has an address: by ARP for IPv4 (RFC 826), by neighbour solicitation for IPv6 (RFC
// 4861 §7.2.2). The kernel's cache of neighbours is neither asked nor changed, so that an answer is never an
// old one.
#pragma once

#include <expected>
#include <optional>

#include "understudy/net/mac.hpp"
#include "understudy/os/prober.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// The question names its interface, and it has been asked there.
[[nodiscard]] std::expected<UniqueFd, SysError> ask_neighbours(const Question& question);
// Who has the address. None: what was heard is no answer to that.
[[nodiscard]] std::expected<std::optional<net::Mac>, SysError> hear_neighbour(int fd,
                                                                              const Question& question);

}  // namespace understudy::os
