// What a recording leaves to the process after the one that died.
#include "understudy/agent/legacy.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "understudy/agent/recording.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

constexpr std::size_t kLegacyRoom = 128 * 1024;
constexpr std::uint64_t kRun = 7;

WallTime wall_at(Instant now) { return kWallAtBoot + (now - kBoot); }

// A master whose every turn is recorded.
class RecordedMaster {
public:
    explicit RecordedMaster(std::vector<std::byte>& storage) : recorder_(storage, "test", kRun) {
        desk.become_master();
        EXPECT_TRUE(recorder_.begin(desk.agent, desk.now, wall_at(desk.now)));
    }
    void hear(const Event& event) {
        recorder_.told(event, desk.now);
        desk.orders.clear();
        desk.hear(event);
        EXPECT_TRUE(recorder_.ordered(desk.agent, desk.orders, desk.now, wall_at(desk.now)));
    }
    void dies_of(const Event& event) { recorder_.told(event, desk.now); }
    // Grows beyond what can be recorded.
    void outgrows() {
        std::vector<model::Instance> many;
        for (int vrid = 1; vrid <= 255; ++vrid) {
            many.push_back(instance(vrid));
            many.back().addresses.resize(20, virtual_address("192.0.2.100/24"));
        }
        const ConfigLoaded event = loaded(config_of(std::move(many)));
        recorder_.told(event, desk.now);
        desk.hear(event);
        EXPECT_FALSE(recorder_.ordered(desk.agent, {}, desk.now, wall_at(desk.now)));
    }

    Desk desk{config_of({instance()})};

private:
    Recorder recorder_;
};

TEST(Legacy, IsTheAgentAsItWas) {
    std::vector<std::byte> storage(kLegacyRoom);
    RecordedMaster master{storage};
    master.hear(PriorityOrdered{"VI_51", net::Priority{77}});
    master.desk.now += milliseconds{10};
    master.hear(LinkSeen{});
    const auto legacy = legacy_in(storage, kRun);
    ASSERT_TRUE(legacy.has_value()) << legacy.error();
    EXPECT_EQ(legacy->agent.save(), master.desk.agent.save());
    EXPECT_EQ(legacy->at, master.desk.now);
}

TEST(Legacy, LeavesOutWhatTheProcessDiedOf) {
    std::vector<std::byte> storage(kLegacyRoom);
    RecordedMaster master{storage};
    master.hear(PriorityOrdered{"VI_51", net::Priority{77}});
    const std::vector<std::byte> before = master.desk.agent.save();
    master.desk.now += milliseconds{10};
    master.dies_of(StopAsked{});
    const auto legacy = legacy_in(storage, kRun);
    ASSERT_TRUE(legacy.has_value()) << legacy.error();
    EXPECT_EQ(legacy->agent.save(), before);
    EXPECT_EQ(legacy->at, master.desk.now) << "until then it has listened";
}

TEST(Legacy, IsNoneOfAProcessThatWentOnUnrecorded) {
    std::vector<std::byte> storage(kLegacyRoom);
    RecordedMaster master{storage};
    master.outgrows();
    const auto legacy = legacy_in(storage, kRun);
    ASSERT_FALSE(legacy.has_value());
    EXPECT_EQ(legacy.error(), "it had stopped recording");
}

TEST(Legacy, IsNoneOfAnEarlierProcess) {
    std::vector<std::byte> storage(kLegacyRoom);
    const RecordedMaster master{storage};
    const auto legacy = legacy_in(storage, kRun + 1);
    ASSERT_FALSE(legacy.has_value());
    EXPECT_EQ(legacy.error(), "it has recorded nothing");
}

TEST(Legacy, IsNoneOfWhatIsNoRecording) {
    EXPECT_FALSE(legacy_in({}, kRun).has_value());
    const std::vector<std::byte> nothing(kLegacyRoom);
    EXPECT_FALSE(legacy_in(nothing, kRun).has_value());
}

TEST(Legacy, IsNoneOfADamagedSnapshot) {
    std::vector<std::byte> storage(kLegacyRoom);
    const RecordedMaster master{storage};
    for (std::size_t at = 200; at < storage.size(); at += 50) storage[at] ^= std::byte{1};
    EXPECT_FALSE(legacy_in(storage, kRun).has_value());
}

}  // namespace
}  // namespace understudy::agent::test
