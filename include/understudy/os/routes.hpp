// What the kernel's routes say of the way out.
#pragma once

#include <expected>
#include <string>

#include "understudy/net/address.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct Gateway {
    net::Address address;
    std::string interface;
};

// Of the default route with the lowest metric in the main table; of several ways the first. Asks the kernel
// and does not wait; of however many routes only the first few are read. Error ENETUNREACH: there is none
// that has a gateway.
[[nodiscard]] std::expected<Gateway, SysError> default_gateway(net::Family family);

}  // namespace understudy::os
