#include "hooks.hpp"

#include <cstdlib>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "understudy/ctl/hook_messages.hpp"
#include "understudy/ctl/hooks_request.hpp"
#include "understudy/os/child.hpp"

#include "hook_runner.hpp"

namespace understudy::daemon {

namespace {

// Returns when nobody orders anything any more, or when the loop is stopped.
bool carry_out_orders(os::Loop& loop, os::UniqueFd orders) {
    auto children = os::Children::open(loop);
    if (!children) return false;
    std::optional<os::MessageSocket> messages;
    bool all_done = false;
    HookRunner runner{loop, *std::move(children), [&](const ctl::NumberedAnswer& told) {
                          // A vrrp process that takes nothing for so long is about to be ended.
                          static_cast<void>(messages->send(ctl::encode(told.process, told.answer)));
                      }};
    messages.emplace(loop, std::move(orders), os::MessageLimits{ctl::kLongestHookMessage, kMostUnsentToHooks},
                     os::MessageSocket::Handlers{[&](Bytes message) {
                                                     if (const auto ordered = ctl::decode_order(message))
                                                         runner.carry_out(*ordered);
                                                 },
                                                 [&] {
                                                     all_done = true;
                                                     loop.stop();
                                                 }});
    static_cast<void>(messages->send(ctl::encode(0, ctl::HookAnswer{ctl::HooksReady{}})));
    loop.run();
    return all_done;
}

}  // namespace

int run_hooks(os::UniqueFd orders) {
    os::Loop loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread
    return carry_out_orders(loop, std::move(orders)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run_hooks(os::UniqueFd orders, os::UniqueFd delegate) {
    os::Loop loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
    os::MessageSocket line{loop,
                           std::move(delegate),
                           {ctl::kLongestHooksReply, ctl::kLongestHooksReply},
                           {[](Bytes) {}, [&] { loop.stop(); }}};
    if (!carry_out_orders(loop, std::move(orders))) return EXIT_FAILURE;
    static_cast<void>(line.send(ctl::encode(ctl::HooksReply{})));
    return EXIT_SUCCESS;
}

}  // namespace understudy::daemon
