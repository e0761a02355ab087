#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/os/netlink.hpp"

#include "kernel_dump.hpp"
#include "netlink_socket.hpp"
#include "readiness.hpp"
#include "route_filter.hpp"
#include "socket_options.hpp"

namespace understudy::os {
namespace {

// A dump that the kernel says was disturbed is repeated; under constant change at most this often, for the
// notifications that arrive in between keep the picture right in all but a vanishingly rare order of things.
constexpr int kMostRepetitions = 16;

constexpr std::uint32_t group(unsigned number) { return 1u << (number - 1); }
constexpr std::uint32_t kGroups = group(RTNLGRP_LINK) | group(RTNLGRP_IPV4_IFADDR) |
                                  group(RTNLGRP_IPV6_IFADDR) | group(RTNLGRP_IPV4_ROUTE) |
                                  group(RTNLGRP_IPV6_ROUTE) | group(RTNLGRP_IPV4_RULE) |
                                  group(RTNLGRP_IPV6_RULE);

bool is_picture(const wire::RtnlMessage& message) {
    return !std::holds_alternative<wire::Answer>(message) &&
           !std::holds_alternative<wire::DumpEnded>(message);
}

}  // namespace

struct KernelMirror::State : std::enable_shared_from_this<KernelMirror::State> {
    enum class Phase : std::uint8_t {
        Draining,  // something was lost: read and forget until nothing is waiting
        Links,     // being dumped, and so on
        Addresses,
        RoutesOfIpv4,
        RoutesOfIpv6,
        RulesOfIpv4,
        RulesOfIpv6,
        Settled,
    };

    State(Loop& the_loop, NetlinkSocket netlink, KernelMirrorHandlers the_handlers)
        : loop(the_loop), socket(std::move(netlink)), handlers(std::move(the_handlers)) {}

    void watch() {
        readiness.emplace(loop, socket.fd.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_ready();
        });
    }

    // One slice per turn of the loop, so that a storm of changes delays nobody. After a loss the rest is
    // forgotten at once, which costs next to nothing, because nothing new can be asked before.
    void on_ready() {
        do take_slice();
        while (readiness && phase == Phase::Draining);
        deliver();
    }

    void take_slice() {
        const auto count = slice.receive(socket.fd.get());
        if (count) {
            for (std::size_t i = 0; i < *count && readiness; ++i) hear_or_lose(slice.datagram(i));
        } else if (count.error() == ENOBUFS) {
            begin_draining();
        } else if (count.error() == EAGAIN) {
            resume_after_draining();
        } else {
            fail({"hear of changes in the kernel", count.error()});
        }
    }

    void hear_or_lose(const std::expected<Bytes, int>& datagram) {
        if (datagram) {
            hear(*datagram);
        } else {
            begin_draining();
        }
    }

    void resume_after_draining() {
        if (phase != Phase::Draining) return;
        if (auto asked = begin_dumping(); !asked) fail(asked.error());
    }

    // The kernel goes on dropping silently until its queue has been emptied once, so only then it makes sense
    // to ask anew.
    void begin_draining() {
        const bool was_settled = std::exchange(phase, Phase::Draining) == Phase::Settled;
        heard.clear();
        if (was_settled) handlers.resync_started();
    }

    std::expected<void, SysError> begin_dumping() {
        repetitions = 0;
        return ask(Phase::Links);
    }

    std::expected<void, SysError> ask(Phase what) {
        phase = what;
        interrupted = false;
        ++sequence;
        std::vector<std::byte> request;
        append_dump(what, request);
        return send_netlink(socket.fd.get(), request, "ask the kernel for its links, addresses and routes");
    }

    void append_dump(Phase what, std::vector<std::byte>& request) {
        switch (what) {
            case Phase::Draining:
            case Phase::Settled:
                return;
            case Phase::Links:
                dump.begin_links();
                return wire::append_dump_links(request, sequence);
            case Phase::Addresses:
                dump.begin_addresses();
                return wire::append_dump_addresses(request, sequence);
            case Phase::RoutesOfIpv4:
                dump.begin_routes(net::Family::Ipv4);
                return wire::append_dump_routes(request, net::Family::Ipv4, sequence);
            case Phase::RoutesOfIpv6:
                dump.begin_routes(net::Family::Ipv6);
                return wire::append_dump_routes(request, net::Family::Ipv6, sequence);
            case Phase::RulesOfIpv4:
                dump.begin_rules(net::Family::Ipv4);
                return wire::append_dump_rules(request, net::Family::Ipv4, sequence);
            case Phase::RulesOfIpv6:
                dump.begin_rules(net::Family::Ipv6);
                return wire::append_dump_rules(request, net::Family::Ipv6, sequence);
        }
    }

    void hear(Bytes datagram) {
        if (phase == Phase::Draining) return;
        if (phase == Phase::Settled) return hear_news(datagram);
        const DatagramKind kind = examine(datagram, socket.port, sequence);
        interrupted |= kind.interrupted;
        messages.clear();
        wire::decode_rtnl(datagram, messages);
        for (const wire::RtnlMessage& message : messages) hear_while_dumping(message, kind.answers_us);
    }

    void hear_news(Bytes datagram) {
        const auto before = static_cast<std::ptrdiff_t>(heard.size());
        wire::decode_rtnl(datagram, heard);
        heard.erase(std::remove_if(heard.begin() + before, heard.end(), std::not_fn(is_picture)),
                    heard.end());
    }

    void hear_while_dumping(const wire::RtnlMessage& message, bool answers_us) {
        if (is_picture(message)) return dump.apply(message, answers_us);
        if (!answers_us) return;
        if (const auto* const answer = std::get_if<wire::Answer>(&message))
            return hear_refusal(answer->error);
        if (const auto* const end = std::get_if<wire::DumpEnded>(&message)) end_dump(end->error);
    }

    // A dump does not start while notifications fill the receive buffer or an earlier dump has not been read
    // to its end; both are over once nothing is waiting.
    void hear_refusal(int error) {
        if (error == ENOBUFS || error == EBUSY) return begin_draining();
        if (is_absent(error)) return end_dump(error);
        if (error != 0) fail({"read the kernel's links, addresses and routes", error});
    }

    // A kernel without IPv6, or without rules, has none to tell of.
    [[nodiscard]] bool is_absent(int error) const {
        const bool unknown = error == EAFNOSUPPORT || error == EOPNOTSUPP;
        return unknown && phase > Phase::Addresses;
    }

    void end_dump(int error) {
        const bool failed = error != 0 && !is_absent(error);
        const bool disturbed = failed || interrupted || dump.is_ambiguous();
        if (disturbed && repetitions++ < kMostRepetitions) return go_on(phase);
        const auto next = static_cast<Phase>(static_cast<int>(phase) + 1);
        if (next != Phase::Settled) return go_on(next);
        phase = Phase::Settled;
        handlers.resynchronised(dump.take());
    }

    void go_on(Phase what) {
        if (auto asked = ask(what); !asked) fail(asked.error());
    }

    void deliver() {
        if (heard.empty() || !readiness) return;
        // A callback may not see the vector change under it.
        delivered.swap(heard);
        handlers.changed(delivered);
        delivered.clear();
    }

    void fail_from_loop(const SysError& error) {
        boost::asio::post(loop, [weak = weak_from_this(), error] {
            const auto self = weak.lock();
            if (self && self->readiness) self->fail(error);
        });
    }

    void fail(const SysError& error) {
        readiness.reset();
        handlers.failed(error);
    }

    Loop& loop;
    NetlinkSocket socket;
    KernelMirrorHandlers handlers;
    NetlinkSlice slice;
    std::vector<wire::RtnlMessage> messages;
    std::vector<wire::RtnlMessage> heard;
    std::vector<wire::RtnlMessage> delivered;
    Phase phase = Phase::Links;
    std::uint32_t sequence = 0;
    int repetitions = 0;
    bool interrupted = false;
    KernelDump dump;
    std::optional<Readiness> readiness;  // none: stopped
};

std::expected<KernelMirror, SysError> KernelMirror::open(Loop& loop, KernelMirrorHandlers handlers,
                                                         ReceiveBuffer buffer) {
    auto socket = open_netlink(kGroups, buffer);
    if (!socket) return std::unexpected(socket.error());
    // A kernel that can tell of some routes only is spared to tell of all; one that cannot tells too much.
    static_cast<void>(set_option(socket->fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1,
                                 "ask for those routes only that are wanted"));
    if (auto filtered = leave_out_foreign_routes(socket->fd.get()); !filtered)
        return std::unexpected(filtered.error());
    auto state = std::make_shared<State>(loop, *std::move(socket), std::move(handlers));
    if (auto asked = state->begin_dumping(); !asked) return std::unexpected(asked.error());
    state->watch();
    return KernelMirror{std::move(state)};
}

KernelMirror::KernelMirror(std::shared_ptr<State> state) : state_(std::move(state)) {}
KernelMirror::KernelMirror(KernelMirror&&) noexcept = default;

KernelMirror& KernelMirror::operator=(KernelMirror&& other) noexcept {
    KernelMirror old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

KernelMirror::~KernelMirror() {
    if (state_) state_->readiness.reset();
}

void KernelMirror::resynchronise() {
    if (state_->phase != State::Phase::Settled || !state_->readiness) return;
    if (auto asked = state_->begin_dumping(); !asked) state_->fail_from_loop(asked.error());
}

}  // namespace understudy::os
