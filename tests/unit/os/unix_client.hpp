// A client of a Unix socket that never waits, for tests in which one thread is both ends.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "understudy/os/unique_fd.hpp"

namespace understudy::os::test {

class UnixClient {
public:
    explicit UnixClient(const std::string& path)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        connected_ = ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    explicit UnixClient(UniqueFd fd) : fd_(std::move(fd)), connected_(true) {}

    [[nodiscard]] bool connected() const { return connected_; }

    // How much of it was taken.
    std::size_t send(std::string_view text) const {
        const ssize_t size = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return size < 0 ? 0 : static_cast<std::size_t>(size);
    }
    void say_no_more() const { ::shutdown(fd_.get(), SHUT_WR); }

    // Everything that has come so far; notices the end.
    const std::string& heard() {
        std::array<char, 65536> buffer{};
        for (;;) {
            const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size <= 0) {
                dropped_ |= size == 0 || (errno != EAGAIN && errno != EINTR);
                return heard_;
            }
            heard_.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }
    [[nodiscard]] bool dropped() {
        heard();
        return dropped_;
    }

private:
    UniqueFd fd_;
    bool connected_ = false;
    bool dropped_ = false;
    std::string heard_;
};

}  // namespace understudy::os::test
