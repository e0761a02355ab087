// Where a question goes, and where it comes from, in the kernel's words.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <expected>
#include <string>

#include "understudy/net/address.hpp"
#include "understudy/os/prober.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct Where {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// A link-local address means something on its interface only.
[[nodiscard]] Where where(const net::Address& address, std::uint16_t port, const std::string& interface);

// To the interface and the source address that the question names.
[[nodiscard]] std::expected<void, SysError> bind_as_asked(int fd, const Question& question);

}  // namespace understudy::os
