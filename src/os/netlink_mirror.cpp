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

namespace understudy::os {
namespace {

// A dump that the kernel says was disturbed is repeated; under constant change at most this often, for the
// notifications that arrive in between keep the picture right in all but a vanishingly rare order of things.
constexpr int kMostRepetitions = 16;

bool is_picture(const wire::RtnlMessage& message) {
    return !std::holds_alternative<wire::Answer>(message) &&
           !std::holds_alternative<wire::DumpEnded>(message);
}

}  // namespace

struct KernelMirror::State : std::enable_shared_from_this<KernelMirror::State> {
    enum class Phase : std::uint8_t {
        Draining,   // something was lost: read and forget until nothing is waiting
        Links,      // being dumped
        Addresses,  // being dumped
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
        if (what == Phase::Links) {
            dump.begin_links();
            wire::append_dump_links(request, sequence);
        } else {
            dump.begin_addresses();
            wire::append_dump_addresses(request, sequence);
        }
        return send_netlink(socket.fd.get(), request, "ask the kernel for its links and addresses");
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
        if (const auto* const end = std::get_if<wire::DumpEnded>(&message)) end_dump(end->error != 0);
    }

    // A dump does not start while notifications fill the receive buffer or an earlier dump has not been read
    // to its end; both are over once nothing is waiting.
    void hear_refusal(int error) {
        if (error == ENOBUFS || error == EBUSY) return begin_draining();
        if (error != 0) fail({"read the kernel's links and addresses", error});
    }

    void end_dump(bool disturbed) {
        disturbed = disturbed || interrupted || dump.is_ambiguous();
        if (disturbed && repetitions++ < kMostRepetitions) return go_on(phase);
        if (phase == Phase::Links) return go_on(Phase::Addresses);
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
                                                         std::size_t receive_buffer) {
    auto socket = open_netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, receive_buffer);
    if (!socket) return std::unexpected(socket.error());
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
