// What keeps hosts from hearing each other, in words.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "understudy/config/value.hpp"

#include "hearing.hpp"

namespace understudy::pair {

namespace {

using Obstacle = Hearing::Obstacle;

std::string version(const model::Instance& instance) {
    return std::to_string(static_cast<int>(instance.version));
}
std::string interval(const model::Instance& instance) {
    return config::to_text(instance.advert_interval) + " s";
}
std::string auth_type(const model::Instance& instance) {
    switch (instance.auth_type) {
        case model::AuthType::None:
            return "none";
        case model::AuthType::Pass:
            return "PASS";
        case model::AuthType::Ah:
            return "AH";
    }
    return "";
}
std::string hmac(const model::Instance& instance) {
    if (!instance.hmac) return "none";
    switch (instance.hmac->mode) {
        case model::HmacMode::Enforce:
            return "enforce";
        case model::HmacMode::Permissive:
            return "permissive";
        case model::HmacMode::ReceiveOnly:
            return "receive-only";
    }
    return "";
}
std::string active_key(const model::Instance& instance) {
    return instance.hmac ? "key " + std::to_string(instance.hmac->active_key) : "none";
}
std::string carrier(const model::Instance& instance) {
    return instance.is_unicast() ? "unicast to peers" : "multicast";
}
std::string group(const model::Instance& instance) { return instance.multicast_group.to_string(); }

// What a setting is called, where it is written, and its value where that may be shown.
struct Subject {
    Code code;
    std::string_view what;
    std::string_view keyword;
    std::string (*value)(const model::Instance&);
    std::string_view hint;
};

constexpr Subject kVersion{Code::VersionDiffers, "the version of VRRP", "version", version,
                           "give every host the same version"};
constexpr Subject kInterval{Code::IntervalDiffers, "advert_int", "advert_int", interval,
                            "version 2 needs the same advert_int everywhere; version 3 learns the master's"};
constexpr Subject kAuthType{Code::AuthenticationDiffers, "the authentication", "auth_type", auth_type,
                            "give every host the same authentication block"};
constexpr Subject kPassword{Code::PasswordDiffers, "auth_pass", "auth_pass", nullptr,
                            "give every host the same auth_pass; only its first 8 characters count"};
constexpr Subject kHmac{Code::AuthenticationDiffers, "auth_hmac", "auth_hmac", hmac,
                        "step from receive-only to permissive to enforce on every host, one mode at a time"};
constexpr Subject kHmacKey{Code::HmacKeyDiffers, "the key of auth_hmac", "auth_hmac", active_key,
                           "give every host all keys with the same ids and secrets"};
constexpr Subject kCarrier{Code::UnicastDiffers, "the way adverts are sent", "unicast_peer", carrier,
                           "give every host a unicast_peer block, or none"};
constexpr Subject kSource{Code::UnknownSource, "the check of the source", "check_unicast_src", nullptr,
                          "list the unicast_src_ip of every other host in unicast_peer"};
constexpr Subject kTtl{Code::TtlRefused, "the TTL", "unicast_ttl", nullptr,
                       "let unicast_ttl of the one lie within min_ttl and max_ttl of the other"};
constexpr Subject kNoAddresses{Code::AddressesMissing, "the list of addresses", "virtual_ipaddress", nullptr,
                               "give every host the same virtual_ipaddress block"};
constexpr Subject kOwner{Code::OwnerIgnoresAdverts, "the priority", "priority", nullptr,
                         "an owner (priority 255) that ignores adverts yields to nobody: lower its priority"};
constexpr Subject kLinkLocal{Code::FirstAddressRefused, "the first address", "virtual_ipaddress", nullptr,
                             "begin virtual_ipaddress with the same link-local address everywhere"};
constexpr Subject kChecksum{Code::ChecksumRefused, "the form of the checksum", "v3_checksum_as_v2", nullptr,
                            "give every host the same v3_checksum_as_v2"};
constexpr Subject kOldChecksum{Code::ChecksumRefused, "the form of the checksum", "old_unicast_checksum",
                               nullptr, "leave old_unicast_checksum away on every host, unless one needs it"};
constexpr Subject kGroup{Code::MulticastGroupDiffers, "the multicast group", "mcast_dst_ip", group,
                         "give every host the same mcast_dst_ip, or none"};
constexpr Subject kOther{Code::AdvertRefused, "something", "", nullptr, ""};

Subject subject_of(vrrp::Refusal refusal) {
    switch (refusal) {
        case vrrp::Refusal::WrongVersion:
            return kVersion;
        case vrrp::Refusal::WrongTtl:
            return kTtl;
        case vrrp::Refusal::NotForUnicast:
            return kCarrier;
        case vrrp::Refusal::UnknownPeer:
            return kSource;
        case vrrp::Refusal::NoAddresses:
            return kNoAddresses;
        case vrrp::Refusal::AuthTypeMismatch:
        case vrrp::Refusal::AuthTypeUnknown:
            return kAuthType;
        case vrrp::Refusal::AuthFailed:
            return kPassword;
        case vrrp::Refusal::IntervalMismatch:
            return kInterval;
        case vrrp::Refusal::ChecksumForm:
            return kOldChecksum;
        case vrrp::Refusal::FirstAddressNotLinkLocal:
            return kLinkLocal;
        case vrrp::Refusal::OwnerIgnores:
            return kOwner;
        case vrrp::Refusal::TrailerUnexpected:
        case vrrp::Refusal::TrailerMissing:
            return kHmac;
        case vrrp::Refusal::TrailerOfUnknownKey:
        case vrrp::Refusal::TrailerNotAuthentic:
            return kHmacKey;
        case vrrp::Refusal::AhReplayed:
        case vrrp::Refusal::IntervalZero:
        case vrrp::Refusal::TrailerMalformed:
        case vrrp::Refusal::TrailerStale:
        case vrrp::Refusal::TrailerReplayed:
            return kOther;
    }
    return kOther;
}

class Conversation {
public:
    Conversation(const Cluster& cluster, const VirtualRouter& router, std::size_t a, std::size_t b,
                 Findings& findings)
        : cluster_(cluster),
          router_(router),
          a_(a),
          b_(b),
          findings_(findings),
          by_a_(hearing(cluster, router, b, a)),
          by_b_(hearing(cluster, router, a, b)) {}

    void report() {
        if (alike()) {
            obstacle(by_a_, Direction::Both);
        } else {
            obstacle(by_a_, Direction::OnlyA);
            obstacle(by_b_, Direction::OnlyB);
        }
        oddities();
    }

private:
    enum class Direction : std::uint8_t { Both, OnlyA, OnlyB };  // who doesn't hear the other

    [[nodiscard]] bool alike() const {
        return by_a_.obstacle == by_b_.obstacle && by_a_.refusals == by_b_.refusals &&
               by_a_.obstacle != Obstacle::NotAddressed;
    }
    [[nodiscard]] const std::string& listener(Direction d) const {
        return cluster_.name(d == Direction::OnlyA ? a_ : b_);
    }
    [[nodiscard]] const std::string& speaker(Direction d) const {
        return cluster_.name(d == Direction::OnlyA ? b_ : a_);
    }

    [[nodiscard]] std::string consequence(Direction d) const {
        if (d == Direction::Both)
            return fmt::format("neither {} nor {} accepts the other's adverts", cluster_.name(a_),
                               cluster_.name(b_));
        return fmt::format("{} does not accept the adverts of {}", listener(d), speaker(d));
    }

    void obstacle(const Hearing& heard, Direction d) {
        switch (heard.obstacle) {
            case Obstacle::None:
                return;
            case Obstacle::NotAddressed:
                return not_addressed(d);
            case Obstacle::OtherGroup:
                return differs(kGroup, d);
            case Obstacle::Faulty:
                return differs(kOther, d);
            case Obstacle::Refused:
                for (const vrrp::Refusal refusal : heard.refusals) refused(refusal, d);
                return;
        }
    }

    void refused(vrrp::Refusal refusal, Direction d) {
        const Subject subject = subject_of(refusal);
        if (subject.value != nullptr || subject.code == Code::PasswordDiffers) return differs(subject, d);
        const std::size_t place = d == Direction::OnlyA ? a_ : b_;
        findings_.add(subject.code, place, router_, subject.keyword,
                      fmt::format("{}: each {}", consequence(d), vrrp::describe(refusal)),
                      std::string{subject.hint});
    }

    void differs(const Subject& subject, Direction d) {
        std::string message = fmt::format("{} is not the same", subject.what);
        if (subject.value != nullptr)
            message += fmt::format(": {} on {}, {} on {}", subject.value(*cluster_.instance(router_, a_)),
                                   cluster_.name(a_), subject.value(*cluster_.instance(router_, b_)),
                                   cluster_.name(b_));
        findings_.add(subject.code, b_, router_, subject.keyword, message + "; " + consequence(d),
                      std::string{subject.hint});
    }

    void not_addressed(Direction d) {
        const std::size_t from = d == Direction::OnlyA ? b_ : a_;
        const model::Instance& to = *cluster_.instance(router_, d == Direction::OnlyA ? a_ : b_);
        const std::optional<net::Address> source = to.given_source();
        const std::string address = source ? source->to_string() : "its address";
        findings_.add(Code::NotAPeer, from, router_, "unicast_peer",
                      fmt::format("{} does not send to {}, the unicast_src_ip of {}, which hears nothing",
                                  speaker(d), address, listener(d)),
                      fmt::format("add {} to unicast_peer of {}", address, speaker(d)));
    }

    void oddities() {
        if (cluster_.instance(router_, a_)->checksum_as_v2 !=
                cluster_.instance(router_, b_)->checksum_as_v2 &&
            (by_a_.oddities.other_checksum_form || by_b_.oddities.other_checksum_form))
            findings_.add(
                Code::ChecksumDiffers, b_, router_, "v3_checksum_as_v2",
                fmt::format("v3_checksum_as_v2 is not the same on {} and {}; understudy accepts both "
                            "forms, others may not",
                            cluster_.name(a_), cluster_.name(b_)),
                std::string{kChecksum.hint});
        if (by_a_.oddities.interval_differs || by_b_.oddities.interval_differs)
            findings_.add(Code::IntervalLearned, b_, router_, "advert_int",
                          fmt::format("advert_int is {} on {} and {} on {}; a backup goes by the master's",
                                      interval(*cluster_.instance(router_, a_)), cluster_.name(a_),
                                      interval(*cluster_.instance(router_, b_)), cluster_.name(b_)));
    }

    const Cluster& cluster_;
    const VirtualRouter& router_;
    std::size_t a_;
    std::size_t b_;
    Findings& findings_;
    Hearing by_a_;
    Hearing by_b_;
};

// Peers nobody answers for, and hosts whose address the file leaves to the kernel.
void report_peers(const Cluster& cluster, const VirtualRouter& router, Findings& findings) {
    const std::vector<std::size_t> members = cluster.members(router);
    bool all_known = true;
    for (const std::size_t host : members) {
        const model::Instance& instance = *cluster.instance(router, host);
        if (!instance.is_unicast() || instance.given_source()) continue;
        all_known = false;
        findings.add(Code::SourceUnknown, host, router, "unicast_peer",
                     fmt::format("{} has no unicast_src_ip, so whether the others send to it depends on its "
                                 "interface",
                                 cluster.name(host)),
                     "name the address in unicast_src_ip");
    }
    if (!all_known || members.size() < 2) return;
    for (const std::size_t host : members)
        for (const model::UnicastPeer& peer : cluster.instance(router, host)->unicast_peers) {
            const auto is_peer = [&](std::size_t other) {
                return other != host && source_of(cluster, router, other) == peer.address;
            };
            if (std::ranges::any_of(members, is_peer)) continue;
            findings.add(Code::PeerUnknown, host, router, peer.address.to_string(),
                         fmt::format("{} sends to {}, which is none of the other hosts", cluster.name(host),
                                     peer.address.to_string()),
                         "leave the peer out, or check its host's configuration together with these");
        }
}

// As after copying a file: neither would be heard by the other, or both would.
void report_same_sources(const Cluster& cluster, const VirtualRouter& router, Findings& findings) {
    std::map<net::Address, std::size_t> known;
    for (const std::size_t host : cluster.members(router)) {
        const model::Instance& instance = *cluster.instance(router, host);
        if (!instance.given_source()) continue;
        const auto [first, is_new] = known.emplace(*instance.given_source(), host);
        if (is_new) continue;
        findings.add(Code::SameSource, host, router,
                     instance.is_unicast() ? "unicast_src_ip" : "mcast_src_ip",
                     fmt::format("{} and {} are both to send from {}, which only one of them can have",
                                 cluster.name(first->second), cluster.name(host), first->first.to_string()),
                     "give each host its own address");
    }
}

}  // namespace

void report_hearing(const Cluster& cluster, Findings& findings) {
    for (const VirtualRouter& router : cluster.routers) {
        const std::vector<std::size_t> members = cluster.members(router);
        for (std::size_t i = 0; i < members.size(); ++i)
            for (std::size_t j = i + 1; j < members.size(); ++j)
                Conversation{cluster, router, members[i], members[j], findings}.report();
        report_peers(cluster, router, findings);
        report_same_sources(cluster, router, findings);
    }
}

}  // namespace understudy::pair
