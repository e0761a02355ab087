// The supervisor's side of the control socket: where it stands, who may ask what, and who answers. The
// supervisor owns the socket, because it outlives the vrrp process and keeps the rights that process gives
// up: nothing a client does reaches the process that sends adverts, but a question that it alone can answer.
// Whoever has subscribed is told what happens as it is noted in the history.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "understudy/ctl/history.hpp"
#include "understudy/ctl/reply.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/model/config.hpp"
#include "understudy/os/control_socket.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"

#include "options.hpp"

namespace understudy::daemon {

using Outcome = std::expected<nlohmann::json, ctl::Problem>;
using Answered = std::move_only_function<void(Outcome)>;

// None: there is to be no socket. Without the option it follows the pid file, which is what two daemons on
// one host never share: the pid file's own name with .sock when it was given on the command line (nothing
// more needs to be configured for a second daemon), else control.sock in /run/understudy/.
[[nodiscard]] std::optional<std::string> control_socket_path(const Options& options,
                                                             const model::Globals& globals);

// May this client ask that? `group` owns the socket beside root.
[[nodiscard]] bool is_allowed(const ctl::Question& question, const os::Peer& peer,
                              std::optional<gid_t> group);

// May this client ask anything at all? Where there is a group of readers the socket is open to all, and this
// decides instead of its mode.
[[nodiscard]] bool may_ask(const os::Peer& peer, std::optional<gid_t> group, std::optional<gid_t> readers);

[[nodiscard]] ctl::Problem no_such_instance(const std::string& name, const std::vector<std::string>& names);

class Control {
public:
    struct Handlers {
        std::move_only_function<void(const ctl::Question&, Answered)> ask_worker;
        std::move_only_function<void(const ctl::Reload&, const os::Peer&, Answered)> reload;
        std::move_only_function<void(const ctl::Upgrade&, const os::Peer&, Answered)> upgrade;
        std::move_only_function<nlohmann::json()> config;
        std::move_only_function<nlohmann::json()> lifetime;      // what `ping` adds to who answers
        std::move_only_function<void(ctl::LogLevel)> log_level;  // of the supervisor itself
        std::move_only_function<Outcome(const ctl::History&)> history;
        std::move_only_function<std::vector<std::string>()> instances;  // that are configured
    };

    Control(os::Loop& loop, os::Log& log, Handlers handlers)
        : loop_(&loop), log_(&log), handlers_(std::move(handlers)) {}
    Control(const Control&) = delete;

    // Whatever prevents it is logged; the daemon does its work without a socket.
    void open(const Options& options, const model::Globals& globals);
    // This has happened.
    void tell(std::span<const ctl::HistoryEntry> entries);
    // In a forked process.
    void abandon();
    // Who may connect beside root.
    [[nodiscard]] std::optional<gid_t> group() const { return group_; }

private:
    [[nodiscard]] std::optional<gid_t> find_group(std::string_view option,
                                                  const std::optional<std::string>& name);
    void heard(os::ClientId client, const os::Peer& peer, std::string_view line);
    void dispatch(os::ClientId client, const ctl::Request& request, const os::Peer& peer, Answered answered);
    [[nodiscard]] Outcome subscribe(os::ClientId client, std::uint64_t id, const ctl::Subscribe& wanted);
    [[nodiscard]] nlohmann::json introduction();
    void answer(os::ClientId client, const ctl::Reply& reply);

    struct Subscription {
        std::uint64_t id = 0;  // of the request
        ctl::HistoryFilter filter;
    };

    os::Loop* loop_;
    os::Log* log_;
    Handlers handlers_;
    std::map<os::ClientId, Subscription> subscriptions_;
    std::optional<gid_t> group_;
    std::optional<gid_t> readers_;
    std::size_t longest_answer_ = 0;
    std::optional<os::ControlSocket> socket_;
};

}  // namespace understudy::daemon
