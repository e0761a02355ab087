// Scripts: starting, ending and reaping them. Each runs without a shell in a process group of its own, with
// its standard streams on /dev/null, umask 0177, no signal blocked or ignored, no other descriptor of ours,
// ordinary priority on the processors that we were started on (own_scheduling.hpp), our working directory
// and our environment without IFS, LD_PRELOAD and LD_LIBRARY_PATH. Starting one does not copy our memory and
// takes well under a millisecond, however big we are.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/users.hpp"

namespace understudy::os {

struct SpawnRequest {
    std::vector<std::string> words;        // words[0] is the program; without a slash it is searched in PATH
    std::vector<std::string> extra_words;  // appended to words
    std::optional<Identity> identity;      // none: as ourselves
};

// Never reused.
struct ChildId {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(const ChildId&, const ChildId&) = default;
};

struct ChildEnd {
    enum class How : std::uint8_t { Exited, Signalled };
    How how = How::Exited;
    int number = 0;           // exit status, or signal
    bool terminated = false;  // terminate() or kill() was called before

    [[nodiscard]] bool succeeded() const { return how == How::Exited && number == 0; }
    friend bool operator==(const ChildEnd&, const ChildEnd&) = default;
};

class Children {
public:
    using Ended = std::move_only_function<void(ChildId, ChildEnd)>;

    [[nodiscard]] static std::expected<Children, SysError> open(Loop& loop);
    Children(Children&&) noexcept;
    Children& operator=(Children&&) noexcept;
    // What still runs goes on running; nobody hears of its end.
    ~Children();

    // An error means that nothing runs; it tells what was refused (ENOENT: there is no such program).
    [[nodiscard]] std::expected<ChildId, SysError> spawn(const SpawnRequest& request, Ended ended);

    // TERM and KILL to the whole process group. When the leader has ended after either, the rest of its group
    // is killed. Harmless when the child has already ended.
    void terminate(ChildId id);
    void kill(ChildId id);
    // Another signal, to the whole process group.
    void signal(ChildId id, int number);

    [[nodiscard]] std::size_t running() const;
    // None: has ended.
    [[nodiscard]] std::optional<pid_t> pid(ChildId id) const;

private:
    struct State;
    explicit Children(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
