#include "hooks_delegate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "understudy/ctl/hooks_request.hpp"
#include "understudy/os/descriptor_passing.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/signals.hpp"

#include "handled_signals.hpp"
#include "hooks.hpp"

namespace understudy::daemon {

namespace {

constexpr milliseconds kPatienceForRequest{10'000};
constexpr milliseconds kForever{-1};
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{8'000};

// Finds the process behind this path and gives it the orders. The connection ends when either process does.
std::expected<os::UniqueFd, os::SysError> ask_for_hooks(const std::string& path, const std::string& name,
                                                        const os::UniqueFd& orders) {
    auto connection = os::connect_messages(path);
    if (!connection) return connection;
    const auto passed = os::pass_descriptor(*connection, ctl::encode_hooks_request(name), orders);
    if (!passed) return std::unexpected(passed.error());
    return connection;
}

// Whether the other process has ended as it should, or why it does not even begin.
std::expected<bool, std::string> end_of_other(const os::UniqueFd& connection) {
    const auto told = os::take_passed(connection, ctl::kLongestHooksReply, kForever);
    if (!told) return std::unexpected(told.error().to_string());
    const auto reply = ctl::decode_hooks_reply(told->message);
    if (reply && !reply->refused.empty()) return std::unexpected(reply->refused);
    return reply.has_value();
}

std::expected<bool, std::string> have_hooks_served(const std::string& path, const std::string& name,
                                                   const os::UniqueFd& orders) {
    const auto connection = ask_for_hooks(path, name, orders);
    if (!connection) return std::unexpected(connection.error().to_string());
    return end_of_other(*connection);
}

}  // namespace

int delegate_hooks(const os::UniqueFd& orders, const std::string& path, const std::string& name,
                   os::Log& log) {
    milliseconds pause = kFirstPause;
    do {
        const auto served = have_hooks_served(path, name, orders);
        if (served) return *served ? EXIT_SUCCESS : EXIT_FAILURE;
        if (pause == kFirstPause)
            log.write("hooks-not-served", os::LogLevel::Error,
                      fmt::format("{}: no script runs and no tracked file is read until somebody serves {}",
                                  served.error(), path));
        pause = std::min(pause * 2, kLongestPause);
    } while (!os::ends_within(orders, pause));
    return EXIT_SUCCESS;
}

int serve_hooks() {
    // Those to all of the daemon are not for it, and a script that does not listen is no reason to end.
    os::hold_signals(handled_signals());
    os::ignore_broken_pipes();
    auto connection = os::accepted_by_service_manager();
    if (!connection) {
        fmt::print(stderr, "{}: --serve-hooks is for a service manager alone (understudy-hooks.socket)\n",
                   connection.error().to_string());
        return EXIT_FAILURE;
    }
    auto asked = os::take_passed(*connection, ctl::kLongestHooksRequest + 1, kPatienceForRequest);
    if (!asked) {
        fmt::print(stderr, "nobody asks for hooks: {}\n", asked.error().to_string());
        return EXIT_FAILURE;
    }
    const auto name = ctl::decode_hooks_request(asked->message);
    if (!name || !asked->descriptor) {
        const ctl::HooksReply reply{
            "the installed understudyd and the one that runs are of different versions (`systemctl reload "
            "understudy` lets the installed one take over)"};
        fmt::print(stderr, "{}\n", reply.refused);
        static_cast<void>(os::pass_descriptor(*connection, ctl::encode(reply), {}));
        return EXIT_FAILURE;
    }
    os::name_process(*name);
    return run_hooks(std::move(asked->descriptor), *std::move(connection));
}

}  // namespace understudy::daemon
