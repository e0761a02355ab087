#include "understudy/os/descriptor_passing.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"

#include "uninterrupted.hpp"
#include "unix_address.hpp"

namespace understudy::os {

namespace {

constexpr int kFirstPassed = 3;  // sd_listen_fds(3)

// Room for one descriptor beside a message, aligned as the kernel wants it.
union AncillaryRoom {
    cmsghdr header;
    char octets[CMSG_SPACE(sizeof(int))];
};

// Whether one of these came before the time was over.
bool comes(int fd, short events, milliseconds patience) {
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    return uninterrupted([&] { return ::poll(&watched, 1, static_cast<int>(patience.count())); }) > 0;
}

void enclose(msghdr& header, AncillaryRoom& room, int fd) {
    header.msg_control = room.octets;
    header.msg_controllen = sizeof room.octets;
    cmsghdr* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(part), &fd, sizeof fd);
}

UniqueFd descriptor_in(msghdr& header) {
    UniqueFd found;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
        found = UniqueFd{fd};
    }
    return found;
}

}  // namespace

std::expected<UniqueFd, SysError> connect_messages(const std::string& path) {
    const auto address = unix_address(path, "connect to");
    if (!address) return std::unexpected(address.error());
    UniqueFd fd{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a local socket"));
    if (::connect(fd.get(), generic(*address), sizeof *address) < 0)
        return std::unexpected(SysError::last("connect to " + path));
    return fd;
}

std::expected<void, SysError> pass_descriptor(const UniqueFd& connection, Bytes message,
                                              const UniqueFd& descriptor) {
    iovec content{.iov_base = const_cast<std::byte*>(message.data()), .iov_len = message.size()};
    AncillaryRoom room{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    if (descriptor) enclose(header, room, descriptor.get());
    if (uninterrupted([&] { return ::sendmsg(connection.get(), &header, MSG_NOSIGNAL | MSG_DONTWAIT); }) < 0)
        return std::unexpected(SysError::last("hand over a connection"));
    return {};
}

std::expected<Passed, SysError> take_passed(const UniqueFd& connection, std::size_t longest,
                                            milliseconds patience) {
    if (!comes(connection.get(), POLLIN, patience))
        return std::unexpected(SysError{"wait for a message", ETIMEDOUT});
    Passed passed;
    passed.message.resize(longest);
    iovec content{.iov_base = passed.message.data(), .iov_len = passed.message.size()};
    AncillaryRoom room{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = room.octets;
    header.msg_controllen = sizeof room.octets;
    const ssize_t size =
        uninterrupted([&] { return ::recvmsg(connection.get(), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT); });
    if (size < 0) return std::unexpected(SysError::last("receive a message"));
    passed.message.resize(static_cast<std::size_t>(size));
    passed.descriptor = descriptor_in(header);
    return passed;
}

bool ends_within(const UniqueFd& connection, milliseconds patience) {
    return comes(connection.get(), POLLRDHUP, patience);
}

std::expected<UniqueFd, SysError> accepted_by_service_manager() {
    const auto process = parse_number<pid_t>(environment("LISTEN_PID").value_or(""));
    const auto count = parse_number<int>(environment("LISTEN_FDS").value_or(""));
    if (process != ::getpid() || count != 1)
        return std::unexpected(SysError{"take over one connection of a service manager", ENOTCONN});
    UniqueFd connection{kFirstPassed};
    // No script inherits it.
    if (::fcntl(connection.get(), F_SETFD, FD_CLOEXEC) < 0)
        return std::unexpected(SysError::last("keep the connection of the service manager from scripts"));
    return connection;
}

}  // namespace understudy::os
