#include "understudy/agent/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "understudy/agent/replay.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

constexpr std::size_t kRoom = 128 * 1024;

// An agent that is recorded into memory that outlives it.
class Recorded {
public:
    explicit Recorded(std::vector<std::byte>& storage, std::uint64_t run = 1)
        : recorder_(storage, "test", run) {
        begun = recorder_.begin(agent, now, wall());
    }

    void hear(const Event& event) {
        recorder_.told(event, now);
        const std::span<const Action> actions = agent.handle(event, now);
        fits = recorder_.ordered(agent, actions, now, wall());
    }
    void hear_without_end(const Event& event) { recorder_.told(event, now); }

    // A picture of the kernel, and then for so long what the clock says.
    void run_for(microseconds duration) {
        const Instant end = now + duration;
        while (agent.deadline() && *agent.deadline() <= end) {
            now = std::max(now, *agent.deadline());
            hear(TimeReached{});
        }
        now = end;
    }
    void start() {
        net::Link eth0{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
        eth0.admin_up = eth0.running = true;
        net::InterfaceAddress own;
        own.link = kEth0;
        own.prefix = {kOurs, 24};
        hear(KernelPictured{{eth0}, {own}, {}, {}});
        hear(ListenAnswered{kEth0, net::Family::Ipv4, 0});
    }
    [[nodiscard]] WallTime wall() const { return kWallAtBoot + (now - kBoot); }

    Instant now = kBoot;
    Agent agent{std::make_shared<const model::Config>(config_of({instance()})), kBoot};
    bool begun = false;
    bool fits = true;

private:
    Recorder recorder_;
};

struct Told {
    std::size_t turns = 0;
    std::size_t orders = 0;
    std::size_t unfinished = 0;
    std::size_t beginnings = 0;
    std::size_t gaps = 0;
    std::vector<std::string> differences;
};

Told replayed(Bytes storage) {
    Told told;
    auto recording = read_recording(storage);
    EXPECT_TRUE(recording.has_value());
    Replay replay{*std::move(recording)};
    while (const auto step = replay.next()) {
        told.beginnings += step->kind == ReplayStep::Kind::ProcessBegan;
        told.gaps += step->kind == ReplayStep::Kind::Gap;
        if (!step->difference.empty()) told.differences.push_back(step->difference);
        if (step->turn == nullptr) continue;
        ++told.turns;
        told.orders += step->actions.size();
        told.unfinished += !step->turn->orders;
    }
    return told;
}

TEST(Recording, IsReplayedToTheSameOrders) {
    std::vector<std::byte> storage(kRoom);
    Recorded recorded{storage};
    recorded.start();
    recorded.run_for(seconds{10});
    const Told told = replayed(storage);
    EXPECT_EQ(told.differences, std::vector<std::string>{});
    EXPECT_GT(told.turns, 5u);
    EXPECT_GT(told.orders, 10u);
    EXPECT_EQ(told.beginnings, 1u);
}

TEST(Recording, OverwritesTheOldestAndIsReplayedFromTheSnapshotBehindIt) {
    std::vector<std::byte> storage(Recorder::kSmallest);
    Recorded recorded{storage};
    recorded.start();
    recorded.run_for(seconds{5000});
    auto recording = read_recording(storage);
    ASSERT_TRUE(recording.has_value());
    EXPECT_EQ(recording->segments.size(), Recorder::kSegments);
    EXPECT_GT(recording->segments.front().number(), 2u);
    const Told told = replayed(storage);
    EXPECT_EQ(told.differences, std::vector<std::string>{});
    EXPECT_EQ(told.beginnings, 1u);
    EXPECT_EQ(told.gaps, 0u);
    EXPECT_GT(told.turns, 100u);
}

TEST(Recording, KeepsTheLastWordsOfAProcessThatDied) {
    std::vector<std::byte> storage(kRoom);
    {
        Recorded first{storage, 1};
        first.start();
        first.hear_without_end(StopAsked{});
    }
    Recorded second{storage, 2};
    second.start();
    const Told told = replayed(storage);
    EXPECT_EQ(told.beginnings, 2u);
    EXPECT_EQ(told.unfinished, 1u);
    EXPECT_EQ(told.turns, 5u);
    EXPECT_EQ(told.differences, std::vector<std::string>{});
}

TEST(Recording, TellsOfEachReload) {
    std::vector<std::byte> storage(kRoom);
    Recorded recorded{storage};
    recorded.start();
    recorded.run_for(seconds{5});
    for (const std::uint8_t priority : {std::uint8_t{20}, std::uint8_t{200}, std::uint8_t{20}}) {
        model::Config config = config_of({instance(), instance(52)});
        config.instances[0].priority = net::Priority::clamped(priority);
        recorded.hear(ConfigLoaded{std::make_shared<const model::Config>(config)});
        recorded.run_for(seconds{2});
    }
    EXPECT_TRUE(recorded.fits);
    const Told told = replayed(storage);
    EXPECT_EQ(told.differences, std::vector<std::string>{});
    EXPECT_EQ(told.gaps, 0u);
    EXPECT_GT(told.turns, 12u);
}

TEST(Recording, LeavesOutWhatIsTooLongAndGoesOnBehindIt) {
    std::vector<std::byte> storage(Recorder::kSmallest);
    Recorded recorded{storage};
    recorded.start();
    recorded.hear(FileRead{"/x", std::string(2 * Recorder::kSmallest, 'x'), 0});
    recorded.hear(KernelPictured{{}, std::vector<net::InterfaceAddress>(Recorder::kSmallest), {}, {}});
    EXPECT_TRUE(recorded.fits);
    recorded.run_for(seconds{1});
    const Told told = replayed(storage);
    EXPECT_EQ(told.gaps, 2u);
    EXPECT_EQ(told.differences, std::vector<std::string>{});
}

TEST(Recording, SaysThatTheAgentDoesNotFit) {
    std::vector<std::byte> storage(Recorder::kSmallest);
    Recorder recorder{storage, std::string(Recorder::kSmallest / Recorder::kSegments / 2, 'v'), 1};
    const Agent agent{std::make_shared<const model::Config>(config_of({instance()})), kBoot};
    EXPECT_FALSE(recorder.begin(agent, kBoot, kWallAtBoot));
    EXPECT_FALSE(recorder.records());
    EXPECT_GT(2 * recorder.opening_size(), recorder.segment_size());
}

TEST(Recording, TellsWhereTheOrdersAreOthers) {
    std::vector<std::byte> storage(kRoom);
    Recorder recorder{storage, "test", 1};
    Agent agent{std::make_shared<const model::Config>(config_of({instance()})), kBoot};
    ASSERT_TRUE(recorder.begin(agent, kBoot, kWallAtBoot));
    recorder.told(StatisticsReset{}, kBoot);
    const std::vector<Action> invented{ReadKernel{}};
    EXPECT_TRUE(recorder.ordered(agent, invented, kBoot, kWallAtBoot));
    const Told told = replayed(storage);
    EXPECT_EQ(told.differences, std::vector<std::string>{"order 1 was ReadKernel and is nothing now"});
}

TEST(Recording, IsRefusedWhenItIsNone) {
    EXPECT_EQ(read_recording({}).error(), ArchiveFault::OtherFormat);
    EXPECT_EQ(read_recording(std::vector<std::byte>(kRoom)).error(), ArchiveFault::OtherFormat);
    std::vector<std::byte> storage(kRoom);
    const Recorded recorded{storage};
    EXPECT_EQ(read_recording(Bytes{storage}.first(kRoom / 2)).error(), ArchiveFault::CutShort);
}

TEST(Recording, IsReadUpToWhatIsDamaged) {
    std::vector<std::byte> storage(kRoom);
    Recorded recorded{storage};
    recorded.start();
    recorded.run_for(seconds{10});
    const std::size_t turns = replayed(storage).turns;
    const auto last = std::ranges::find_if(storage.rbegin(), storage.rend(),
                                           [](std::byte octet) { return octet != std::byte{0}; });
    *(last + 100) ^= std::byte{1};
    const Told told = replayed(storage);
    EXPECT_LT(told.turns, turns);
    EXPECT_GT(told.turns, 0u);
    ASSERT_EQ(told.differences.size(), 1u);
    EXPECT_TRUE(told.differences[0].ends_with("it is damaged")) << told.differences[0];
}

TEST(Recording, CountsSegmentsOfAnotherVersion) {
    std::vector<std::byte> storage(kRoom);
    Recorded recorded{storage};
    const std::size_t head = 32;
    const std::size_t size = (kRoom - head) / Recorder::kSegments / 8 * 8;
    storage[head + size + sizeof(std::uint64_t)] ^= std::byte{1};  // the shape of the first one
    const auto recording = read_recording(storage);
    ASSERT_TRUE(recording.has_value());
    EXPECT_EQ(recording->unreadable, 1u);
    EXPECT_TRUE(recording->segments.empty());
}

TEST(Recorder, TakesMoreRoomForALargerConfiguration) {
    EXPECT_EQ(Recorder::usual_size(1000), 2u * 1024 * 1024);
    EXPECT_GT(Recorder::usual_size(1'000'000), 10u * 1024 * 1024);
    EXPECT_EQ(Recorder::usual_size(1'000'000'000), 64u * 1024 * 1024);
}

}  // namespace
}  // namespace understudy::agent::test
