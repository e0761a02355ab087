// The kernel's links, addresses, routes and rules over rtnetlink(7): a mirror that hears every change, and
// batches of changes. Of routes and rules it knows those of keepalived's protocol (see wire/rtnl).
//
// KernelMirror promises a picture that is complete and then kept complete: if the kernel had to drop
// notifications because we were slow, the mirror says so, asks for everything again and delivers a new
// picture. Between `resync_started` and `resynchronised` nothing else is delivered; what happens meanwhile is
// part of the picture.
//
// KernelChanges promises one answer per change. The kernel does the work inside the one system call that
// carries the batch, so whoever wants short turns cuts short batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/route.hpp"
#include "understudy/net/rule.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/receive_room.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"
#include "understudy/wire/rtnl.hpp"

namespace understudy::os {

struct KernelPicture {
    std::vector<net::Link> links;                  // by index
    std::vector<net::InterfaceAddress> addresses;  // by link and address
    std::vector<net::Route> routes;                // in no order, and perhaps twice
    std::vector<net::Rule> rules;
};

struct KernelMirrorHandlers {
    // What appeared, changed or went, in the kernel's order. Bounded per turn of the loop.
    std::move_only_function<void(std::span<const wire::RtnlMessage>)> changed;
    // Notifications were lost: what was known may be wrong until `resynchronised`.
    std::move_only_function<void()> resync_started;
    // Also the first news after opening.
    std::move_only_function<void(const KernelPicture&)> resynchronised;
    // The socket is unusable; the mirror has stopped and must be opened again.
    std::move_only_function<void(const SysError&)> failed;
};

class KernelMirror {
public:
    static constexpr ReceiveBuffer kDefaultReceiveBuffer{4u << 20, true};

    [[nodiscard]] static std::expected<KernelMirror, SysError> open(
        Loop& loop, KernelMirrorHandlers handlers, ReceiveBuffer buffer = kDefaultReceiveBuffer);
    KernelMirror(KernelMirror&&) noexcept;
    KernelMirror& operator=(KernelMirror&&) noexcept;
    ~KernelMirror();

    // Asks for everything again and delivers `resynchronised`; `resync_started` is not called, nothing was
    // lost.
    void resynchronise();

private:
    struct State;
    explicit KernelMirror(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

enum class ChangeKind : std::uint8_t {
    Add,
    Remove,
    Renew,  // of addresses: their lifetimes begin anew; one that is not there is added
};

struct AddressChange {
    using Kind = ChangeKind;
    Kind kind = Kind::Add;
    net::InterfaceAddress address;
    friend bool operator==(const AddressChange&, const AddressChange&) = default;
};
struct RouteChange {
    ChangeKind kind = ChangeKind::Add;
    net::Route route;
    wire::RoutePlace place = wire::RoutePlace::First;  // of one that is added
    friend bool operator==(const RouteChange&, const RouteChange&) = default;
};
struct RuleChange {
    ChangeKind kind = ChangeKind::Add;
    net::Rule rule;
    friend bool operator==(const RuleChange&, const RuleChange&) = default;
};
using KernelChange = std::variant<AddressChange, RouteChange, RuleChange>;

struct ChangesApplied {
    std::vector<int> errors;  // per change, in order: 0, the kernel's errno, or kUnanswered
    microseconds took{0};     // without waiting for the processor, no reason for smaller batches; 0: too few
};

class KernelChanges {
public:
    static constexpr std::size_t kMostChanges = 512;
    // The answer was lost: the change was made or not, only the mirror can tell. Try again (EAGAIN).
    static const int kUnanswered;

    static constexpr ReceiveBuffer kDefaultReceiveBuffer{2u << 20, true};
    // What the answers to the largest batch need: no answer of the kernel's is ever lost for want of room.
    static constexpr std::size_t kLeastReceiveBuffer = 256u << 10;

    [[nodiscard]] static std::expected<KernelChanges, SysError> open(
        ReceiveBuffer buffer = kDefaultReceiveBuffer);

    // At most kMostChanges. An error of the whole means that no change was made.
    [[nodiscard]] std::expected<ChangesApplied, SysError> apply(std::span<const KernelChange> changes);

private:
    explicit KernelChanges(UniqueFd fd);
    void append(const KernelChange& change);
    void append(const AddressChange& change, std::uint32_t sequence);
    void collect_answers(std::uint32_t first, std::vector<int>& errors);

    UniqueFd fd_;
    std::uint32_t next_sequence_ = 1;
    std::vector<std::byte> batch_;
    ReceiveRoom room_;
    std::vector<wire::RtnlMessage> messages_;
};

}  // namespace understudy::os
