#include "understudy/vrrp/hmac.hpp"

#include <gtest/gtest.h>

namespace understudy::vrrp {
namespace {

using std::chrono::hours;

constexpr WallTime kNoon = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + hours{12};
constexpr net::Address kOne = net::Address::v4(192, 0, 2, 1);
constexpr net::Address kTwo = net::Address::v4(192, 0, 2, 2);

model::HmacAuthentication settings(model::AntiReplay anti_replay = model::AntiReplay::Time) {
    model::HmacAuthentication made;
    made.time_window = seconds{5};
    made.anti_replay = anti_replay;
    return made;
}

TEST(HmacSequence, IsTheTimeInSecondsAndTheirBinaryFraction) {
    const WallTime half = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + milliseconds{500};
    EXPECT_EQ(hmac_sequence(half), 0x6955b90080000000u);
    EXPECT_EQ(hmac_sequence(half - microseconds{1}) & 0xffffffff, 0x7fff0000u);
    EXPECT_EQ(hmac_sequence(half + microseconds{499'999}) & 0xffffffff, 0xffff0000u);
}

TEST(HmacSequence, CountsWhileTheClockStandsStill) {
    HmacSequence sequence;
    const std::uint64_t first = sequence.next(kNoon, settings());
    EXPECT_EQ(first, hmac_sequence(kNoon));
    EXPECT_EQ(sequence.next(kNoon, settings()), first + 1);
    EXPECT_EQ(sequence.next(kNoon, settings()), first + 2);
    EXPECT_EQ(sequence.next(kNoon + seconds{1}, settings()), hmac_sequence(kNoon + seconds{1}));
}

// 65,536 adverts within one timestamp carry into it, and nothing is sent twice.
TEST(HmacSequence, CarriesTheCounterIntoTheTime) {
    HmacSequence sequence;
    std::uint64_t last = sequence.next(kNoon, settings());
    for (int i = 0; i < 65536; ++i) last = sequence.next(kNoon, settings());
    EXPECT_EQ(last, hmac_sequence(kNoon) + 0x10000);
}

TEST(HmacSequence, GrowsThoughTheClockIsSetBackWithinTheWindow) {
    HmacSequence sequence;
    const std::uint64_t before = sequence.next(kNoon, settings());
    EXPECT_EQ(sequence.next(kNoon - seconds{5}, settings()), before + 1);
}

TEST(HmacSequence, FollowsAClockThatIsSetBackByMoreThanTheWindow) {
    HmacSequence sequence;
    const std::uint64_t before = sequence.next(kNoon, settings());
    EXPECT_EQ(sequence.next(kNoon - hours{1}, settings()), hmac_sequence(kNoon - hours{1}));
    EXPECT_FALSE(is_later(hmac_sequence(kNoon - hours{1}), before));
}

TEST(HmacSequence, NeverGoesBackIfMonotonic) {
    const auto monotonic = settings(model::AntiReplay::Monotonic);
    HmacSequence sequence;
    const std::uint64_t before = sequence.next(kNoon, monotonic);
    EXPECT_EQ(sequence.next(kNoon - hours{1}, monotonic), before + 1);
}

TEST(HmacSequence, OutlivesTheEndOfThe32BitsOfSeconds) {
    const WallTime end{seconds{0x100000000}};
    EXPECT_TRUE(is_later(hmac_sequence(end), hmac_sequence(end - seconds{1})));
    EXPECT_FALSE(is_later(hmac_sequence(end - seconds{1}), hmac_sequence(end)));
    EXPECT_EQ(ahead_of(hmac_sequence(end + seconds{2}), end - seconds{3}), seconds{5});
    EXPECT_EQ(ahead_of(hmac_sequence(end - seconds{3}), end + seconds{2}), seconds{-5});
}

TEST(ReplayMarks, RefuseWhatIsNotNewerOfTheSameSender) {
    ReplayMarks marks;
    const std::uint64_t sequence = hmac_sequence(kNoon);
    EXPECT_FALSE(marks.is_replay(kOne, sequence, kNoon, settings()));
    marks.heard({kOne, sequence, seconds{0}});
    EXPECT_TRUE(marks.is_replay(kOne, sequence, kNoon, settings()));
    EXPECT_TRUE(marks.is_replay(kOne, sequence - 1, kNoon, settings()));
    EXPECT_FALSE(marks.is_replay(kOne, sequence + 1, kNoon, settings()));
    EXPECT_FALSE(marks.is_replay(kTwo, sequence, kNoon, settings()));
}

// The sender's clock was an hour ahead, or ours, until somebody set it right.
TEST(ReplayMarks, ForgetAMarkThatLiesOutsideTheWindow) {
    ReplayMarks marks;
    marks.heard({kOne, hmac_sequence(kNoon + hours{1}), seconds{0}});
    EXPECT_FALSE(marks.is_replay(kOne, hmac_sequence(kNoon), kNoon, settings()));
    EXPECT_TRUE(marks.is_replay(kOne, hmac_sequence(kNoon), kNoon, settings(model::AntiReplay::Monotonic)));
}

TEST(ReplayMarks, KeepAMarkOnTheVergeOfTheWindow) {
    ReplayMarks marks;
    marks.heard({kOne, hmac_sequence(kNoon), seconds{0}});
    EXPECT_TRUE(marks.is_replay(kOne, hmac_sequence(kNoon), kNoon + seconds{5}, settings()));
}

TEST(ReplayMarks, LetTheSenderGoThatWasLongestUnheard) {
    ReplayMarks marks;
    const auto sender = [](std::size_t number) {
        return net::Address::v4(192, 0, 2, static_cast<std::uint8_t>(number));
    };
    const std::uint64_t sequence = hmac_sequence(kNoon);
    for (std::size_t i = 0; i < ReplayMarks::kFewest; ++i) marks.heard({sender(i), sequence, seconds{0}});
    marks.heard({sender(0), sequence + 1, seconds{0}});
    marks.heard({sender(100), sequence, seconds{0}});
    EXPECT_EQ(marks.all().size(), ReplayMarks::kFewest);
    EXPECT_TRUE(marks.is_replay(sender(0), sequence, kNoon, settings()));
    EXPECT_FALSE(marks.is_replay(sender(1), sequence, kNoon, settings()));
    EXPECT_TRUE(marks.is_replay(sender(2), sequence, kNoon, settings()));
}

TEST(ReplayMarks, HaveRoomForAllPeers) {
    ReplayMarks marks;
    marks.make_room(40);
    for (std::uint8_t i = 0; i < 40; ++i) marks.heard({net::Address::v4(192, 0, 2, i), 1, seconds{0}});
    EXPECT_EQ(marks.all().size(), 40u);
}

TEST(ReplayMarks, HaveRoomForAFewThoughThereAreLessPeers) {
    ReplayMarks marks;
    marks.make_room(1);
    marks.heard({kOne, 1, seconds{0}});
    marks.heard({kTwo, 1, seconds{0}});
    EXPECT_EQ(marks.all().size(), 2u);
}

TEST(ReplayMarks, KeepOnlyTheLatestOfASender) {
    ReplayMarks marks;
    const std::uint64_t sequence = hmac_sequence(kNoon);
    marks.heard({kOne, sequence, seconds{0}});
    marks.heard({kOne, sequence + 1, seconds{0}});
    EXPECT_EQ(marks.all().size(), 1u);
    EXPECT_TRUE(marks.is_replay(kOne, sequence + 1, kNoon, settings()));
}

}  // namespace
}  // namespace understudy::vrrp
