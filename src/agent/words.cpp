#include "words.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "words_parts.hpp"

namespace understudy::agent::words {

namespace {

// Its words are what operators search for. The C library's is safe with threads (glibc 2.32).
std::string reason(int error) { return std::strerror(error); }

std::string peer(const vrrp::Explain& explain) {
    return explain.peer ? explain.peer->to_string() : std::string{"an unknown router"};
}

unsigned priority(const vrrp::Explain& explain) {
    return explain.peer_priority ? explain.peer_priority->value() : 0u;
}

std::string duration(const vrrp::Explain& explain) {
    return in_seconds(explain.duration.value_or(microseconds{0}));
}

struct Wording {
    std::string_view id;
    Level level;
    std::string text;
};

// Every reason has its words; a new one does not compile without.
Wording wording(const vrrp::Explain& e, net::Priority ours) {
    using enum vrrp::Reason;
    const std::string ranks = fmt::format("priority {}, ours {}", priority(e), ours.value());
    switch (e.reason) {
        case StartedAsBackup:
            return {"started-as-backup", Level::Info,
                    "starts as backup; takes over in " + duration(e) + " unless a master is heard"};
        case StartedAsOwner:
            return {"started-as-owner", Level::Info, "owns the address (priority 255): master at once"};
        case StartedInFault:
            return {"started-in-fault", Level::Warning, "cannot run yet"};
        case WaitingForTrackers:
            return {"waiting-for-trackers", Level::Info,
                    "waits for the first result of what it or its sync group tracks, or for a virtual MAC"};
        case MasterSilent:
            return {"master-silent", Level::Notice,
                    "Receive advertisement timeout: no master heard for " + duration(e)};
        case MasterResigned:
            return {"master-resigned", Level::Notice,
                    fmt::format("{} resigned (priority 0): taking over in {} unless a better router does",
                                peer(e), duration(e))};
        case LowerPriorityMaster:
            return {"lower-priority-master", Level::Info,
                    fmt::format("master {} has lower {}: will take over", peer(e), ranks)};
        case PreemptDelayStarted:
            return {
                "preempt-delay-started", Level::Info,
                fmt::format("start preempt delay ({}): master {} has lower {}", duration(e), peer(e), ranks)};
        case PreemptDelayEnded:
            return {"preempt-delay-ended", Level::Info, "preempt delay is over"};
        case StrongerMasterHeard:
            return {"stronger-master-heard", Level::Notice,
                    fmt::format("Master received advert from {} with higher {}", peer(e), ranks)};
        case WeakerMasterHeard:
            return {
                "weaker-master-heard", Level::Notice,
                fmt::format("Received advert from {} with lower {}, forcing new election", peer(e), ranks)};
        case OwnAdvertReflected:
            return {"own-advert-reflected", Level::Warning,
                    fmt::format("received an advert from our own address {}: is another host using it, or "
                                "does the network "
                                "reflect packets?",
                                peer(e))};
        case SecondOwnerHeard:
            return {"second-owner-heard", Level::Error,
                    fmt::format("{} also claims to own the addresses (priority 255): only one router may "
                                "have priority 255",
                                peer(e))};
        case IntervalLearned:
            return {"interval-learned", Level::Info,
                    fmt::format("master {} advertises every {}: using that interval", peer(e), duration(e))};
        case FaultRaised:
            return {"fault-raised", Level::Debug, "something that is tracked has failed"};
        case FaultCleared:
            return {
                "fault-cleared", Level::Notice,
                "all reasons for FAULT are gone; takes over in " + duration(e) + " unless a master is heard"};
        case GroupOrder:
            return {"group-order", Level::Info, "moves with its sync group"};
        case Shutdown:
            return {"shutdown", Level::Info, "stops"};
        case TimerMuchTooLate:
            return {"timer-much-too-late", Level::Warning,
                    fmt::format("this process did not run for {}: the other routers must have taken over, so "
                                "the addresses "
                                "are given up before anything is sent",
                                duration(e))};
    }
    return {"unknown", Level::Error, "unknown reason"};
}

std::string ending(int status) {
    return status < 0 ? fmt::format("killed by signal {}", -status)
                      : fmt::format("exited with status {}", status);
}

}  // namespace

std::string in_seconds(microseconds duration) {
    return fmt::format("{:.3f} s", std::chrono::duration<double>(duration).count());
}

Record entered(const std::string& instance, vrrp::Role role) {
    return about(instance, "entered-state", role == vrrp::Role::Fault ? Level::Warning : Level::Notice,
                 fmt::format("Entering {} STATE", vrrp::name(role)));
}

Record group_entered(const std::string& group, vrrp::Role role) {
    return {"group-entered-state",
            Level::Notice,
            fmt::format("VRRP_Group({}) Syncing instances to {} state", group, vrrp::name(role)),
            {{"group", group}}};
}

Record explained(const std::string& instance, const vrrp::Explain& explain, net::Priority ours) {
    const Wording w = wording(explain, ours);
    return about(instance, w.id, w.level, w.text);
}

Record priority_changed(const std::string& instance, net::Priority from, net::Priority to) {
    return about(instance, "priority-changed", Level::Notice,
                 fmt::format("Changing effective priority from {} to {}", from.value(), to.value()));
}

Record faults_changed(const std::string& instance, const std::string& reasons) {
    if (reasons.empty()) return about(instance, "faults-cleared", Level::Info, "no reason for FAULT is left");
    return about(instance, "faults-changed", Level::Warning, "FAULT because " + reasons);
}

Record advert_refused(const std::string& instance, const net::Address& source, vrrp::Refusal why) {
    return about(instance, "advert-refused", Level::Warning,
                 fmt::format("ignored an advert from {}: {}", source.to_string(), vrrp::describe(why)));
}

Record advert_heard(const std::string& instance, const net::Address& source, net::Priority priority) {
    return about(
        instance, "advert-heard", Level::Info,
        fmt::format("heard an advert from {} with priority {}", source.to_string(), priority.value()));
}

Record advert_sent(const std::string& instance, const net::Address& destination, net::Priority priority) {
    return about(
        instance, "advert-sent", Level::Info,
        fmt::format("sends an advert to {} with priority {}", destination.to_string(), priority.value()));
}

// Begins as keepalived's.
Record unknown_vrid(const std::string& link, net::Vrid vrid, const net::Address& source) {
    return {"unknown-vrid",
            Level::Warning,
            fmt::format("Unknown VRID({}) received on interface({}) from {}: no vrrp_instance here has it",
                        vrid.value(), link, source.to_string()),
            {{"interface", link}, {"vrid", std::to_string(vrid.value())}, {"source", source.to_string()}}};
}

Record packet_faulty(const std::string& instance, const net::Address& source, wire::PacketFault why) {
    return about(instance, "packet-faulty", Level::Warning,
                 fmt::format("ignored a packet from {}: {}", source.to_string(), wire::describe(why)));
}

Record addresses_differ(const std::string& instance, const net::Address& source) {
    return about(
        instance, "addresses-differ", Level::Warning,
        fmt::format(
            "{} advertises other virtual addresses than ours: compare virtual_ipaddress on both hosts",
            source.to_string()));
}

Record checksum_form_followed(const std::string& instance, const net::Address& peer, bool old) {
    return about(instance, "checksum-form-followed", Level::Notice,
                 fmt::format("{} sends {}: it gets the same from us", peer.to_string(),
                             old ? "checksums of the old unicast form (keepalived before 1.3.6)"
                                 : "checksums of the present form again"));
}

Record interval_differs(const std::string& instance, const net::Address& source, microseconds theirs,
                        microseconds ours) {
    return about(instance, "interval-differs", Level::Info,
                 fmt::format("advert interval of {} is {}, ours {}", source.to_string(), in_seconds(theirs),
                             in_seconds(ours)));
}

Record clock_differs(const std::string& instance, const net::Address& source, seconds ahead, seconds window) {
    return about(instance, "clock-differs", Level::Warning,
                 fmt::format("the clock of {} is {} s {} ours; beyond {} s (time_window) its adverts are "
                             "refused: check NTP on both hosts",
                             source.to_string(), std::abs(ahead.count()),
                             ahead > seconds{0} ? "ahead of" : "behind", window.count()));
}

Record address_claimed(const std::string& instance, const std::string& link, const net::Address& address,
                       const net::Mac& mac) {
    return {"address-claimed",
            Level::Warning,
            fmt::format("({}) {} on {} is claimed by {}, announcing it again", instance, address.to_string(),
                        link, mac.to_string()),
            {{"instance", instance},
             {"interface", link},
             {"address", address.to_string()},
             {"mac", mac.to_string()}}};
}

Record send_failed(const std::string& instance, int error) {
    return about(
        instance, "send-failed", Level::Error,
        fmt::format("cannot send an advert: {} (reported once until the state changes)", reason(error)));
}

Record unheard(const std::string& instance, int error, microseconds time) {
    return about(
        instance, "adverts-unheard", Level::Error,
        fmt::format("no advert could be sent for {}: {}; a backup will be master as well, and this host "
                    "keeps role and addresses",
                    in_seconds(time), reason(error)));
}

Record heard_again(const std::string& instance, microseconds time) {
    return about(instance, "adverts-sent-again", Level::Notice,
                 fmt::format("adverts can be sent again, after {}", in_seconds(time)));
}

Record listen_failed(const std::string& link, net::Family family, int error) {
    return {"listen-failed",
            Level::Error,
            fmt::format("cannot open the {} VRRP socket on {}: {}", net::name(family), link, reason(error)),
            {{"interface", link}}};
}

Record address_lost(const std::string& link, const desired::Lost& lost) {
    const std::string what = lost.object.prefix.to_string() + " dev " + link;
    if (lost.expired)
        return {
            "address-expired",
            Level::Warning,
            "the address_lease of " + what + " ran out, because it was not renewed in time: putting it back",
            {{"interface", link}}};
    if (!lost.again_at)
        return {"address-lost",
                Level::Warning,
                "somebody removed " + what + ": putting it back",
                {{"interface", link}}};
    return {"address-lost-often",
            Level::Error,
            fmt::format("somebody has removed {} {} times: from now on it is put back once a second. A "
                        "network manager that "
                        "owns the interface is the usual cause",
                        what, lost.times),
            {{"interface", link}}};
}

Record address_repaired(const std::string& link, const desired::Placed& placed) {
    return {"address-repaired",
            Level::Notice,
            placed.object.prefix.to_string() + " dev " + link + " is back in place",
            {{"interface", link}}};
}

namespace {

std::string_view verb(desired::ChangeKind kind) {
    switch (kind) {
        case desired::ChangeKind::Add:
            return "add";
        case desired::ChangeKind::Remove:
            return "remove";
        case desired::ChangeKind::Renew:
            return "renew";
    }
    return "";
}

}  // namespace

Record change_refused(const std::string& link, const desired::Refused& refused) {
    return {"change-refused",
            Level::Error,
            fmt::format("the kernel refused to {} {} dev {}: {}", verb(refused.change.kind),
                        refused.change.object.prefix.to_string(), link, reason(refused.error)),
            {{"interface", link}}};
}

Record leftover_removed(const std::string& link, const desired::LeftoverRemoved& removed) {
    return {
        "leftover-removed",
        Level::Notice,
        fmt::format("removing {} dev {}, left by an earlier run", removed.object.prefix.to_string(), link),
        {{"interface", link}}};
}

Record kernel_reread() {
    return {"kernel-reread", Level::Info, "read all links and addresses again from the kernel", {}};
}

Record goes_on(std::size_t instances, std::size_t masters) {
    return {"goes-on",
            Level::Notice,
            fmt::format(
                "another vrrp process goes on where the one before it has stopped, as master of {} of {} {}",
                masters, instances, instances == 1 ? "instance" : "instances"),
            {{"masters", std::to_string(masters)}, {"instances", std::to_string(instances)}}};
}

Record script_result(const model::Script& script, bool success, int status, bool timed_out) {
    const std::string name = "VRRP_Script(" + script.name + ") ";
    if (timed_out)
        return {"script-timed-out",
                Level::Warning,
                name + "timed out after " + in_seconds(script.timeout),
                {{"script", script.name}}};
    return {"script-result",
            Level::Info,
            name + (success ? std::string{"succeeded"} : "failed (" + ending(status) + ")"),
            {{"script", script.name}}};
}

Record script_not_started(const model::Script& script, int error) {
    return {"script-not-started",
            Level::Error,
            fmt::format("VRRP_Script({}) cannot run {}: {}", script.name, script.command.words.front(),
                        reason(error)),
            {{"script", script.name}}};
}

Record script_postponed(const model::Script& script, int error) {
    return {"script-postponed",
            Level::Warning,
            fmt::format(
                "VRRP_Script({}) cannot be run for now: {}; its last result stands until it can (told once)",
                script.name, reason(error)),
            {{"script", script.name}}};
}

Record script_changed(const model::Script& script, bool good) {
    return {"script-changed",
            Level::Notice,
            "VRRP_Script(" + script.name + ") is now " + (good ? "good" : "bad"),
            {{"script", script.name}}};
}

Record hook_failed(const std::string& what, int status) {
    return {"hook-failed", Level::Warning, what + " " + ending(status), {}};
}

Record hook_not_started(const std::string& what, int error) {
    return {"hook-not-started", Level::Error, what + " could not be run: " + reason(error), {}};
}

Record hook_overdue(const std::string& what) {
    return {
        "hook-overdue", Level::Warning, what + " is still running and is ended because the daemon stops", {}};
}

Record hooks_dropped(const std::string& instance) {
    return about(instance, "hooks-dropped", Level::Error,
                 "too many notify scripts are waiting behind one that does not end: the oldest is not run");
}

Record reader_ended(int status) {
    return {"reader-ended",
            Level::Warning,
            "the script that reads a notify pipe " + ending(status) + "; a reload starts it again",
            {}};
}

Record reader_not_started(int error) {
    return {"reader-not-started",
            Level::Error,
            "the script that reads a notify pipe could not be run: " + reason(error),
            {}};
}

Record reloaded(std::size_t kept, std::size_t changed, std::size_t added, std::size_t removed) {
    return {"reloaded",
            Level::Notice,
            fmt::format("configuration reloaded: {} instances unchanged, {} changed, {} added, {} removed",
                        kept, changed, added, removed),
            {}};
}

Record removed_by_reload(const std::string& instance) {
    return about(instance, "removed-by-reload", Level::Notice, "is no longer configured: stopping it");
}

Record stopping() { return {"stopping", Level::Notice, "stopping: resigning and removing addresses", {}}; }

}  // namespace understudy::agent::words
