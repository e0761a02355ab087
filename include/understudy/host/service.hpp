// As whom this host runs the daemon as a service: what systemd's unit says, with all that is dropped in
// beside it (systemd.unit(5)), as far as it decides that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/os/users.hpp"

namespace understudy::host {

struct Service {
    std::string user;
    os::Identity identity;
};

// What the last User= in the section [Service] of this text says; none: it says nothing.
[[nodiscard]] std::optional<std::string> user_in_unit(std::string_view text);
// Empty: there is no such unit, or it runs as root. The folders are those of units, the first of which counts
// most.
[[nodiscard]] std::string user_of_unit(const std::vector<std::string>& folders);

// For a check by root of what the service will read: the user it runs as, if that is another and exists. Only
// for a configuration below /etc: what lies elsewhere is a draft, and root's.
[[nodiscard]] std::optional<Service> service_reading(const std::string& config_file);

}  // namespace understudy::host
