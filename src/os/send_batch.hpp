// Many datagrams by one system call, and what became of each.
#pragma once

#include <sys/socket.h>

#include <span>

namespace understudy::os {

// errors[i] becomes 0 or the errno of messages[i]; one that is refused does not keep the others from being
// sent.
void send_batch(int fd, std::span<mmsghdr> messages, std::span<int> errors);

}  // namespace understudy::os
