#include "probe_address.hpp"

#include <net/if.h>

#include <cstring>

namespace understudy::os {

Where where(const net::Address& address, std::uint16_t port, const std::string& interface) {
    Where made;
    const auto bytes = address.bytes();
    if (address.is_v4()) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, bytes.data(), sizeof in.sin_addr);
        std::memcpy(&made.storage, &in, sizeof in);
        made.size = sizeof in;
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(port);
        std::memcpy(&in.sin6_addr, bytes.data(), sizeof in.sin6_addr);
        if (address.is_link_local()) in.sin6_scope_id = ::if_nametoindex(interface.c_str());
        std::memcpy(&made.storage, &in, sizeof in);
        made.size = sizeof in;
    }
    return made;
}

std::expected<void, SysError> bind_as_asked(int fd, const Question& question) {
    const std::string& interface = question.interface;
    if (!interface.empty() && ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                                           static_cast<socklen_t>(interface.size())) < 0)
        return std::unexpected(SysError::last("use interface " + interface));
    if (!question.source) return {};
    const Where source = where(*question.source, 0, interface);
    if (::bind(fd, source.get(), source.size) < 0)
        return std::unexpected(SysError::last("use the source address " + question.source->to_string()));
    return {};
}

}  // namespace understudy::os
