// Asks an interface itself whether it has a link, for drivers that do not tell the kernel when it changes: by
// the registers of its transceiver (MII), by ethtool, or by its flags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::os {

enum class LinkBeat : std::uint8_t { Any, Mii, Ethtool, Flags };

// The way asked for where the driver knows it, else the first of MII, ethtool and flags that it knows. None:
// there is no such interface.
[[nodiscard]] std::optional<bool> has_link_beat(const std::string& interface, LinkBeat way);

}  // namespace understudy::os
