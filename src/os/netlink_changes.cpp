#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/netlink.hpp"

#include "netlink_socket.hpp"
#include "socket_options.hpp"

namespace understudy::os {
namespace {

// An answer occupies about 1 KiB of the receive buffer, so all of a batch fit several times.
constexpr int kRoomForRequests = 1 << 20;
constexpr std::size_t kLeastMeasured = 5;  // for fewer it would cost as much as it measures

// The kernel always reports what it refuses. Of what it does, one word at the end is enough: it works through
// a batch in order, so the last answer says that all before it have been seen to.
void ask_for_one_acknowledgement(std::span<std::byte> batch) {
    while (batch.size() >= sizeof(nlmsghdr)) {
        nlmsghdr header;
        std::memcpy(&header, batch.data(), sizeof header);
        const std::size_t size = NLMSG_ALIGN(header.nlmsg_len);
        if (size >= batch.size()) return;
        header.nlmsg_flags &= static_cast<std::uint16_t>(~NLM_F_ACK);
        std::memcpy(batch.data(), &header, sizeof header);
        batch = batch.subspan(size);
    }
}

}  // namespace

const int KernelChanges::kUnanswered = EAGAIN;

std::expected<KernelChanges, SysError> KernelChanges::open(ReceiveBuffer buffer) {
    buffer.octets = std::max(buffer.octets, kLeastReceiveBuffer);
    auto socket = open_netlink(0, buffer);
    if (!socket) return std::unexpected(socket.error());
    const int fd = socket->fd.get();
    // A batch of the largest size is 60 KiB, which the system's default also holds; so the right to force it
    // is no need.
    if (!set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, kRoomForRequests, "force the send buffer's size"))
        static_cast<void>(
            set_option(fd, SOL_SOCKET, SO_SNDBUF, kRoomForRequests, "set the send buffer's size"));
    // An answer to a refused request would repeat the request.
    if (auto set = set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1, "shorten the kernel's answers"); !set)
        return std::unexpected(set.error());
    static_cast<void>(time_without_processor());  // opens its source, and not when addresses are waited for
    return KernelChanges{std::move(socket->fd)};
}

KernelChanges::KernelChanges(UniqueFd fd) : fd_(std::move(fd)), room_(kNetlinkDatagram) {}

std::expected<ChangesApplied, SysError> KernelChanges::apply(std::span<const KernelChange> changes) {
    UNDERSTUDY_ASSERT(changes.size() <= kMostChanges);
    ChangesApplied applied;
    if (changes.empty()) return applied;
    const bool is_measured = changes.size() >= kLeastMeasured;
    const Instant begin = now();
    const microseconds begin_waiting = is_measured ? time_without_processor() : microseconds{0};
    const std::uint32_t first = next_sequence_;
    batch_.clear();
    for (const KernelChange& change : changes) append(change);
    ask_for_one_acknowledgement(batch_);
    if (auto sent = send_netlink(fd_.get(), batch_, "ask the kernel for changes"); !sent)
        return std::unexpected(sent.error());
    applied.errors.assign(changes.size(), kUnanswered);
    collect_answers(first, applied.errors);
    if (is_measured) applied.took = now() - begin - (time_without_processor() - begin_waiting);
    return applied;
}

void KernelChanges::append(const AddressChange& change, std::uint32_t sequence) {
    switch (change.kind) {
        case ChangeKind::Add:
            return wire::append_add_address(batch_, change.address, sequence);
        case ChangeKind::Renew:
            return wire::append_renew_address(batch_, change.address, sequence);
        case ChangeKind::Remove:
            return wire::append_remove_address(batch_, change.address, sequence);
    }
}

void KernelChanges::append(const KernelChange& change) {
    const std::uint32_t sequence = next_sequence_++;
    std::visit(overloaded{
                   [&](const AddressChange& one) { append(one, sequence); },
                   [&](const RouteChange& one) {
                       if (one.kind != ChangeKind::Remove)
                           wire::append_add_route(batch_, one.route, one.place, sequence);
                       else
                           wire::append_remove_route(batch_, one.route, sequence);
                   },
                   [&](const RuleChange& one) {
                       if (one.kind != ChangeKind::Remove)
                           wire::append_add_rule(batch_, one.rule, sequence);
                       else
                           wire::append_remove_rule(batch_, one.rule, sequence);
                   },
               },
               change);
}

// The kernel has done all the work when the request has been sent, so every answer that will ever come is
// there already.
void KernelChanges::collect_answers(std::uint32_t first, std::vector<int>& errors) {
    bool lost = false;
    while (errors.back() == kUnanswered) {
        const auto datagram = receive_netlink(fd_.get(), room_.all());
        lost |= !datagram && datagram.error() == ENOBUFS;
        // After a loss the answers that did fit are still there.
        if (!datagram && datagram.error() == ENOBUFS) continue;
        if (!datagram) return;
        messages_.clear();
        wire::decode_rtnl(*datagram, messages_);
        for (const wire::RtnlMessage& message : messages_) {
            const auto* const answer = std::get_if<wire::Answer>(&message);
            if (answer == nullptr) continue;
            // One left over from an earlier batch is outside; the difference wraps as the sequence does.
            const std::uint32_t index = answer->sequence - first;
            if (index < errors.size()) errors[index] = answer->error;
        }
    }
    if (!lost) std::ranges::replace(errors, kUnanswered, 0);
}

}  // namespace understudy::os
