// Kernel settings under /proc/sys. Paths have slashes, never dots, because interface names may contain dots:
// "net/ipv6/conf/eth0.5/forwarding".
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// Without the final newline.
[[nodiscard]] std::expected<std::string, SysError> read_sysctl(std::string_view path);
[[nodiscard]] std::expected<void, SysError> write_sysctl(std::string_view path, std::string_view value);

}  // namespace understudy::os
