#include "support/printers.hpp"

#include <ostream>

#include "understudy/base/overloaded.hpp"

namespace understudy {
namespace {

std::string in_seconds(microseconds duration) {
    const auto count = duration.count();
    const std::string fraction =
        std::to_string(1'000'000 + (count < 0 ? -count : count) % 1'000'000).substr(1);
    return (count < 0 ? "-" : "") + std::to_string((count < 0 ? -count : count) / 1'000'000) + "." +
           fraction + "s";
}

}  // namespace

std::string to_text(Instant instant) { return in_seconds(instant.time_since_epoch()); }

void PrintTo(Instant instant, std::ostream* out) { *out << to_text(instant); }

namespace net {

void PrintTo(const Address& address, std::ostream* out) { *out << address.to_string(); }

}  // namespace net

namespace vrrp {
namespace {

std::string_view word(Reason reason) {
    switch (reason) {
        case Reason::StartedAsBackup:
            return "StartedAsBackup";
        case Reason::StartedAsOwner:
            return "StartedAsOwner";
        case Reason::StartedInFault:
            return "StartedInFault";
        case Reason::WaitingForTrackers:
            return "WaitingForTrackers";
        case Reason::MasterSilent:
            return "MasterSilent";
        case Reason::MasterResigned:
            return "MasterResigned";
        case Reason::LowerPriorityMaster:
            return "LowerPriorityMaster";
        case Reason::PreemptDelayStarted:
            return "PreemptDelayStarted";
        case Reason::PreemptDelayEnded:
            return "PreemptDelayEnded";
        case Reason::StrongerMasterHeard:
            return "StrongerMasterHeard";
        case Reason::WeakerMasterHeard:
            return "WeakerMasterHeard";
        case Reason::OwnAdvertReflected:
            return "OwnAdvertReflected";
        case Reason::SecondOwnerHeard:
            return "SecondOwnerHeard";
        case Reason::IntervalLearned:
            return "IntervalLearned";
        case Reason::FaultRaised:
            return "FaultRaised";
        case Reason::FaultCleared:
            return "FaultCleared";
        case Reason::GroupOrder:
            return "GroupOrder";
        case Reason::Shutdown:
            return "Shutdown";
        case Reason::TimerMuchTooLate:
            return "TimerMuchTooLate";
    }
    return "no reason";
}

std::string flag(std::string_view name, bool set) { return set ? " " + std::string{name} : std::string{}; }

std::string to_text(const Explain& explain) {
    std::string text = "Explain " + std::string{word(explain.reason)};
    if (explain.peer) text += " peer " + explain.peer->to_string();
    if (explain.peer_priority) text += " priority " + std::to_string(explain.peer_priority->value());
    if (explain.duration) text += " for " + in_seconds(*explain.duration);
    return text;
}

std::string to_text(const Started& started) {
    return "Started" + flag("faulted", started.faulted) + flag("held", started.held) +
           (started.deaf_until == Instant{} ? "" : " deaf until " + understudy::to_text(started.deaf_until));
}

std::string to_text(const AdvertHeard& heard) {
    return "AdvertHeard " + std::to_string(heard.priority.value()) + " every " + in_seconds(heard.interval) +
           " from " + heard.source.to_string();
}

std::string to_text(const Backup& backup) {
    std::string text = "Backup until " + understudy::to_text(backup.takeover_at) + " from " +
                       understudy::to_text(backup.timer_started) + flag("shortened", backup.shortened) +
                       flag("brief", backup.brief) + flag("asked its group", backup.asked_group) +
                       flag("preempt delay over", backup.preempt_delay_over) + " interval " +
                       in_seconds(backup.master_interval);
    if (backup.deaf_until != Instant{}) text += " deaf until " + understudy::to_text(backup.deaf_until);
    if (backup.preempt_after) text += " preempts after " + understudy::to_text(*backup.preempt_after);
    if (backup.master) text += " master " + backup.master->to_string();
    if (backup.master_priority) text += " priority " + std::to_string(backup.master_priority->value());
    if (backup.weaker_master) text += " weaker master " + backup.weaker_master->to_string();
    return text;
}

}  // namespace

std::string to_text(const Action& action) {
    return std::visit(
        overloaded{
            [](const SendAdvert& send) { return "SendAdvert " + std::to_string(send.priority.value()); },
            [](const AcquireAddresses&) { return std::string{"AcquireAddresses"}; },
            [](const ReleaseAddresses&) { return std::string{"ReleaseAddresses"}; },
            [](const Announce& announce) {
                switch (announce.occasion) {
                    case Announce::Occasion::BecameMaster:
                        return std::string{"Announce BecameMaster"};
                    case Announce::Occasion::LowerPriorityHeard:
                        return std::string{"Announce LowerPriorityHeard"};
                    case Announce::Occasion::Doubted:
                        return std::string{"Announce Doubted"};
                }
                return std::string{};
            },
            [](const StopAnnouncing&) { return std::string{"StopAnnouncing"}; },
            [](const ReportLowerPriority&) { return std::string{"ReportLowerPriority"}; },
            [](const Explain& explain) { return to_text(explain); },
            [](const AskGroup&) { return std::string{"AskGroup"}; },
        },
        action);
}

std::string to_text(const Event& event) {
    return std::visit(
        overloaded{
            [](const Started& started) { return to_text(started); },
            [](const Released& released) { return "Released" + flag("faulted", released.faulted); },
            [](const AdvertHeard& heard) { return to_text(heard); },
            [](const TimeReached&) { return std::string{"TimeReached"}; },
            [](const WasDeaf& was) { return "WasDeaf for " + std::to_string(was.time.count()) + " us"; },
            [](const PriorityChanged&) { return std::string{"PriorityChanged"}; },
            [](const Faulted& faulted) { return "Faulted" + flag("by group", faulted.by_group); },
            [](const Recovered&) { return std::string{"Recovered"}; },
            [](const SettingsChanged&) { return std::string{"SettingsChanged"}; },
            [](const GroupOrdersBackup&) { return std::string{"GroupOrdersBackup"}; },
            [](const GroupOrdersMaster&) { return std::string{"GroupOrdersMaster"}; },
            [](const TakeoverInvited&) { return std::string{"TakeoverInvited"}; },
            [](const Stopped&) { return std::string{"Stopped"}; },
        },
        event);
}

std::string to_text(const State& state) {
    return std::visit(
        overloaded{
            [](const Idle& idle) { return "Idle deaf until " + understudy::to_text(idle.deaf_until); },
            [](const Backup& backup) { return to_text(backup); },
            [](const Master& master) { return "Master until " + understudy::to_text(master.advertise_at); },
            [](const Fault& fault) { return "Fault deaf until " + understudy::to_text(fault.deaf_until); },
        },
        state);
}

std::string to_text(const Actions& actions) {
    std::string text;
    for (const Action& action : actions) text += to_text(action) + "\n";
    return text;
}

void PrintTo(const Oddities& oddities, std::ostream* out) {
    *out << "Oddities" << flag("addresses", oddities.addresses_differ)
         << flag("interval", oddities.interval_differs)
         << flag("checksum form", oddities.other_checksum_form);
}

void PrintTo(Refusal refusal, std::ostream* out) { *out << describe(refusal); }

void PrintTo(Role role, std::ostream* out) { *out << name(role); }

}  // namespace vrrp
}  // namespace understudy
