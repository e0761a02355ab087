// Becoming somebody else by raw system calls, which the C library would do for all threads of the process:
// for a thread alone, or for a child that shares our memory.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include "understudy/os/users.hpp"

namespace understudy::os {

// False: errno says why.
[[nodiscard]] inline bool become(const Identity& identity) {
    const std::vector<gid_t>& groups = identity.supplementary;
    return ::syscall(SYS_setgroups, groups.size(), groups.data()) == 0 &&
           ::syscall(SYS_setresgid, identity.gid, identity.gid, identity.gid) == 0 &&
           ::syscall(SYS_setresuid, identity.uid, identity.uid, identity.uid) == 0;
}

}  // namespace understudy::os
