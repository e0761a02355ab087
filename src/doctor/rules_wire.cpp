// What was heard on the wire, judged as the daemon would judge it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "understudy/agent/protocol.hpp"
#include "understudy/wire/advert.hpp"

#include "rules.hpp"

namespace understudy::doctor {

namespace {

constexpr std::size_t kMoreThanAChange = 2;  // adverts: one may come from whoever is just stepping back

std::expected<wire::Received, wire::PacketFault> decoded(const HeardAdvert& heard) {
    if (heard.family == net::Family::Ipv4) return wire::decode_ipv4(heard.bytes);
    return wire::decode_ipv6(heard.bytes, {heard.source, heard.destination, heard.hop_limit});
}

bool is_for(const model::Instance& instance, const HeardAdvert& heard, net::Vrid vrid) {
    const bool here = instance.interface.empty() || instance.interface == heard.interface;
    return here && instance.family == heard.family && instance.vrid == vrid;
}

// The address that the daemon would send from, as far as that can be told beforehand.
net::Address own_address(const Case& c, const model::Instance& instance) {
    if (const auto given = instance.given_source()) return *given;
    const Interface* const interface = c.interface(instance.interface);
    if (interface == nullptr) return {};
    for (const net::Prefix& prefix : interface->addresses)
        if (prefix.address.family() == instance.family &&
            (prefix.address.is_v4() || prefix.address.is_link_local()))
            return prefix.address;
    return {};
}

std::string remedy_for_refusal(vrrp::Refusal refusal) {
    using enum vrrp::Refusal;
    switch (refusal) {
        case WrongVersion:
            return "the same vrrp_version on all hosts";
        case WrongTtl:
            return "no router may stand between the hosts; with unicast see min_ttl and max_ttl";
        case NotForUnicast:
        case UnknownPeer:
            return "the same kind on all hosts: unicast_peer with the address of each other host, or none at "
                   "all";
        case NoAddresses:
        case FirstAddressNotLinkLocal:
            return "the same virtual_ipaddress on all hosts";
        case AuthTypeMismatch:
        case AuthTypeUnknown:
        case AuthFailed:
        case AhReplayed:
            return "the same auth_type and auth_pass on all hosts";
        case IntervalZero:
        case IntervalMismatch:
            return "the same advert_int on all hosts";
        case ChecksumForm:
            return "old_unicast_checksum as the other host needs it";
        case OwnerIgnores:
            return "priority 255 on one host only";
        case TrailerUnexpected:
        case TrailerMissing:
        case TrailerMalformed:
        case TrailerOfUnknownKey:
        case TrailerNotAuthentic:
        case TrailerReplayed:
            return "the same auth_hmac on all hosts: keys, their ids and the mode";
        case TrailerStale:
            return "have the clocks of all hosts kept by NTP";
    }
    return "compare the configurations: understudyctl check-pair";
}

void report_oddities(const Case& c, const model::Instance& instance, const wire::Received& received,
                     const vrrp::Oddities& oddities) {
    const std::string who = received.source.to_string();
    if (oddities.addresses_differ)
        c.add(Code::AddressesDiffer, instance.name,
              fmt::format("{} advertises other virtual addresses than are configured here", who),
              "the same virtual_ipaddress on all hosts");
    if (oddities.interval_differs)
        c.add(Code::IntervalDiffers, instance.name,
              fmt::format("{} advertises every {} ms, and advert_int here is {} ms", who,
                          received.advert.interval.count() * 10, instance.advert_interval.count() / 1000),
              remedy_for_refusal(vrrp::Refusal::IntervalMismatch));
    if (oddities.clock_differs)
        c.add(Code::ClockDiffers, instance.name,
              fmt::format("the clock of {} is more than half of time_window from ours", who),
              remedy_for_refusal(vrrp::Refusal::TrailerStale));
}

void judge(const Case& c, const model::Instance& instance, const HeardAdvert& heard,
           const wire::Received& received) {
    vrrp::Router me;
    agent::configure(me, instance);
    me.priority = instance.priority;
    me.address = own_address(c, instance);
    vrrp::ReceiveContext context;
    context.packet = heard.bytes;
    context.sent = agent::checksum_form(instance);
    context.clock = heard.at;
    const auto accepted = vrrp::receive(me, agent::receive_rules(instance), received, context);
    if (accepted) return report_oddities(c, instance, received, accepted->oddities);
    const vrrp::Refusal why = accepted.error();
    c.add(why == vrrp::Refusal::TrailerStale ? Code::ClockDiffers : Code::AdvertRefused, instance.name,
          fmt::format("an advert from {} (VRID {} on {}) {}", received.source.to_string(),
                      instance.vrid.value(), heard.interface, vrrp::describe(why)),
          remedy_for_refusal(why));
}

// Who has sent how many adverts for an instance, ourselves apart.
using Speakers = std::map<std::pair<std::string, net::Address>, std::size_t>;

void report_ourselves(const Case& c, const model::Instance& instance, const HeardAdvert& heard) {
    if (c.is_master(instance.name)) return;
    c.add(Code::OtherProgramSameVrid, instance.name,
          fmt::format("this host sends adverts with VRID {} on {}, and {}", instance.vrid.value(),
                      heard.interface,
                      c.facts.instances ? "the daemon that was asked is not master of it"
                                        : "no daemon answered that it is master of it"),
          "find the program that does (ss --raw --processes | grep 112), and stop it or change the VRID");
}

void report_masters(const Case& c, const Speakers& speakers) {
    std::map<std::string, std::vector<std::string>> lasting;
    for (const auto& [speaker, count] : speakers)
        if (count >= kMoreThanAChange) lasting[speaker.first].push_back(speaker.second.to_string());
    for (auto& [instance, masters] : lasting) {
        if (c.is_master(instance)) masters.emplace_back("this host");
        if (masters.size() < 2) continue;
        std::string all;
        for (const std::string& master : masters) all += (all.empty() ? "" : " and ") + master;
        c.add(Code::TwoMasters, instance, fmt::format("{} send adverts at the same time", all),
              "see whether they hear each other: the other findings here and on those hosts, and the network "
              "between them");
    }
}

void check_answered(const Case& c, const Speakers& speakers) {
    const auto has_master = [&](const model::Instance& instance) {
        return c.is_master(instance.name) || std::ranges::any_of(speakers, [&](const auto& speaker) {
                   return speaker.first.first == instance.name;
               });
    };
    for (const model::Instance& instance : c.instances()) {
        if (has_master(instance)) continue;
        for (const model::VirtualAddress& address : instance.addresses) {
            const net::Address& own = address.prefix.address;
            if (c.holds(own) || !c.facts.answered.contains({address.dev, own})) continue;
            c.add(Code::AddressAnswered, own.to_string(),
                  fmt::format("somebody on {} answers for it, and no master of {} was heard", address.dev,
                              instance.name),
                  fmt::format("find out who: ip neigh show {} after ping {}", own.to_string(),
                              own.to_string()));
        }
    }
}

}  // namespace

void check_wire(const Case& c) {
    Speakers speakers;
    for (const HeardAdvert& heard : c.facts.heard) {
        const auto received = decoded(heard);
        if (!received) {
            if (!heard.outgoing)
                c.add(Code::AdvertFaulty, heard.source.to_string(),
                      fmt::format("a packet from {} on {} {}", heard.source.to_string(), heard.interface,
                                  wire::describe(received.error())),
                      "look at it: tcpdump -vv -i " + heard.interface + " ip proto 112 or ip6 proto 112");
            continue;
        }
        for (const model::Instance& instance : c.instances()) {
            if (!is_for(instance, heard, received->advert.vrid)) continue;
            if (heard.outgoing || c.holds(received->source)) {
                report_ourselves(c, instance, heard);
                continue;
            }
            if (received->advert.priority != net::kResigning) ++speakers[{instance.name, received->source}];
            judge(c, instance, heard, *received);
        }
    }
    report_masters(c, speakers);
    check_answered(c, speakers);
}

}  // namespace understudy::doctor
