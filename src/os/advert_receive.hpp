// Takes what waits on a raw VRRP socket, a slice at a time, into buffers that are made once.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <expected>

#include "understudy/os/advert_socket.hpp"
#include "understudy/os/receive_room.hpp"

namespace understudy::os {

class AdvertSlice {
public:
    // Packets per turn of the loop: few enough that a flood delays nobody.
    static constexpr std::size_t kMost = 64;

    // `link`: that the socket is bound to, and so what comes in by; 0: none, and each packet tells.
    AdvertSlice(net::Family family, net::LinkIndex link);

    // How many arrived; error EAGAIN: none was waiting.
    [[nodiscard]] std::expected<std::size_t, int> receive(int fd);
    [[nodiscard]] ReceivedPacket packet(std::size_t index) const;

private:
    struct Control {
        alignas(cmsghdr) std::array<std::byte, 128> bytes;
    };

    net::Family family_;
    net::LinkIndex link_;
    ReceiveRoom room_;  // on a quiet link only its beginning is ever resident
    std::array<mmsghdr, kMost> messages_{};
    std::size_t filled_ = 0;  // of them by the last call
    std::array<iovec, kMost> pieces_{};
    std::array<sockaddr_storage, kMost> senders_{};
    std::array<Control, kMost> controls_{};
};

}  // namespace understudy::os
