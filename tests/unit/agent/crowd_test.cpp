// Hundreds of instances in one agent: who waits for whom.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

constexpr std::size_t kTogether = 64;

std::vector<model::Instance> crowd(int count) {
    std::vector<model::Instance> made;
    for (int vrid = 1; vrid <= count; ++vrid) {
        made.push_back(instance(vrid));
        made.back().addresses = {virtual_address(("198.51.100." + std::to_string(vrid) + "/32").c_str())};
    }
    return made;
}

TEST(Crowd, OfAddressesIsAnnouncedOnceBeforeAnyIsTwice) {
    const int more_than_a_batch = 65;
    Desk desk{config_of(crowd(more_than_a_batch))};
    desk.start();
    desk.run_for(milliseconds{3700});
    desk.answer_changes();
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), kTogether);  // the last of them waits for the kernel
    desk.answer_changes();
    const SendAnnouncements next = desk.all<SendAnnouncements>().back();
    EXPECT_EQ(next.announcements.front().address, net::Address::v4(198, 51, 100, more_than_a_batch));
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), 5u * more_than_a_batch);
}

}  // namespace
}  // namespace understudy::agent::test
