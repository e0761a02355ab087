// What the hooks process does for the vrrp process: it starts and ends programs, keeps notify pipes and
// writes into them, reads tracked files and counts tracked processes, all with the rights of root. It decides
// nothing. Orders are carried out one after another; what comes of them is told through the loop.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "understudy/ctl/hook_messages.hpp"
#include "understudy/os/child.hpp"
#include "understudy/os/file_watch.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/notify_pipe.hpp"
#include "understudy/os/users.hpp"

#include "process_counter.hpp"

namespace understudy::daemon {

class HookRunner {
public:
    using Tell = std::function<void(const ctl::NumberedAnswer&)>;

    HookRunner(os::Loop& loop, os::Children children, Tell tell);
    HookRunner(const HookRunner&) = delete;

    // With the first order of another vrrp process, what its predecessor wanted is over: its pipes are
    // closed, its files and processes forgotten, and nobody hears of its programs any more.
    void carry_out(const ctl::NumberedOrder& ordered);

private:
    struct OpenPipe {
        ctl::WantedPipe wanted;
        os::NotifyPipe pipe;
        std::size_t lost = 0;  // lines since the last that was written
    };

    void serve(std::uint32_t process);
    void leave_pipes();
    void tell(ctl::HookAnswer answer) { tell_({process_, std::move(answer)}); }
    void later(ctl::HookAnswer answer);
    void start(const ctl::StartProgram& order);
    void signal(const ctl::SignalProgram& order);
    void keep(const ctl::KeepPipes& wanted);
    [[nodiscard]] std::expected<os::NotifyPipe, os::SysError> open_pipe(const ctl::WantedPipe& wanted);
    void write(const ctl::WriteLine& order);
    void follow(const ctl::FollowFiles& order);
    void follow_all(const std::vector<ctl::FollowedFile>& files);
    [[nodiscard]] bool open_files();
    void count(const ctl::CountProcesses& order);
    void count_all(std::vector<model::TrackProcess> processes, std::optional<os::ReceiveBuffer> buffer);
    [[nodiscard]] bool open_processes(std::optional<os::ReceiveBuffer> buffer);
    [[nodiscard]] std::expected<std::optional<os::Identity>, os::SysError> identity(const std::string& user,
                                                                                    const std::string& group,
                                                                                    os::OtherGroups others);

    os::Loop* loop_;
    os::Children children_;
    Tell tell_;
    std::uint32_t process_ = 0;  // whom we serve
    std::map<std::uint64_t, os::ChildId> programs_;
    std::vector<OpenPipe> pipes_;
    std::vector<ctl::FollowedFile> followed_;  // of a list that has not come to its end
    std::optional<os::FileWatch> files_;
    std::vector<model::TrackProcess> counted_;  // of a list that has not come to its end
    std::uint32_t list_ = 0;                    // of what is counted
    std::optional<ProcessCounter> processes_;
    std::map<std::tuple<std::string, std::string, os::OtherGroups>, os::Identity> identities_;
};

}  // namespace understudy::daemon
