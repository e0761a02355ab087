// Hundreds of instances in one agent: who waits for whom, and that they do not all speak at once.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

constexpr std::size_t kTogether = 256;

std::vector<model::Instance> crowd(int count) {
    std::vector<model::Instance> made;
    for (int i = 0; i < count; ++i) {
        const int number = i % 250 + 1;
        made.push_back(instance(number));
        made.back().name = "VI_" + std::to_string(i);
        made.back().addresses = {virtual_address(("198.51.100." + std::to_string(number) + "/32").c_str())};
    }
    return made;
}

// How many adverts each turn sends within an interval that begins one after all became master.
std::vector<std::size_t> bursts_of(model::Config config) {
    Desk desk{std::move(config)};
    desk.start();
    desk.run_for(milliseconds{4610});  // the down interval and one more
    std::vector<std::size_t> bursts;
    const Instant end = desk.now + seconds{1};
    while (*desk.agent.deadline() < end) {
        desk.orders.clear();
        desk.run_for(*desk.agent.deadline() - desk.now);
        if (const std::size_t sent = desk.all<SendPacket>().size(); sent > 0) bursts.push_back(sent);
    }
    return bursts;
}

TEST(Crowd, SpreadsItsAdvertsOverTheInterval) {
    EXPECT_EQ(bursts_of(config_of(crowd(600))), (std::vector{600 - 2 * kTogether, kTogether, kTogether}));
}

TEST(Crowd, SpeaksTogetherWhereItIsNone) {
    EXPECT_EQ(bursts_of(config_of(crowd(256))), std::vector{kTogether});
}

// Its backups take over when the last of them has fallen silent.
TEST(Crowd, OfOneSyncGroupSpeaksTogether) {
    EXPECT_EQ(bursts_of(grouped(crowd(600))), std::vector<std::size_t>{600});
}

TEST(Crowd, OfAddressesIsAnnouncedOnceBeforeAnyIsTwice) {
    const int batch = 64;
    Desk desk{config_of(crowd(batch + 1))};
    desk.start();
    desk.run_for(milliseconds{3700});
    desk.answer_changes();
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), 1u * batch);  // the last of them waits for the kernel
    desk.answer_changes();
    const SendAnnouncements next = desk.all<SendAnnouncements>().back();
    EXPECT_EQ(next.announcements.front().address, net::Address::v4(198, 51, 100, batch + 1));
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), 5u * (batch + 1));
}

}  // namespace
}  // namespace understudy::agent::test
