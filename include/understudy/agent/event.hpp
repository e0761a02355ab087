// Everything the agent can hear: news from the kernel, packets, ended programs, the operator, the clock. Past
// tense; plain values that can be recorded and replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/scheduling.hpp"
#include "understudy/base/time.hpp"
#include "understudy/ctl/orders.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/route.hpp"
#include "understudy/net/rule.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::agent {

// A complete picture of the kernel's links and addresses, and of its routes and rules of keepalived's
// protocol: the first one starts the instances, later ones follow an overrun of the notification socket or a
// request.
struct KernelPictured {
    std::vector<net::Link> links;
    std::vector<net::InterfaceAddress> addresses;
    std::vector<net::Route> routes;
    std::vector<net::Rule> rules;
};
struct LinkSeen {  // new or changed
    net::Link link;
};
struct LinkVanished {
    net::LinkIndex index;
};
struct AddressSeen {  // new or changed
    net::InterfaceAddress address;
};
struct AddressVanished {
    net::InterfaceAddress address;
};
struct RouteSeen {  // new or changed; of any protocol if it replaces another one
    net::Route route;
    bool replaces = false;
};
struct RouteVanished {
    net::Route route;
};
struct RuleSeen {
    net::Rule rule;
};
struct RuleVanished {
    net::Rule rule;
};

// A packet of protocol 112 or 51. IPv4: from the IP header on; IPv6: the message. The bytes live only during
// the call.
struct PacketHeard {
    net::LinkIndex link;
    net::Family family = net::Family::Ipv4;
    Bytes bytes;
    net::Address source;       // IPv6 only
    net::Address destination;  // IPv6 only
    std::uint8_t hop_limit = 0;
};

// Somebody on the link announced or answered for an address: an ARP frame with it as sender (RFC 5227), or a
// neighbour advertisement with it as target (RFC 4861 §4.4). It may be of this host.
struct AddressClaimed {
    net::LinkIndex link;
    net::Address address;
    net::Mac mac;  // that is said to have it
};

// The kernel's answers to the one batch of ChangeKernel in flight, in its order: 0 or an errno.
struct ChangesAnswered {
    std::vector<int> errors;
    microseconds took{0};  // 0: that was not measured
};

// The kernel's answers to the one ChangeLinks in flight, in its order: 0 or an errno.
struct LinksAnswered {
    std::vector<int> errors;
};

// The kernel's answer to SetFilter: 0 or an errno.
struct FilterAnswered {
    int error = 0;
};

// A packet could not be sent.
struct SendFailed {
    std::size_t instance = 0;  // as in SendPacket
    int error = 0;
};

// A socket that a Listen asked for is open (0), or could not be opened (an errno).
struct ListenAnswered {
    net::LinkIndex link;
    net::Family family = net::Family::Ipv4;
    int error = 0;
};

struct ProgramEnded {
    std::uint64_t run = 0;  // as in RunProgram
    bool success = false;   // exit status 0
    int status = 0;         // exit code, or the signal's number negated
};
struct ProgramNotStarted {
    std::uint64_t run = 0;
    int error = 0;
};

struct ProbeEnded {
    std::uint64_t run = 0;  // as in RunProbe
    bool success = false;
    std::string reason;  // "connected", "Connection refused"
};

// A pipe that an OpenPipes asked for is open (0), or could not be opened (an errno; EEXIST: it is no pipe).
struct PipeAnswered {
    std::string path;
    int error = 0;
};

// What a tracked file holds now. ENOENT: there is none.
struct FileRead {
    std::string path;
    std::string content;
    int error = 0;
};
// How many processes of this vrrp_track_process run now.
struct ProcessesCounted {
    std::string name;
    std::size_t count = 0;
};
// What the interfaces of a PollLinks said of their link; of one that says nothing there is no entry.
struct LinksPolled {
    struct Entry {
        net::LinkIndex link;
        bool up = false;
    };
    std::vector<Entry> links;
};

// What the kernel has refused of a SetScheduling.
struct SchedulingAnswered {
    std::vector<SchedulingRefusal> refused;
};
// We have worked in real time for longer than we may without a pause, and run with ordinary priority now.
struct RealtimeLimitReached {};

// A new configuration, checked and free of errors, is to take effect.
struct ConfigLoaded {
    std::shared_ptr<const model::Config> config;
};

// Leave: resign, remove the addresses, run the stop hooks. keep_addresses: leave everything in place and say
// nothing on the wire (--dont-release-vrrp). With graceful_handover masters are drained first; asked once
// more, half a second later or more, it leaves at once.
struct StopAsked {
    bool keep_addresses = false;
};

// What the wall clock shows at this moment: told before anything else, and whenever it and the monotonic
// clock have not gone on alike since.
struct WallClockRead {
    WallTime at;
};

// Of the instance of this name; empty: of all.
struct StatisticsReset {
    std::string instance = {};
};

// The operator orders a priority of an instance and its whole sync group, whose members move together. It
// stays until he takes it back (none) or the daemon ends.
struct PriorityOrdered {
    std::string instance;
    std::optional<net::Priority> priority;  // 1 to 254
};
// Another router is to have the role. A master advertises priority 1 and keeps its addresses until it hears a
// better master; one that nobody relieves stays master. Taken for the instance (none: for all) with its whole
// sync group, and in effect until ResumeAsked, until `duration` is over, or the daemon ends.
struct DrainAsked {
    std::optional<std::string> instance;
    std::optional<microseconds> duration;
};
struct ResumeAsked {
    std::optional<std::string> instance;
};
// The same, but once: when another router has taken over, a master goes on as backup of its usual priority
// that does not take the role back from it, until it has been master again, ResumeAsked, or a priority is
// ordered. If nobody takes over it goes on as the master it was.
struct FailoverAsked {
    std::string instance;
};
// What a predecessor that died had been ordered: told before the first picture of the kernel.
struct OrdersInherited {
    std::vector<ctl::StandingOrders> orders;
};
// We are another process, which goes on with what the agent of a dead one was (Agent::restored): nothing that
// it ordered is open any more or will be answered. A picture of the kernel is going to follow.
struct PredecessorDied {
    Instant at_work;  // it certainly was then; what came after that nobody may have heard
};
// Run a script, or make a check, now and not only when it is due. One that is at work goes on.
struct CheckAsked {
    std::string name;
};

struct TimeReached {};

using Event =
    std::variant<KernelPictured, LinkSeen, LinkVanished, AddressSeen, AddressVanished, RouteSeen,
                 RouteVanished, RuleSeen, RuleVanished, PacketHeard, AddressClaimed, ChangesAnswered,
                 LinksAnswered, FilterAnswered, SendFailed, ListenAnswered, ProgramEnded, ProgramNotStarted,
                 ProbeEnded, PipeAnswered, FileRead, ProcessesCounted, LinksPolled, SchedulingAnswered,
                 RealtimeLimitReached, ConfigLoaded, StopAsked, WallClockRead, StatisticsReset,
                 PriorityOrdered, DrainAsked, ResumeAsked, FailoverAsked, OrdersInherited, PredecessorDied,
                 CheckAsked, TimeReached>;

}  // namespace understudy::agent
