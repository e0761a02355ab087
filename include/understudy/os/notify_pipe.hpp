// A named pipe into which lines are written for whoever reads them. It is opened for reading too, so that
// lines wait in it while nobody reads, and nothing ever waits for a reader: what does not fit is refused
// whole. A pipe that was made here is removed in the end, one that was there is kept.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <string_view>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// Of a pipe that has to be made.
struct PipeOwner {
    uid_t uid = 0;
    gid_t gid = 0;
    mode_t mode = 0600;
};

class NotifyPipe {
public:
    // EEXIST: there is something of that name that is no pipe.
    [[nodiscard]] static std::expected<NotifyPipe, SysError> open(const std::string& path,
                                                                  const PipeOwner& owner);
    NotifyPipe(NotifyPipe&&) noexcept;
    NotifyPipe& operator=(NotifyPipe&&) noexcept;
    ~NotifyPipe();

    // It stays when this is gone.
    void leave_behind() { made_ = false; }

    // The line and its newline, or nothing. EAGAIN: the pipe is full; EMSGSIZE: it could be torn apart.
    [[nodiscard]] std::expected<void, SysError> write_line(std::string_view line);

private:
    NotifyPipe(std::string path, UniqueFd fd, bool made);
    [[nodiscard]] bool is_still_ours() const;

    std::string path_;
    UniqueFd fd_;
    bool made_ = false;
};

}  // namespace understudy::os
