#include <algorithm>

#include "understudy/base/assert.hpp"
#include "understudy/doctor/finding.hpp"

namespace understudy::doctor {

namespace {

using enum Severity;

// In the order of the enumeration.
constexpr CodeRow kRows[] = {
    {Code::FirewallDropsIncoming, "firewall-drops-incoming", Error,
     "A router that hears no adverts believes that it is alone: two hosts hold the address."},
    {Code::FirewallDropsOutgoing, "firewall-drops-outgoing", Error,
     "The other routers hear nothing of this one and take over beside it."},
    {Code::FirewallMayDrop, "firewall-may-drop", Warning,
     "Whether adverts pass depends on what a rule finds in the packet or counts."},
    {Code::InterfaceMissing, "interface-missing", Error, "Without its interface an instance stays in FAULT."},
    {Code::InterfaceAwaited, "interface-awaited", Warning,
     "With dynamic_interfaces an interface may come later; until then its instance stays in FAULT."},
    {Code::InterfaceDown, "interface-down", Error, "An interface that is down keeps its instances in FAULT."},
    {Code::NoCarrier, "no-carrier", Error, "Without a carrier the instances on it stay in FAULT."},
    {Code::NoMulticast, "no-multicast", Error,
     "Adverts go to a multicast group, which this interface neither sends to nor joins."},
    {Code::NoAddress, "no-address", Error, "Adverts need an address of this host to come from."},
    {Code::SourceElsewhere, "source-elsewhere", Warning,
     "Adverts say that they come from an address that this host does not have: unicast peers answer to "
     "somebody else."},
    {Code::AdvertTooLong, "advert-too-long", Error,
     "An advert must fit into one packet: the kernel refuses to send a longer one."},
    {Code::ManagerDeletesAddresses, "manager-deletes-addresses", Warning,
     "It takes addresses away that it has not set itself when it restarts or applies its files. The daemon "
     "puts them back, but for that moment they are gone."},
    {Code::SourceCheckDropsPeer, "source-check-drops-peer", Error,
     "With rp_filter=1 the kernel drops what comes in by another interface than answers would leave by."},
    {Code::SourceCheckOfTwins, "source-check-of-twins", Warning,
     "With rp_filter=1 and two interfaces in one network the kernel drops what comes in by the second of "
     "them."},
    {Code::ArpUnanswered, "arp-unanswered", Error,
     "Neighbours that ask for the address get no answer: it is reached only as long as they remember an "
     "announcement."},
    {Code::ArpAnsweredByTwin, "arp-answered-by-twin", Warning,
     "Both interfaces answer for the address, each with its own MAC, so traffic comes in by either."},
    {Code::ArpAnnouncedByTwin, "arp-announced-by-twin", Warning,
     "A question that goes out by that interface may name the address as its sender: whoever hears it sends "
     "to the MAC of that interface from then on, and loses the address when that interface fails."},
    {Code::Ipv6Disabled, "ipv6-disabled", Error,
     "The kernel refuses IPv6 addresses on an interface whose IPv6 is switched off."},
    {Code::NonlocalBindOff, "nonlocal-bind-off", Note,
     "A program that listens on the virtual address itself cannot start on the host that is backup."},
    {Code::KernelFeatureMissing, "kernel-feature-missing", Error,
     "The daemon asks the kernel for it, and an instance that needs it stays in FAULT or unprotected."},
    {Code::ClockUnsynchronised, "clock-unsynchronised", Warning,
     "auth_hmac refuses adverts that were signed further from this clock than time_window."},
    {Code::ClockStepped, "clock-stepped", Warning,
     "A step of the clock makes auth_hmac refuse good adverts, here and on the other routers."},
    {Code::ConfigurationRefused, "configuration-refused", Error,
     "The daemon does not start with this, and a reload changes nothing."},
    {Code::HiddenFromService, "hidden-from-service", Warning,
     "The service runs the daemon as that user: it does not start, and a reload changes nothing."},
    {Code::ScriptProblem, "script-problem", Warning, "The script does not run, or not safely."},
    {Code::ScriptsRunAsRoot, "scripts-run-as-root", Warning,
     "Whoever can change a script, or what it calls, is root on this host."},
    {Code::PidFileStale, "pid-file-stale", Note,
     "The daemon takes it over at its start; what reads it until then is misled."},
    {Code::PidFileOfAnother, "pid-file-of-another", Warning,
     "Whoever stops the daemon by this file stops another program."},
    {Code::RunDirectoryOpen, "run-directory-open", Error,
     "Others than root can put a socket or a pid file of their own in place of the daemon's."},
    {Code::OtherProgram, "other-program", Warning,
     "With the same VRID on the same interface both send adverts for one virtual router, and fight over its "
     "addresses."},
    {Code::OtherProgramSameVrid, "other-program-same-vrid", Error,
     "Two programs of one host send adverts for the same virtual router, and fight over its addresses."},
    {Code::AdvertFaulty, "advert-faulty", Warning, "A packet that is no good advert is not heard."},
    {Code::AdvertRefused, "advert-refused", Error,
     "Routers that refuse each other's adverts are both master."},
    {Code::AddressesDiffer, "addresses-differ", Warning,
     "An address that only one of the hosts has is lost when the master moves."},
    {Code::IntervalDiffers, "interval-differs", Note,
     "Version 3 learns the master's interval, so the takeover takes as long as that one says."},
    {Code::ClockDiffers, "clock-differs", Warning,
     "Adverts that were signed further from this clock than time_window are refused."},
    {Code::TwoMasters, "two-masters", Error, "Two hosts hold the same addresses."},
    {Code::AddressAnswered, "address-answered", Error,
     "A host that holds the address and sends no adverts fights with whoever becomes master."},
};

consteval bool in_order() {
    std::size_t at = 0;
    for (const CodeRow& row : kRows)
        if (static_cast<std::size_t>(row.code) != at++) return false;
    return at == static_cast<std::size_t>(Code::AddressAnswered) + 1;
}
static_assert(in_order(), "every code has its row, in the order of the enumeration");

}  // namespace

std::span<const CodeRow> all_codes() { return kRows; }

const CodeRow& describe(Code code) { return kRows[static_cast<std::size_t>(code)]; }

std::string_view name(Severity severity) {
    switch (severity) {
        case Note:
            return "note";
        case Warning:
            return "warning";
        case Error:
            return "error";
    }
    assertion_failed("severity is one of those named", __FILE__, __LINE__);
}

int Report::exit_status() const {
    const auto is_grave = [](const Finding& finding) { return finding.severity() != Note; };
    if (std::ranges::any_of(findings, is_grave)) return 1;
    return unchecked.empty() ? 0 : 2;
}

}  // namespace understudy::doctor
