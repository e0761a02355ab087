// The system calls that a process may still make once it has opened what it needs (seccomp(2)): it reads
// files, talks by sockets that it opens itself, waits, keeps time, and runs as it is told. It starts nothing,
// creates, renames and removes no file, changes neither its user nor its namespaces, and looks into no other
// process.
//
// What is not on the list is not done and fails with EPERM, which every caller has to bear anyway. It does
// not end the process: an address on two hosts costs more than a call that a library has learned to make
// since this was written. So the list is rather too long than too short, and each refusal is told by name.
// For that the kernel raises SIGSYS, whose handler fails the call and notes its number. Calls newer than the
// list fail with ENOSYS, as on an older kernel, because libraries then take the older one.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// From now on and for good, for this process. What it returns tells which calls were refused.
[[nodiscard]] std::expected<UniqueFd, SysError> filter_calls();

// Tells each call that was refused once, by its name, in a later turn of the loop.
class RefusedCalls {
public:
    RefusedCalls(Loop& loop, UniqueFd refused, std::function<void(const std::string& call)> told);
    RefusedCalls(RefusedCalls&&) noexcept;
    RefusedCalls& operator=(RefusedCalls&&) noexcept;
    ~RefusedCalls();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace understudy::os
