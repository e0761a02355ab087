// The file that says which process is the daemon, and that keeps a second one from starting. What counts is
// the lock, not the number in it: a file left by a process that died is not locked and is taken over.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

struct PidFileError {
    bool already_running = false;  // another process holds the lock
    std::optional<pid_t> holder;   // what it wrote there
    SysError error;
};

class PidFile {
public:
    // Mode 0644; a missing directory is made if it is under /run or /var/run.
    [[nodiscard]] static std::expected<PidFile, PidFileError> create(const std::string& path, pid_t pid);
    // One that was created by the program before us in this process, which holds its lock.
    [[nodiscard]] static PidFile taken_over(std::string path, UniqueFd fd);
    PidFile(PidFile&& other) noexcept = default;
    PidFile& operator=(PidFile&& other) noexcept;
    // Removes the file.
    ~PidFile();

    // After a fork that made another process the daemon.
    [[nodiscard]] std::expected<void, SysError> write(pid_t pid);
    // In a child that is not the daemon: lets go without removing the file. The lock is the parent's as well.
    void abandon();

    [[nodiscard]] const std::string& path() const { return path_; }
    // The file was there: whoever made it has died without removing it.
    [[nodiscard]] bool was_left_behind() const { return left_behind_; }
    [[nodiscard]] int descriptor() const { return fd_.get(); }

private:
    PidFile(std::string path, UniqueFd fd);
    void remove() noexcept;

    std::string path_;
    UniqueFd fd_;
    bool left_behind_ = false;
};

}  // namespace understudy::os
