// From a request to a running process, in one system call and what the child does before it becomes another
// program.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <memory>

#include "understudy/os/child.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

struct Launched {
    pid_t pid = -1;
    UniqueFd pidfd;
};

class Launcher {
public:
    [[nodiscard]] static std::expected<Launcher, SysError> open();

    // Returns when the program runs, or when it is certain that it does not.
    [[nodiscard]] std::expected<Launched, SysError> launch(const SpawnRequest& request);

private:
    struct Unmap {
        void operator()(std::byte* stack) const noexcept;
    };
    using Stack = std::unique_ptr<std::byte, Unmap>;

    Launcher(UniqueFd null, Stack stack);

    UniqueFd null_;  // /dev/null, never one of the three standard descriptors
    Stack stack_;    // the child's, between its birth and its new program
};

}  // namespace understudy::os
