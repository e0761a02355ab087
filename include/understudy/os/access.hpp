// What somebody else may do with a file of this host.
#pragma once

#include <expected>
#include <string>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/users.hpp"

namespace understudy::os {

// Whether this user may open the file, which is there, to read it. The kernel itself is asked, so access
// lists and each folder on the way count. An error is that it could not be asked: only root may ask for
// others.
[[nodiscard]] std::expected<bool, SysError> may_read(const Identity& who, const std::string& path);

}  // namespace understudy::os
