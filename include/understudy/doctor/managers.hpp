// Which program manages an interface, from what those programs tell of themselves under /run, and whether it
// leaves alone what others have set: NetworkManager(8), systemd-networkd(8), networkctl(1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "understudy/doctor/facts.hpp"

namespace understudy::doctor {

// /run/NetworkManager/devices/INDEX
[[nodiscard]] std::optional<Manager> network_manager(std::string_view device);

struct NetworkdLink {
    bool manages = false;
    std::string file;  // the .network file that it goes by
    friend bool operator==(const NetworkdLink&, const NetworkdLink&) = default;
};
// /run/systemd/netif/links/INDEX
[[nodiscard]] NetworkdLink networkd_link(std::string_view link);
// The text of that .network file and of what is dropped into it: KeepConfiguration= in [Network], where the
// last counts.
[[nodiscard]] bool networkd_keeps_addresses(std::string_view network);

}  // namespace understudy::doctor
