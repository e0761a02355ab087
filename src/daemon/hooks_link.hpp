// The vrrp process's end of the connection to the hooks process. It turns what the agent orders into
// messages, and answers into events, always through the loop. Should the hooks process die, another takes its
// place and finds the orders that were under way; each program whose end nobody can tell any more is told as
// one that could not be run (EOWNERDEAD), so that none is waited for in vain.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/ctl/hook_messages.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/message_socket.hpp"

namespace understudy::daemon {

class HooksLink {
public:
    using Deliver = std::function<void(const agent::Event&)>;

    // `process`: which vrrp process of this daemon we are.
    HooksLink(os::Loop& loop, os::Log& log, os::UniqueFd socket, std::uint32_t process, Deliver deliver);
    HooksLink(const HooksLink&) = delete;

    void run(const agent::RunProgram& order);
    void end(const agent::EndProgram& order);
    void open(const agent::OpenPipes& wanted);
    void write(const agent::WriteNotifyLine& order);
    void watch(const agent::WatchFiles& wanted);
    // `buffer`: how much of the kernel's news of processes may wait.
    void count(const agent::WatchProcesses& wanted, const model::Buffer& buffer);
    // Users may have changed: who they were is asked again.
    void forget_users() { order(ctl::ForgetUsers{}); }
    // For who comes next, and after the end of this program.
    void leave_pipes() { order(ctl::LeavePipes{}); }
    // At the end: what has been ordered is on its way when this returns.
    void finish();

private:
    [[nodiscard]] int send(const ctl::HookOrder& order);
    void order(const ctl::HookOrder& order);
    void heard(Bytes message);
    void successor_ready();
    void mark_reached(std::uint32_t number);
    void put_down(const ctl::HookRemark& remark);
    void begun(std::uint64_t run);
    void answered(std::uint64_t run);
    void later(agent::Event event);

    os::Loop* loop_;
    os::Log* log_;
    std::uint32_t process_;
    Deliver deliver_;
    os::MessageSocket socket_;
    std::map<std::uint64_t, std::uint32_t> ordered_;  // programs not known to run, and the marks set before
    std::set<std::uint64_t> running_;
    std::uint32_t marks_ = 0;
    ctl::KeepPipes pipes_;
    std::vector<ctl::FollowFiles> files_;
    std::vector<ctl::CountProcesses> processes_;
    std::uint32_t list_ = 0;  // of processes; an answer of another one is of no use any more
    bool refused_ = false;
};

}  // namespace understudy::daemon
