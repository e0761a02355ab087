#include "understudy/os/access.hpp"

#include <fcntl.h>

#include <cerrno>

#include "understudy/os/thread.hpp"
#include "understudy/os/unique_fd.hpp"

#include "raw_identity.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

// 0, or an errno: of the calling thread, which from then on is this user.
int try_to_read(const Identity& who, const std::string& path, bool& asked) {
    asked = become(who);
    if (!asked) return errno;
    const UniqueFd file{
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); })};
    return file ? 0 : errno;
}

}  // namespace

std::expected<bool, SysError> may_read(const Identity& who, const std::string& path) {
    int error = 0;
    bool asked = false;
    // A thread may become somebody else and need not come back.
    auto thread = Thread::start([&] { error = try_to_read(who, path, asked); });
    if (!thread) return std::unexpected(thread.error());
    thread->join();
    if (asked && (error == 0 || error == EACCES)) return error == 0;
    return std::unexpected(SysError{"look at " + path + " as another user", error});
}

}  // namespace understudy::os
