// Everything the agent can order. The executor carries actions out in their order, and what it learns
// (refused, ended, too slow) comes back as an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/agent/journal.hpp"
#include "understudy/base/scheduling.hpp"
#include "understudy/ctl/history.hpp"
#include "understudy/ctl/orders.hpp"
#include "understudy/desired/addresses.hpp"
#include "understudy/desired/routes.hpp"
#include "understudy/desired/rules.hpp"
#include "understudy/desired/virtual_links.hpp"
#include "understudy/model/command.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/model/tracker.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/packet_filter.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::agent {

// The raw sockets that should be open now, and what their filters let through. Replaces the previous list.
struct Listener {
    net::LinkIndex link;  // 0: any interface (unicast without interface)
    net::Family family = net::Family::Ipv4;
    bool authentication_header = false;  // protocol 51 too
    std::vector<net::Address> groups;    // multicast groups to join
    std::vector<net::Vrid> vrids;        // ascending
    bool speaks_for_another = false;     // adverts have an address of another link: the one below
    std::uint32_t receive_buffer = 0;    // octets; 0: the system's default
    friend bool operator==(const Listener&, const Listener&) = default;
};
struct Listen {
    std::vector<Listener> listeners;
    friend bool operator==(const Listen&, const Listen&) = default;
};

// IPv4: a whole packet from its IP header on. IPv6: the message; source and hop limit go into the header.
struct SendPacket {
    std::size_t instance = 0;
    net::LinkIndex link;
    net::Family family = net::Family::Ipv4;
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 255;
    std::vector<std::byte> bytes;
    friend bool operator==(const SendPacket&, const SendPacket&) = default;
};

// At most one batch is in flight: the next is ordered when ChangesAnswered has come.
using KernelChange = std::variant<desired::Change, desired::RouteChange, desired::RuleChange>;
struct ChangeKernel {
    std::vector<KernelChange> changes;
    friend bool operator==(const ChangeKernel&, const ChangeKernel&) = default;
};

// Interfaces with virtual MACs to make, take over or remove. At most one batch is in flight: the next is
// ordered when LinksAnswered has come.
struct ChangeLinks {
    std::vector<desired::LinkChange> changes;
    friend bool operator==(const ChangeLinks&, const ChangeLinks&) = default;
};

// Kernel settings that are to have these values for now. Replaces the previous list: what leaves it gets the
// value back that it had before, unless somebody else has changed it meanwhile.
struct HeldSetting {
    net::LinkIndex link;  // 0: `name` is a whole path below /proc/sys
    std::string name;     // below net/ipv4/conf/LINK otherwise
    std::string value;
    friend auto operator<=>(const HeldSetting&, const HeldSetting&) = default;
};
struct HoldSettings {
    std::vector<HeldSetting> settings;  // ascending
    friend bool operator==(const HoldSettings&, const HoldSettings&) = default;
};

// What the packet filter should do; replaces what it does at once, and what a predecessor has left. Answered
// with FilterAnswered.
struct SetFilter {
    net::PacketFilter filter;
    friend bool operator==(const SetFilter&, const SetFilter&) = default;
};

// Gratuitous ARP (IPv4) or an unsolicited neighbour advert (IPv6) for each, in order.
struct Announcement {
    net::LinkIndex link;
    net::Mac mac;
    net::Address address;
    friend bool operator==(const Announcement&, const Announcement&) = default;
};
struct SendAnnouncements {
    std::vector<Announcement> announcements;
    friend bool operator==(const SendAnnouncements&, const SendAnnouncements&) = default;
};

// Who else has these addresses? Asked by ARP probe (RFC 5227) or neighbour solicitation of nobody, which
// change no cache; the MAC is our own. Whoever answers is told with AddressClaimed.
struct AskNeighbours {
    std::vector<Announcement> questions;
    friend bool operator==(const AskNeighbours&, const AskNeighbours&) = default;
};

// The addresses for which another machine must not speak, by link: whoever does is to be told of with
// AddressClaimed. Replaces the previous list.
struct GuardedLink {
    net::LinkIndex link;
    std::vector<net::Address> addresses;  // ascending, of both families
    friend bool operator==(const GuardedLink&, const GuardedLink&) = default;
};
struct WatchNeighbours {
    std::vector<GuardedLink> links;
    friend bool operator==(const WatchNeighbours&, const WatchNeighbours&) = default;
};

// A tracked script or a hook. Ends with ProgramEnded or ProgramNotStarted of the same run.
struct RunProgram {
    std::uint64_t run = 0;
    model::Command command;
    bool supplementary_groups = false;  // those of its user, too
    friend bool operator==(const RunProgram&, const RunProgram&) = default;
};
// Sends SIGTERM or SIGKILL to the program's whole process group.
struct EndProgram {
    std::uint64_t run = 0;
    bool kill = false;
    friend bool operator==(const EndProgram&, const EndProgram&) = default;
};

// One question of a vrrp_check. Ends with ProbeEnded of the same run, unless it is withdrawn first.
struct RunProbe {
    std::uint64_t run = 0;
    model::Probe probe;
    friend bool operator==(const RunProbe&, const RunProbe&) = default;
};
struct WithdrawProbe {
    std::uint64_t run = 0;
    friend bool operator==(const WithdrawProbe&, const WithdrawProbe&) = default;
};

// The notify pipes that should be open now. Replaces the previous list; one that is new in it is made if it
// does not exist, and answered with PipeAnswered. One that was made is removed when it leaves the list and at
// the end.
struct Pipe {
    std::string path;
    std::string user;        // owner of one that is made; empty: ourselves
    std::string group;       // empty: the user's
    std::uint32_t mode = 0;  // of one that is made
    friend bool operator==(const Pipe&, const Pipe&) = default;
};
struct OpenPipes {
    std::vector<Pipe> pipes;
    friend bool operator==(const OpenPipes&, const OpenPipes&) = default;
};
// Into each of these pipes, without its newline. What does not fit is lost: nobody is waited for.
struct WriteNotifyLine {
    std::string line;
    friend bool operator==(const WriteNotifyLine&, const WriteNotifyLine&) = default;
};

// A letter about a transition, to whom the configuration says. Nobody hears what becomes of it.
struct SendMail {
    std::string subject;
    std::string text;
    friend bool operator==(const SendMail&, const SendMail&) = default;
};

// Something has happened that is worth knowing tomorrow.
struct Remember {
    ctl::HistoryEntry entry;
    friend bool operator==(const Remember&, const Remember&) = default;
};

// The files that are tracked now. Replaces the previous list; each is told once with FileRead, and again when
// its content may have changed. Those with a number are made first, if they have to be.
struct WatchedFile {
    std::string path;
    std::optional<model::FileInit> init;
    friend bool operator==(const WatchedFile&, const WatchedFile&) = default;
};
struct WatchFiles {
    std::vector<WatchedFile> files;
    friend bool operator==(const WatchFiles&, const WatchFiles&) = default;
};
// The processes to count. Replaces the previous list; each is told once with ProcessesCounted, and again when
// its number changes.
struct WatchProcesses {
    std::vector<model::TrackProcess> processes;
    friend bool operator==(const WatchProcesses&, const WatchProcesses&) = default;
};
// Ask these interfaces themselves for their link; answered with LinksPolled.
struct LinkToPoll {
    net::LinkIndex link;
    std::string name;
    model::LinkProbe probe = model::LinkProbe::Any;
    friend bool operator==(const LinkToPoll&, const LinkToPoll&) = default;
};
struct PollLinks {
    std::vector<LinkToPoll> links;
    friend bool operator==(const PollLinks&, const PollLinks&) = default;
};

// How our own process should run from now on; what is not given is as it was when the process began.
// Answered with SchedulingAnswered.
struct SetScheduling {
    Scheduling wanted;
    friend bool operator==(const SetScheduling&, const SetScheduling&) = default;
};

// All that the operator has ordered and is in force: to be handed to a successor, should we die. Replaces
// what was told before.
struct KeepOrders {
    std::vector<ctl::StandingOrders> orders;
    friend bool operator==(const KeepOrders&, const KeepOrders&) = default;
};

// Ask for a KernelPictured.
struct ReadKernel {
    friend bool operator==(const ReadKernel&, const ReadKernel&) = default;
};

struct Tell {
    Record record;
    friend bool operator==(const Tell&, const Tell&) = default;
};

// After StopAsked: all is done, the process may end.
struct Finished {
    friend bool operator==(const Finished&, const Finished&) = default;
};

using Action =
    std::variant<Listen, SendPacket, ChangeKernel, ChangeLinks, HoldSettings, SetFilter, SendAnnouncements,
                 AskNeighbours, WatchNeighbours, RunProgram, EndProgram, RunProbe, WithdrawProbe, OpenPipes,
                 WriteNotifyLine, SendMail, Remember, WatchFiles, WatchProcesses, PollLinks, SetScheduling,
                 KeepOrders, ReadKernel, Tell, Finished>;

}  // namespace understudy::agent
