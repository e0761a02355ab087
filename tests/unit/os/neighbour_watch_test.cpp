#include "understudy/os/neighbour_watch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "understudy/os/frame_socket.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

#include "namespaces.hpp"
#include "neighbour_filter.hpp"
#include "run_until.hpp"

namespace understudy::os {
namespace {

using net::Address;

constexpr net::Mac kStranger = net::Mac::of(0x02, 0, 0, 0, 0, 9);
const Address kGuarded = Address::v4(192, 0, 2, 10);
const Address kOther = Address::v4(192, 0, 2, 77);
const Address kGuarded6 = *Address::parse("2001:db8::10");
const Address kOther6 = *Address::parse("2001:db8::77");

std::vector<std::byte> frame_about(const Address& address) {
    const auto fill = [](const auto& frame) { return std::vector<std::byte>(frame.begin(), frame.end()); };
    return address.is_v4() ? fill(wire::gratuitous_arp(kStranger, address))
                           : fill(wire::unsolicited_neighbour_advert(kStranger, address, false));
}

// The left host watches, the right one speaks; or the left one itself.
struct NeighbourWatchTest : test::TwoHosts {
    void watch(net::Family family, std::span<const Address> guarded) {
        left().home.enter();
        auto opened = NeighbourWatch::open(loop, left().link, family, guarded,
                                           [this](const NeighbourClaim& claim) { heard.push_back(claim); });
        ASSERT_TRUE(opened) << opened.error().to_string();
        watched.emplace(*std::move(opened));
    }
    static void say(const Host& host, std::initializer_list<Address> addresses) {
        host.home.enter();
        FrameSocket frames = *FrameSocket::open();
        for (const Address& address : addresses) {
            const auto frame = frame_about(address);
            EXPECT_EQ(frames.send(std::array{OutgoingFrame{frame, host.link}}), std::vector{0});
        }
    }
    [[nodiscard]] bool hears(std::size_t count) {
        return test::run_until(loop, [&] { return heard.size() >= count; });
    }

    Loop loop;
    std::vector<NeighbourClaim> heard;
    std::optional<NeighbourWatch> watched;
};

TEST_F(NeighbourWatchTest, HearsWhoSpeaksForAGuardedAddress) {
    watch(net::Family::Ipv4, std::array{kGuarded});
    say(right(), {kOther, kGuarded});
    ASSERT_TRUE(hears(1));
    EXPECT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].address, kGuarded);
    EXPECT_EQ(heard[0].mac, kStranger);
}

TEST_F(NeighbourWatchTest, HearsNeighbourAdvertsOfAGuardedAddress) {
    watch(net::Family::Ipv6, std::array{kGuarded6});
    say(right(), {kOther6, kGuarded6});
    ASSERT_TRUE(hears(1));
    EXPECT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].address, kGuarded6);
    EXPECT_EQ(heard[0].mac, kStranger);
}

TEST_F(NeighbourWatchTest, DoesNotHearWhatThisHostSays) {
    watch(net::Family::Ipv4, std::array{kGuarded, kOther});
    say(left(), {kGuarded});
    say(right(), {kOther});
    ASSERT_TRUE(hears(1));
    EXPECT_EQ(heard[0].address, kOther);
}

TEST_F(NeighbourWatchTest, ReplacesItsAddresses) {
    watch(net::Family::Ipv4, std::array{kGuarded});
    ASSERT_TRUE(watched->guard(std::array{kOther}));
    say(right(), {kGuarded, kOther});
    ASSERT_TRUE(hears(1));
    EXPECT_EQ(heard[0].address, kOther);
}

TEST_F(NeighbourWatchTest, GuardsAsManyAsTheKernelComparesAndMore) {
    std::vector<Address> many;
    for (unsigned n = 0; n < kMostComparedAddresses; ++n)
        many.push_back(Address::v4(198, 51, 100, static_cast<std::uint8_t>(n)));
    watch(net::Family::Ipv4, many);
    say(right(), {kOther, many.back()});
    ASSERT_TRUE(hears(1));
    EXPECT_EQ(heard[0].address, many.back());
    many.push_back(kGuarded);
    ASSERT_TRUE(watched->guard(many));
    say(right(), {kOther});
    EXPECT_TRUE(hears(2)) << "whoever listens compares then";
}

TEST_F(NeighbourWatchTest, SurvivesThatItsLinkGoesDownAndComesBack) {
    watch(net::Family::Ipv4, std::array{kGuarded});
    test::ip("link set eth0 down");
    test::run_ready(loop);
    test::ip("link set eth0 up");
    // Nobody tells when frames get through again.
    for (int attempt = 0; attempt < 20 && heard.empty(); ++attempt) {
        say(right(), {kGuarded});
        static_cast<void>(test::run_until(loop, [&] { return !heard.empty(); }, seconds{1}));
    }
    EXPECT_FALSE(heard.empty());
}

}  // namespace
}  // namespace understudy::os
