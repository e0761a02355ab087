// Processes of the daemon itself: splitting, detaching, watching and ending them. Scripts are child.hpp's
// business.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// 0 in the child, the child's id in the parent.
[[nodiscard]] std::expected<pid_t, SysError> fork_process();
[[nodiscard]] pid_t process_id();
[[nodiscard]] pid_t parent_process_id();

// A session of its own, working directory /, standard streams on /dev/null.
[[nodiscard]] std::expected<void, SysError> detach_from_terminal();
// The namespace of this name under /run/netns.
[[nodiscard]] std::expected<void, SysError> enter_network_namespace(const std::string& name);
// As shown by ps and top; cut after 15 characters.
void name_process(std::string_view name);
[[nodiscard]] std::string process_name();
// The kernel sends us this signal when our parent dies.
void receive_at_parents_death(int signal);
// The kernel ends this process then (SIGALRM), whatever it waits for.
void live_at_most(seconds time);
void set_file_creation_mask(mode_t mask);
[[nodiscard]] std::expected<void, SysError> allow_core_dumps();
[[nodiscard]] std::expected<void, SysError> set_core_pattern(const std::string& pattern);

// False: there is no such process.
bool send_signal(pid_t process, int signal);

struct ProcessEnd {
    pid_t process = 0;
    bool signalled = false;
    int number = 0;  // exit status or signal
};
// The next child that has ended, if any: of this thread, or inherited by the process.
[[nodiscard]] std::optional<ProcessEnd> reap_process();
// The same for this child alone.
[[nodiscard]] std::optional<ProcessEnd> reap_process(pid_t process);
// Waits until this child has ended.
[[nodiscard]] std::optional<ProcessEnd> wait_for_process(pid_t process);

// A file without a name, in memory, shared with children that inherit its descriptor.
[[nodiscard]] std::expected<UniqueFd, SysError> memory_file(const std::string& name);
// Replaces its content; reads it whole.
[[nodiscard]] std::expected<void, SysError> store(const UniqueFd& file, std::string_view content);
[[nodiscard]] std::expected<std::string, SysError> stored(const UniqueFd& file);

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
};
[[nodiscard]] std::expected<Pipe, SysError> open_pipe();
struct SocketPair {
    UniqueFd one;
    UniqueFd other;
};
// Two connected stream sockets, for talking to a process that is about to be forked.
[[nodiscard]] std::expected<SocketPair, SysError> open_socket_pair();
// One octet, without waiting.
void signal_through(const UniqueFd& write_end);
void send_octet(const UniqueFd& write_end, std::uint8_t octet);
// Another descriptor of what this one is of.
[[nodiscard]] std::expected<UniqueFd, SysError> copy_of(const UniqueFd& descriptor);

}  // namespace understudy::os
