// Stands between a program and the C library (LD_PRELOAD), and gives it the laboratory in place of the
// kernel's process connector, which speaks in the first network and process namespace alone. What the program
// opens as one is a socket of messages to the laboratory (connector.py), which takes orders and tells of
// processes in the kernel's own format. Everything else passes.
#include <dlfcn.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

namespace {

std::atomic<int> the_connector{-1};

template <typename Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int open_stand_in(int flags, const char* path) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path, sizeof where.sun_path - 1);
    const int fd = real<int(int, int, int)>("socket")(AF_UNIX, SOCK_SEQPACKET | flags, 0);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) {
        the_connector = fd;
        return fd;
    }
    if (fd >= 0) ::close(fd);
    return -1;
}

// The number may be another descriptor's by now.
bool is_stand_in(int fd) {
    if (fd < 0 || fd != the_connector) return false;
    int family = 0;
    socklen_t room = sizeof family;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &room) == 0 && family == AF_UNIX;
}

}  // namespace

extern "C" int socket(int family, int type, int protocol) noexcept {
    const char* path = getenv("UNDERSTUDY_CONNECTOR");
    if (family != AF_NETLINK || protocol != NETLINK_CONNECTOR || path == nullptr)
        return real<int(int, int, int)>("socket")(family, type, protocol);
    return open_stand_in(type & (SOCK_CLOEXEC | SOCK_NONBLOCK), path);
}

extern "C" int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    if (is_stand_in(fd)) return 0;
    return real<int(int, const sockaddr*, socklen_t)>("bind")(fd, address, size);
}

// Whoever asks who has sent a message hears that it was the kernel.
extern "C" ssize_t recvmsg(int fd, msghdr* message, int flags) {
    const ssize_t size = real<ssize_t(int, msghdr*, int)>("recvmsg")(fd, message, flags);
    if (size < 0 || message->msg_name == nullptr || !is_stand_in(fd)) return size;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    std::memcpy(message->msg_name, &kernel, sizeof kernel);
    message->msg_namelen = sizeof kernel;
    return size;
}
