#include "story.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <expected>
#include <string_view>

#include "understudy/base/names.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"
#include "understudy/wire/advert.hpp"

#include "history_text.hpp"
#include "when.hpp"

namespace understudy::cli {

namespace {

constexpr const char* kAllInstances = "all instances";

std::string interface_text(net::LinkIndex link) { return fmt::format("interface {}", link.value); }

// "the kernel made 3 changes", "the kernel refused 1 of 3 changes"
std::string answer_text(const std::vector<int>& errors) {
    const auto refused = errors.size() - static_cast<std::size_t>(std::ranges::count(errors, 0));
    if (refused == 0) return fmt::format("the kernel made {} changes", errors.size());
    return fmt::format("the kernel refused {} of {} changes", refused, errors.size());
}

template <typename Packet>
std::string advert_text(const Packet& packet) {
    const auto read =
        packet.family == net::Family::Ipv4
            ? wire::decode_ipv4(packet.bytes)
            : wire::decode_ipv6(packet.bytes, {packet.source, packet.destination, packet.hop_limit});
    if (!read) return fmt::format("a packet that {}", wire::describe(read.error()));
    return fmt::format("an advert of {} to {}: VRID {}, priority {}", read->source.to_string(),
                       read->destination.to_string(), read->advert.vrid.value(),
                       read->advert.priority.value());
}

std::string text_of(const net::InterfaceAddress& address) {
    return address.prefix.to_string() + " on " + interface_text(address.link);
}
std::string text_of(const desired::WantedRoute& wanted) {
    return "route to " + wanted.route.destination.to_string();
}
std::string text_of(const desired::WantedRule& wanted) {
    return fmt::format("rule {}", wanted.rule.priority);
}

std::string_view sign(desired::ChangeKind kind) {
    switch (kind) {
        case desired::ChangeKind::Add:
            return "+";
        case desired::ChangeKind::Remove:
            return "-";
        case desired::ChangeKind::Renew:
            return "=";
    }
    return "";
}

std::string text_of(const agent::KernelChange& change) {
    return std::visit([](const auto& one) { return std::string{sign(one.kind)} + text_of(one.object); },
                      change);
}

constexpr std::size_t kMostChangesShown = 8;

std::string text_of(const agent::ChangeKernel& order) {
    std::string text = "change of the kernel:";
    for (std::size_t i = 0; i < std::min(order.changes.size(), kMostChangesShown); ++i)
        text += " " + text_of(order.changes[i]);
    if (order.changes.size() > kMostChangesShown)
        text += fmt::format(" and {} more", order.changes.size() - kMostChangesShown);
    return text;
}

std::string text_of(const ctl::HistoryEntry& entry) {
    return (entry.instance.empty() ? "" : "(" + entry.instance + ") ") + event_text(entry);
}

std::string ended_text(const agent::ProgramEnded& event) {
    if (event.success) return fmt::format("program {} succeeded", event.run);
    return event.status < 0 ? fmt::format("program {} was ended by signal {}", event.run, -event.status)
                            : fmt::format("program {} ended with status {}", event.run, event.status);
}

}  // namespace

std::string text_of(const agent::Event& event) {
    return std::visit(
        overloaded{
            [](const agent::KernelPictured& e) {
                return fmt::format("saw the kernel: {} interfaces, {} addresses, {} routes, {} rules",
                                   e.links.size(), e.addresses.size(), e.routes.size(), e.rules.size());
            },
            [](const agent::LinkSeen& e) {
                return fmt::format("saw {}, {}", e.link.name, e.link.is_up() ? "up" : "down");
            },
            [](const agent::LinkVanished& e) { return interface_text(e.index) + " vanished"; },
            [](const agent::AddressSeen& e) { return "saw " + text_of(e.address); },
            [](const agent::AddressVanished& e) { return text_of(e.address) + " vanished"; },
            [](const agent::PacketHeard& e) { return "heard " + advert_text(e); },
            [](const agent::AddressClaimed& e) {
                return fmt::format("{} says that it has {}", e.mac.to_string(), e.address.to_string());
            },
            [](const agent::ChangesAnswered& e) { return answer_text(e.errors); },
            [](const agent::LinksAnswered& e) { return answer_text(e.errors); },
            [](const agent::ProgramEnded& e) { return ended_text(e); },
            [](const agent::ProbeEnded& e) { return fmt::format("question {}: {}", e.run, quote(e.reason)); },
            [](const agent::FileRead& e) { return fmt::format("{} holds {}", e.path, quote(e.content)); },
            [](const agent::ProcessesCounted& e) { return fmt::format("{} of {} run", e.count, e.name); },
            [](const agent::StopAsked&) { return std::string{"was asked to stop"}; },
            [](const agent::WallClockRead& e) { return "the clock shows " + local_date(e.at); },
            [](const agent::PriorityOrdered& e) {
                return e.priority
                           ? fmt::format("was asked for priority {} of {}", e.priority->value(), e.instance)
                           : "was asked for the configured priority of " + e.instance;
            },
            [](const agent::DrainAsked& e) {
                return "was asked to drain " + e.instance.value_or(kAllInstances);
            },
            [](const agent::ResumeAsked& e) {
                return "was asked to resume " + e.instance.value_or(kAllInstances);
            },
            [](const agent::FailoverAsked& e) { return "was asked for a failover of " + e.instance; },
            [](const agent::CheckAsked& e) { return "was asked to check " + e.name; },
            [](const agent::PredecessorDied&) { return std::string{"goes on for a process that has died"}; },
            [](const agent::ConfigLoaded&) { return std::string{"took up another configuration"}; },
            [](const agent::TimeReached&) { return std::string{"a deadline"}; },
            []<typename Other>(const Other&) { return std::string{understudy::type_name<Other>()}; },
        },
        event);
}

std::string text_of(const agent::Action& action) {
    return std::visit(
        overloaded{
            [](const agent::SendPacket& a) { return "send " + advert_text(a); },
            [](const agent::ChangeKernel& a) { return text_of(a); },
            [](const agent::SendAnnouncements& a) {
                return fmt::format("announce {} addresses", a.announcements.size());
            },
            [](const agent::AskNeighbours& a) {
                return fmt::format("ask who else has {} addresses", a.questions.size());
            },
            [](const agent::RunProgram& a) {
                return fmt::format("run {}: {}", a.run,
                                   quote(fmt::format("{}", fmt::join(a.command.words, " "))));
            },
            [](const agent::EndProgram& a) { return fmt::format("end program {}", a.run); },
            [](const agent::WriteNotifyLine& a) { return "write " + quote(a.line); },
            [](const agent::SendMail& a) { return "mail " + quote(a.subject); },
            [](const agent::Remember& a) { return text_of(a.entry); },
            [](const agent::Tell& a) { return fmt::format("tell: {}", a.record.text); },
            []<typename Other>(const Other&) { return std::string{understudy::type_name<Other>()}; },
        },
        action);
}

}  // namespace understudy::cli
