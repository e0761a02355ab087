#include "understudy/os/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_map>
#include <utility>

#include "understudy/os/unique_fd.hpp"

#include "launch.hpp"
#include "readiness.hpp"

namespace understudy::os {

struct Children::State : std::enable_shared_from_this<Children::State> {
    struct Running {
        pid_t pid = -1;
        UniqueFd pidfd;
        Ended ended;
        bool terminated = false;
        std::optional<Readiness> readiness;  // after the descriptor it watches
    };

    State(Loop& the_loop, Launcher the_launcher) : loop(the_loop), launcher(std::move(the_launcher)) {}

    void watch(ChildId id, Running& child) {
        child.readiness.emplace(loop, child.pidfd.get(), [weak = weak_from_this(), id] {
            if (const auto self = weak.lock()) self->on_end(id);
        });
    }

    void on_end(ChildId id) {
        const auto found = children.find(id.value);
        if (found == children.end()) return;
        siginfo_t info{};
        const auto pidfd = static_cast<id_t>(found->second.pidfd.get());
        if (::waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) return;
        // Before it is reaped: until then its number cannot belong to another process group.
        if (found->second.terminated) ::kill(-found->second.pid, SIGKILL);
        ::waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG);
        Running child = std::move(found->second);
        children.erase(found);
        const auto how = info.si_code == CLD_EXITED ? ChildEnd::How::Exited : ChildEnd::How::Signalled;
        child.ended(id, {how, info.si_status, child.terminated});
    }

    void signal(ChildId id, int number, bool terminates) {
        const auto found = children.find(id.value);
        if (found == children.end()) return;
        found->second.terminated |= terminates;
        ::kill(-found->second.pid, number);
    }

    Loop& loop;
    Launcher launcher;
    std::unordered_map<std::uint64_t, Running> children;
    std::uint64_t last_id = 0;
};

std::expected<Children, SysError> Children::open(Loop& loop) {
    auto launcher = Launcher::open();
    if (!launcher) return std::unexpected(launcher.error());
    return Children{std::make_shared<State>(loop, *std::move(launcher))};
}

Children::Children(std::shared_ptr<State> state) : state_(std::move(state)) {}
Children::Children(Children&&) noexcept = default;

Children& Children::operator=(Children&& other) noexcept {
    Children old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

Children::~Children() {
    if (state_) state_->children.clear();
}

std::expected<ChildId, SysError> Children::spawn(const SpawnRequest& request, Ended ended) {
    auto launched = state_->launcher.launch(request);
    if (!launched) return std::unexpected(launched.error());
    const ChildId id{++state_->last_id};
    State::Running& child = state_->children[id.value];
    child.pid = launched->pid;
    child.pidfd = std::move(launched->pidfd);
    child.ended = std::move(ended);
    state_->watch(id, child);
    return id;
}

void Children::terminate(ChildId id) { state_->signal(id, SIGTERM, true); }

void Children::kill(ChildId id) { state_->signal(id, SIGKILL, true); }

void Children::signal(ChildId id, int number) { state_->signal(id, number, false); }

std::size_t Children::running() const { return state_->children.size(); }

std::optional<pid_t> Children::pid(ChildId id) const {
    const auto found = state_->children.find(id.value);
    if (found == state_->children.end()) return std::nullopt;
    return found->second.pid;
}

}  // namespace understudy::os
