// A local datagram socket that listens, as a log daemon or a service manager does.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <optional>
#include <string>

#include "understudy/os/unique_fd.hpp"

namespace understudy::os::test {

class Listener {
public:
    explicit Listener(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    std::optional<std::string> next() {
        std::array<char, 4096> text{};
        const ssize_t size = ::recv(fd_.get(), text.data(), text.size(), 0);
        if (size < 0) return std::nullopt;
        return std::string(text.data(), static_cast<std::size_t>(size));
    }

private:
    UniqueFd fd_;
};

}  // namespace understudy::os::test
