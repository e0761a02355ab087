#include "understudy/os/link_beat.hpp"

#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

namespace {

ifreq request_for(const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

// The link bit falls until it is read: the second reading says what is now.
std::optional<bool> ask_mii(int fd, const std::string& interface) {
    ifreq request = request_for(interface);
    if (::ioctl(fd, SIOCGMIIPHY, &request) < 0) return std::nullopt;
    mii_ioctl_data data{};
    std::memcpy(&data, static_cast<const void*>(&request.ifr_data), sizeof data);
    for (int reading = 0; reading < 2; ++reading) {
        data.reg_num = MII_BMSR;
        std::memcpy(static_cast<void*>(&request.ifr_data), &data, sizeof data);
        if (::ioctl(fd, SIOCGMIIREG, &request) < 0) return std::nullopt;
        std::memcpy(&data, static_cast<const void*>(&request.ifr_data), sizeof data);
    }
    return (data.val_out & BMSR_LSTATUS) != 0;
}

std::optional<bool> ask_ethtool(int fd, const std::string& interface) {
    ifreq request = request_for(interface);
    ethtool_value value{.cmd = ETHTOOL_GLINK, .data = 0};
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (::ioctl(fd, SIOCETHTOOL, &request) < 0) return std::nullopt;
    return value.data != 0;
}

std::optional<bool> ask_flags(int fd, const std::string& interface) {
    ifreq request = request_for(interface);
    if (::ioctl(fd, SIOCGIFFLAGS, &request) < 0) return std::nullopt;
    return (request.ifr_flags & IFF_RUNNING) != 0;
}

}  // namespace

std::optional<bool> has_link_beat(const std::string& interface, LinkBeat way) {
    const UniqueFd fd{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!fd) return std::nullopt;
    if (way == LinkBeat::Ethtool)
        if (const auto said = ask_ethtool(fd.get(), interface)) return said;
    if (way == LinkBeat::Flags) return ask_flags(fd.get(), interface);
    if (const auto said = ask_mii(fd.get(), interface)) return said;
    if (const auto said = ask_ethtool(fd.get(), interface)) return said;
    return ask_flags(fd.get(), interface);
}

}  // namespace understudy::os
