#include "hooks.hpp"

#include <cstdlib>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "understudy/ctl/hook_messages.hpp"
#include "understudy/os/child.hpp"

#include "hook_runner.hpp"

namespace understudy::daemon {

int run_hooks(os::UniqueFd socket) {
    os::Loop loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread
    auto children = os::Children::open(loop);
    if (!children) return EXIT_FAILURE;
    std::optional<os::MessageSocket> messages;
    HookRunner runner{loop, *std::move(children), [&](const ctl::NumberedAnswer& told) {
                          // A vrrp process that takes nothing for so long is about to be ended.
                          static_cast<void>(messages->send(ctl::encode(told.process, told.answer)));
                      }};
    messages.emplace(loop, std::move(socket), os::MessageLimits{ctl::kLongestHookMessage, kMostUnsentToHooks},
                     os::MessageSocket::Handlers{[&](Bytes message) {
                                                     if (const auto ordered = ctl::decode_order(message))
                                                         runner.carry_out(*ordered);
                                                 },
                                                 [&] { loop.stop(); }});
    static_cast<void>(messages->send(ctl::encode(0, ctl::HookAnswer{ctl::HooksReady{}})));
    loop.run();
    return EXIT_SUCCESS;
}

}  // namespace understudy::daemon
