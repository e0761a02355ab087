#include "process_parts.hpp"

#include <cstdlib>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "understudy/os/signals.hpp"
#include "understudy/os/users.hpp"

#include "handled_signals.hpp"
#include "provisions.hpp"

namespace understudy::daemon {

namespace {

class ProcessPlace final : public Place {
public:
    explicit ProcessPlace(pid_t supervisor) : supervisor_(supervisor) {}

    std::expected<std::shared_ptr<void>, os::SysError> listen(os::Loop& loop, std::span<const int> numbers,
                                                              Told told) override {
        auto signals = os::Signals::open(loop, numbers, std::move(told));
        if (!signals) return std::unexpected(signals.error());
        return std::make_shared<os::Signals>(*std::move(signals));
    }
    void outlive_supervisor_by(int number) override { os::receive_at_parents_death(number); }
    bool has_outlived_supervisor() const override { return os::parent_process_id() != supervisor_; }
    std::optional<os::UniqueFd> give_up_rights(const Options& options, const model::Config& config,
                                               const HostRights& host, os::Log& log) override {
        return daemon::give_up_rights(options, config, host, log);
    }
    std::expected<void, os::SysError> become_nobody() override { return os::become_nobody(); }
    void live_at_most(seconds time) override { os::live_at_most(time); }

private:
    pid_t supervisor_;
};

}  // namespace

void ProcessParts::belong_to(os::Loop& supervisor, std::function<void()> let_go) {
    loop_ = &supervisor;
    let_go_ = std::move(let_go);
}

std::expected<pid_t, os::SysError> ProcessParts::start(Part part) {
    const pid_t supervisor = os::process_id();
    loop_->notify_fork(os::Loop::fork_prepare);
    const auto child = os::fork_process();
    // Without this the child would close its copies in the supervisor's own set of watched descriptors.
    loop_->notify_fork(child && *child == 0 ? os::Loop::fork_child : os::Loop::fork_parent);
    if (!child || *child != 0) return child;
    os::name_process(part.name);
    let_go_();
    if (part.signals == Part::Signals::Usual) os::release_signals(handled_signals());
    ProcessPlace place{supervisor};
    std::_Exit(part.work(place));
}

void ProcessParts::signal(pid_t part, int number) { os::send_signal(part, number); }
std::optional<os::ProcessEnd> ProcessParts::next_end() { return os::reap_process(); }
std::optional<os::ProcessEnd> ProcessParts::end_of(pid_t part) { return os::reap_process(part); }

}  // namespace understudy::daemon
