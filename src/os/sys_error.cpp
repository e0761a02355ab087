#include "understudy/os/sys_error.hpp"

#include <cerrno>
#include <system_error>

namespace understudy::os {

SysError SysError::last(std::string_view attempted) {
    const int code = errno;  // before anything here can change it
    return {std::string{attempted}, code};
}

std::string SysError::text() const { return std::generic_category().message(code); }

std::string SysError::to_string() const { return "cannot " + attempted + ": " + text(); }

}  // namespace understudy::os
