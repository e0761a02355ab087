#include "understudy/os/netlink.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>

#include "understudy/base/overloaded.hpp"
#include "understudy/base/random.hpp"

#include "namespaces.hpp"
#include "run_until.hpp"

namespace understudy::os {
namespace {

using test::ip;
using test::link_index;
using test::Namespace;
using test::run_until;

net::InterfaceAddress address(net::LinkIndex link, std::string_view prefix) {
    net::InterfaceAddress result;
    result.link = link;
    result.prefix = *net::Prefix::parse(prefix);
    return result;
}

KernelChange add(const net::InterfaceAddress& what) { return AddressChange{AddressChange::Kind::Add, what}; }
KernelChange renew(const net::InterfaceAddress& what) {
    return AddressChange{AddressChange::Kind::Renew, what};
}
KernelChange remove(const net::InterfaceAddress& what) {
    return AddressChange{AddressChange::Kind::Remove, what};
}

net::Route route_to(std::string_view destination, net::LinkIndex link) {
    net::Route route;
    route.destination = *net::Prefix::parse(destination);
    route.link = link;
    route.scope = 253;  // "link", which ip(8) gives a route without a gateway
    return route;
}

// The n-th of 65,536 host addresses.
net::InterfaceAddress numbered(net::LinkIndex link, std::uint32_t n) {
    net::InterfaceAddress result;
    result.link = link;
    const auto high = static_cast<std::uint8_t>(n >> 8);
    const auto low = static_cast<std::uint8_t>(n);
    if (n % 2 == 0) {
        result.prefix = {net::Address::v4(198, 51, high, low), 32};
    } else {
        const std::array octets{std::byte{0x20}, std::byte{0x01}, std::byte{0x0d}, std::byte{0xb8},
                                std::byte{0},    std::byte{1},    std::byte{0},    std::byte{0},
                                std::byte{0},    std::byte{0},    std::byte{0},    std::byte{0},
                                std::byte{0},    std::byte{0},    std::byte{high}, std::byte{low}};
        result.prefix = {*net::Address::from_bytes(octets), 128};
        result.no_duplicate_detection = true;
    }
    return result;
}

std::vector<KernelChange> additions(net::LinkIndex link, std::uint32_t first, std::uint32_t count) {
    std::vector<KernelChange> changes;
    for (std::uint32_t n = first; n < first + count; ++n) changes.push_back(add(numbered(link, n)));
    return changes;
}

// A host with one interface that is up, and a mirror that keeps what it was told.
class NetlinkTest : public test::NamespaceTest {
protected:
    using Key = std::pair<std::uint32_t, net::Prefix>;

    void SetUp() override {
        NamespaceTest::SetUp();
        if (IsSkipped()) return;
        home_.emplace();
        home_->enter();
        ip("link add eth0 type veth peer name eth1");
        ip("link set eth0 addrgenmode none");
        ip("link set eth1 addrgenmode none");
        ip("link set eth0 up");
        ip("link set eth1 up");
        link_ = link_index("eth0");
    }

    // What a mirror has told, as its user would keep it.
    struct Picture {
        std::map<std::uint32_t, net::Link> links;
        std::set<Key> addresses;
        std::vector<net::Route> routes;
        std::vector<net::Rule> rules;
        int pictures = 0;
        int started = 0;

        void take(const KernelPicture& picture);
        void take(const wire::RtnlMessage& message);
        [[nodiscard]] KernelMirrorHandlers handlers();
        [[nodiscard]] bool holds(const net::InterfaceAddress& what) const {
            return addresses.contains({what.link.value, what.prefix});
        }
    };

    void open_mirror(ReceiveBuffer buffer = KernelMirror::kDefaultReceiveBuffer) {
        auto mirror = KernelMirror::open(loop_, seen_.handlers(), buffer);
        ASSERT_TRUE(mirror) << mirror.error().to_string();
        mirror_.emplace(*std::move(mirror));
    }
    [[nodiscard]] bool pictures_are(int count) {
        return run_until(loop_, [&] { return seen_.pictures >= count; });
    }

    boost::asio::io_context loop_{1};
    std::optional<Namespace> home_;
    net::LinkIndex link_;
    std::optional<KernelMirror> mirror_;
    Picture seen_;
};

void NetlinkTest::Picture::take(const KernelPicture& picture) {
    ++pictures;
    links.clear();
    addresses.clear();
    for (const net::Link& link : picture.links) links[link.index.value] = link;
    for (const net::InterfaceAddress& one : picture.addresses) addresses.insert({one.link.value, one.prefix});
    routes = picture.routes;
    rules = picture.rules;
}

void NetlinkTest::Picture::take(const wire::RtnlMessage& message) {
    std::visit(overloaded{
                   [&](const wire::LinkHeard& heard) { links[heard.link.index.value] = heard.link; },
                   [&](const wire::LinkRemoved& removed) { links.erase(removed.index.value); },
                   [&](const wire::AddressHeard& heard) {
                       addresses.insert({heard.address.link.value, heard.address.prefix});
                   },
                   [&](const wire::AddressRemoved& removed) {
                       addresses.erase({removed.address.link.value, removed.address.prefix});
                   },
                   [&](const wire::RouteHeard& heard) { routes.push_back(heard.route); },
                   [&](const wire::RouteRemoved& removed) { std::erase(routes, removed.route); },
                   [&](const wire::RuleHeard& heard) { rules.push_back(heard.rule); },
                   [&](const wire::RuleRemoved& removed) { std::erase(rules, removed.rule); },
                   [](const wire::Answer&) { ADD_FAILURE() << "an answer is no news"; },
                   [](const wire::DumpEnded&) { ADD_FAILURE() << "the end of a dump is no news"; },
               },
               message);
}

KernelMirrorHandlers NetlinkTest::Picture::handlers() {
    KernelMirrorHandlers handlers;
    handlers.changed = [this](std::span<const wire::RtnlMessage> messages) {
        for (const wire::RtnlMessage& message : messages) take(message);
    };
    handlers.resync_started = [this] { ++started; };
    handlers.resynchronised = [this](const KernelPicture& picture) { take(picture); };
    handlers.failed = [](const SysError& error) { ADD_FAILURE() << error.to_string(); };
    return handlers;
}

using Mirror = NetlinkTest;
using Changes = NetlinkTest;

TEST_F(Mirror, BeginsWithTheCompletePicture) {
    ip("addr add 192.0.2.1/24 dev eth0");
    ip("addr add 2001:db8::1/64 dev eth0 nodad");
    open_mirror();
    EXPECT_EQ(seen_.pictures, 0) << "not from inside open()";
    ASSERT_TRUE(pictures_are(1));
    EXPECT_EQ(seen_.started, 0);
    EXPECT_EQ(seen_.links.size(), 3u);
    EXPECT_EQ(seen_.links[link_.value].name, "eth0");
    EXPECT_TRUE(seen_.links[link_.value].is_up());
    EXPECT_TRUE(seen_.holds(address(link_, "192.0.2.1/24")));
    EXPECT_TRUE(seen_.holds(address(link_, "2001:db8::1/64")));
    EXPECT_TRUE(seen_.holds(address(link_index("lo"), "127.0.0.1/8")));
}

TEST_F(Mirror, HearsAddressesComeAndGo) {
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    const auto one = address(link_, "192.0.2.1/24");
    ip("addr add 192.0.2.1/24 dev eth0");
    EXPECT_TRUE(run_until(loop_, [&] { return seen_.holds(one); }));
    ip("addr del 192.0.2.1/24 dev eth0");
    EXPECT_TRUE(run_until(loop_, [&] { return !seen_.holds(one); }));
    EXPECT_EQ(seen_.pictures, 1);
}

TEST_F(Mirror, ShowsRoutesAndRulesOfKeepalivedsProtocolOnly) {
    ip("route add 203.0.113.0/24 dev eth0 protocol 18");
    ip("route add 198.51.100.0/24 dev eth0");
    ip("-6 route add 2001:db8:1::/48 dev eth0 protocol 18");
    ip("rule add from 192.0.2.7 table 100 priority 700 protocol 18");
    ip("rule add from 192.0.2.8 table 100 priority 800");
    ip("-6 rule add from 2001:db8::7 table 100 priority 700 protocol 18");
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    ASSERT_EQ(seen_.routes.size(), 2u);
    EXPECT_EQ(seen_.routes[0], route_to("203.0.113.0/24", link_));
    EXPECT_EQ(seen_.routes[1].destination.to_string(), "2001:db8:1::/48");
    ASSERT_EQ(seen_.rules.size(), 2u);
    EXPECT_EQ(seen_.rules[0].from->to_string(), "192.0.2.7/32");
    EXPECT_EQ(seen_.rules[1].from->to_string(), "2001:db8::7/128");
}

TEST_F(Mirror, HearsRoutesAndRulesComeAndGo) {
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    ip("route add 198.51.100.0/24 dev eth0");  // nobody's business
    ip("route add 203.0.113.0/24 dev eth0 protocol 18");
    ip("-6 rule add from 2001:db8::7 table 100 priority 700 protocol 18");
    ASSERT_TRUE(run_until(loop_, [&] { return !seen_.routes.empty() && !seen_.rules.empty(); }));
    EXPECT_EQ(seen_.routes, std::vector{route_to("203.0.113.0/24", link_)});
    ip("route del 203.0.113.0/24 protocol 18");
    ip("-6 rule del from 2001:db8::7 table 100 priority 700");
    EXPECT_TRUE(run_until(loop_, [&] { return seen_.routes.empty() && seen_.rules.empty(); }));
}

TEST_F(Mirror, HearsThatAStrangersRouteTookThePlaceOfAnother) {
    std::vector<wire::RouteHeard> replaced;
    KernelMirrorHandlers handlers = seen_.handlers();
    handlers.changed = [&](std::span<const wire::RtnlMessage> messages) {
        for (const wire::RtnlMessage& message : messages)
            if (const auto* const heard = std::get_if<wire::RouteHeard>(&message))
                if (heard->replaces) replaced.push_back(*heard);
    };
    mirror_.emplace(*KernelMirror::open(loop_, std::move(handlers)));
    ASSERT_TRUE(pictures_are(1));
    ip("route add 203.0.113.0/24 dev eth0 protocol 18");
    ip("route replace 203.0.113.0/24 dev eth1");
    ASSERT_TRUE(run_until(loop_, [&] { return !replaced.empty(); }));
    EXPECT_EQ(replaced.front().route.link, link_index("eth1"));
}

TEST_F(Mirror, HearsCarrierAndNameAndTheEndOfALink) {
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    ip("link set eth1 down");
    EXPECT_TRUE(run_until(
        loop_, [&] { return seen_.links[link_.value].admin_up && !seen_.links[link_.value].running; }));
    ip("link set eth1 name renamed");
    EXPECT_TRUE(run_until(loop_, [&] { return seen_.links[link_index("renamed").value].name == "renamed"; }));
    ip("link del eth0");
    EXPECT_TRUE(run_until(loop_, [&] { return seen_.links.size() == 1; }));
}

TEST_F(Mirror, KeepsALinkThatLeavesItsBridge) {
    ip("link add br0 type bridge");
    ip("link set eth0 master br0");
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    ip("link set eth0 nomaster");
    ip("addr add 192.0.2.1/24 dev eth0");
    ASSERT_TRUE(run_until(loop_, [&] { return seen_.holds(address(link_, "192.0.2.1/24")); }));
    EXPECT_TRUE(seen_.links.contains(link_.value));
}

TEST_F(Mirror, AsksAgainWhenNewsWereLost) {
    open_mirror({1, true});  // the kernel makes that a few KiB
    ASSERT_TRUE(pictures_are(1));
    auto changes = *KernelChanges::open();
    for (const std::uint32_t first : {0u, 500u}) ASSERT_TRUE(changes.apply(additions(link_, first, 500)));
    ASSERT_TRUE(pictures_are(2));
    EXPECT_EQ(seen_.started, 1);
    for (std::uint32_t n = 0; n < 1000; ++n) ASSERT_TRUE(seen_.holds(numbered(link_, n))) << n;
    ip("addr add 192.0.2.1/24 dev eth0");
    EXPECT_TRUE(run_until(loop_, [&] { return seen_.holds(address(link_, "192.0.2.1/24")); }))
        << "hears again";
}

TEST_F(Mirror, GivesANewPictureOnDemand) {
    open_mirror();
    ASSERT_TRUE(pictures_are(1));
    mirror_->resynchronise();
    mirror_->resynchronise();
    ASSERT_TRUE(pictures_are(2));
    EXPECT_EQ(seen_.started, 0);
    EXPECT_EQ(seen_.links.size(), 3u);
}

TEST_F(Mirror, DoesNotHandOverAStormInOneTurn) {
    std::size_t most = 0;
    KernelMirrorHandlers handlers;
    std::size_t heard = 0;
    handlers.changed = [&](std::span<const wire::RtnlMessage> messages) {
        most = std::max(most, messages.size());
        heard += messages.size();
    };
    handlers.resync_started = [] {};
    handlers.resynchronised = [this](const KernelPicture&) { ++seen_.pictures; };
    handlers.failed = [](const SysError&) {};
    const auto mirror = *KernelMirror::open(loop_, std::move(handlers));
    ASSERT_TRUE(pictures_are(1));
    auto changes = *KernelChanges::open();
    ASSERT_TRUE(changes.apply(additions(link_, 0, 500)));
    ASSERT_TRUE(run_until(loop_, [&] { return heard >= 500; }));
    EXPECT_LE(most, 64u);
}

TEST_F(Mirror, MayBeDestroyedFromItsCallback) {
    KernelMirrorHandlers handlers;
    handlers.changed = [](std::span<const wire::RtnlMessage>) {};
    handlers.resync_started = [] {};
    handlers.resynchronised = [this](const KernelPicture&) {
        ++seen_.pictures;
        mirror_.reset();
    };
    handlers.failed = [](const SysError&) {};
    mirror_.emplace(*KernelMirror::open(loop_, std::move(handlers)));
    ASSERT_TRUE(pictures_are(1));
    test::run_ready(loop_);
    EXPECT_EQ(seen_.pictures, 1);
}

// Random changes while the mirror is being read, through a buffer that may be so small that it is overrun
// again and again in the middle of its dumps. When all is quiet it must hold exactly what the kernel holds.
class Storm : public NetlinkTest {
protected:
    void rage(KernelChanges& changes) {
        for (int round = 0; round < 300; ++round) {
            std::vector<KernelChange> batch;
            for (std::uint64_t left = random_.below(40); left > 0; --left) {
                const auto one = numbered(link_, static_cast<std::uint32_t>(random_.below(400)));
                batch.push_back(random_.chance(50) ? add(one) : remove(one));
            }
            ASSERT_TRUE(changes.apply(batch));
            for (std::uint64_t turns = random_.below(4); turns > 0; --turns) loop_.poll_one();
        }
    }

    void pass(std::size_t receive_buffer) {
        open_mirror({receive_buffer, true});
        ASSERT_TRUE(pictures_are(1));  // only what is lost after it is told of
        auto changes = *KernelChanges::open();
        rage(changes);
        // IPv6 tells of an address some time after it was added, so both have to be heard out.
        Picture truth;
        const auto fresh = KernelMirror::open(loop_, truth.handlers());
        const auto agreed = [&] { return truth.pictures > 0 && seen_.addresses == truth.addresses; };
        EXPECT_TRUE(run_until(loop_, agreed)) << "with a buffer of " << receive_buffer << ", overrun "
                                              << seen_.started << " times, seed " << kSeed.value;
    }

    static constexpr Seed kSeed{7};
    Random random_{kSeed};
};

TEST_F(Storm, LeavesTheMirrorTrueThroughATinyBuffer) {
    pass(1);
    EXPECT_GT(seen_.started, 0);
}

TEST_F(Storm, LeavesTheMirrorTrueThroughASmallBuffer) { pass(60'000); }

TEST_F(Storm, LeavesTheMirrorTrueThroughAnAmpleBuffer) {
    pass(KernelMirror::kDefaultReceiveBuffer.octets);
    EXPECT_EQ(seen_.started, 0);
}

TEST_F(Changes, AddAndRemoveAThousandInBatches) {
    open_mirror();
    auto changes = *KernelChanges::open();
    for (const std::uint32_t first : {0u, 500u}) {
        const auto applied = changes.apply(additions(link_, first, 500));
        ASSERT_TRUE(applied);
        EXPECT_EQ(applied->errors, std::vector<int>(500, 0));
        EXPECT_GT(applied->took, microseconds{0});
    }
    ASSERT_TRUE(pictures_are(1));
    EXPECT_GE(seen_.addresses.size(), 1000u);
    std::vector<KernelChange> removals;
    for (std::uint32_t n = 0; n < KernelChanges::kMostChanges; ++n)
        removals.push_back(remove(numbered(link_, n)));
    EXPECT_EQ(changes.apply(removals)->errors, std::vector<int>(KernelChanges::kMostChanges, 0));
}

TEST_F(Changes, TellTheErrorOfEach) {
    auto changes = *KernelChanges::open();
    const auto good = address(link_, "192.0.2.1/32");
    const auto applied = changes.apply(std::vector{
        add(good),
        remove(address(link_, "192.0.2.2/32")),
        add(address(net::LinkIndex{9999}, "192.0.2.3/32")),
        add(address(link_, "2001:db8::1/128")),
        remove(good),
    });
    ASSERT_TRUE(applied);
    EXPECT_EQ(applied->errors, (std::vector{0, EADDRNOTAVAIL, ENODEV, 0, 0}));
}

// Both families: what is there already is an error to who adds it, and begins anew for who renews it.
TEST_F(Changes, RenewALeaseInPlaceAndEndIt) {
    std::map<net::Prefix, std::optional<seconds>> valid;
    KernelMirrorHandlers handlers = seen_.handlers();
    handlers.changed = [&](std::span<const wire::RtnlMessage> news) {
        for (const wire::RtnlMessage& message : news)
            if (const auto* const heard = std::get_if<wire::AddressHeard>(&message))
                valid.insert_or_assign(heard->address.prefix, heard->address.valid_lifetime);
    };
    const auto mirror = KernelMirror::open(loop_, std::move(handlers));
    ASSERT_TRUE(pictures_are(1));
    auto changes = *KernelChanges::open();
    for (const char* const prefix : {"192.0.2.1/24", "2001:db8::1/64"}) {
        net::InterfaceAddress leased = address(link_, prefix);
        leased.no_duplicate_detection = true;
        leased.valid_lifetime = seconds{1000};
        const auto lasts = [&](seconds least) {
            return run_until(loop_, [&] { return valid[leased.prefix] > least; });
        };
        EXPECT_EQ(changes.apply(std::vector{renew(leased)})->errors, std::vector{0});
        EXPECT_TRUE(lasts(seconds{990})) << "it is added";
        leased.valid_lifetime = seconds{3000};
        EXPECT_EQ(changes.apply(std::vector{add(leased)})->errors, std::vector{EEXIST});
        EXPECT_EQ(changes.apply(std::vector{renew(leased)})->errors, std::vector{0});
        EXPECT_TRUE(lasts(seconds{2990}));
        leased.valid_lifetime.reset();
        EXPECT_EQ(changes.apply(std::vector{renew(leased)})->errors, std::vector{0});
        EXPECT_TRUE(run_until(loop_, [&] { return !valid[leased.prefix]; })) << "for ever";
    }
}

TEST_F(Changes, MayBeOfAddressesRoutesAndRulesTogether) {
    auto changes = *KernelChanges::open();
    net::Route through_it = route_to("203.0.113.0/24", link_);
    through_it.preferred_source = net::Address::parse("192.0.2.1");
    net::Rule rule;
    rule.priority = 700;
    rule.table = 100;
    const std::vector<KernelChange> order{add(address(link_, "192.0.2.1/32")),
                                          RouteChange{ChangeKind::Add, through_it, {}},
                                          RuleChange{ChangeKind::Add, rule},
                                          RuleChange{ChangeKind::Add, rule},
                                          RuleChange{ChangeKind::Remove, rule},
                                          RouteChange{ChangeKind::Remove, through_it, {}},
                                          RouteChange{ChangeKind::Remove, through_it, {}}};
    EXPECT_EQ(changes.apply(order)->errors, (std::vector{0, 0, 0, EEXIST, 0, 0, ESRCH}));
}

TEST_F(Changes, KeepEachBatchsAnswersApart) {
    auto changes = *KernelChanges::open();
    const auto one = address(link_, "192.0.2.1/32");
    for (int round = 0; round < 100; ++round) {
        ASSERT_EQ(changes.apply(std::vector{add(one)})->errors, std::vector{0});
        ASSERT_EQ(changes.apply(std::vector{remove(one), remove(one)})->errors,
                  (std::vector{0, EADDRNOTAVAIL}));
    }
    EXPECT_TRUE(changes.apply({})->errors.empty());
}

}  // namespace
}  // namespace understudy::os
