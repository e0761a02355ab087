// What an agent is, as octets. That nothing of it is lost is seen in all other tests here: beside each agent
// on a desk runs a twin that is made from its snapshots.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "understudy/agent/archive.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

ArchiveFault fault_of(const Agent& agent, Bytes snapshot) {
    const auto restored = Agent::restored(shared(agent.config()), snapshot);
    EXPECT_FALSE(restored.has_value());
    return restored ? ArchiveFault::Surplus : restored.error();
}

TEST(Snapshot, KeepsTheRole) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    const auto restored = Agent::restored(shared(desk.agent.config()), desk.agent.save());
    ASSERT_TRUE(restored.has_value());
    EXPECT_EQ(restored->report("VI_51")->role, vrrp::Role::Master);
    EXPECT_EQ(restored->deadline(), desk.agent.deadline());
}

TEST(Snapshot, KeepsWhomAGroupWaitsFor) {
    model::Config config = grouped({instance(51), instance(52)});
    config.track_files.push_back({"f", "/run/f", {}, {}});
    config.instances[1].tracked_files.push_back({0, {}});
    Desk desk{config};
    desk.start();
    auto restored = Agent::restored(shared(desk.agent.config()), desk.agent.save());
    ASSERT_TRUE(restored.has_value());
    desk.agent = std::move(*restored);
    desk.hear(LinkSeen{eth1()});
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    desk.hear(FileRead{"/run/f", "0", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Snapshot, IsRefusedWhenAnyOctetOfItIsAnother) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    std::vector<std::byte> snapshot = desk.agent.save();
    for (std::size_t at = 24; at < snapshot.size(); at += 7) {
        snapshot[at] ^= std::byte{1};
        EXPECT_EQ(fault_of(desk.agent, snapshot), ArchiveFault::Damaged) << at;
        snapshot[at] ^= std::byte{1};
    }
}

TEST(Snapshot, IsRefusedWhenItIsOfAnotherVersion) {
    const Desk desk{config_of({instance()})};
    std::vector<std::byte> snapshot = desk.agent.save();
    snapshot[0] ^= std::byte{1};
    EXPECT_EQ(fault_of(desk.agent, snapshot), ArchiveFault::OtherFormat);
    EXPECT_EQ(fault_of(desk.agent, saved(desk.agent.config())), ArchiveFault::OtherFormat);
}

TEST(Snapshot, IsRefusedWhenItIsCutShortOrTooLong) {
    const Desk desk{config_of({instance()})};
    std::vector<std::byte> snapshot = desk.agent.save();
    EXPECT_EQ(fault_of(desk.agent, {}), ArchiveFault::CutShort);
    EXPECT_EQ(fault_of(desk.agent, Bytes{snapshot}.first(snapshot.size() - 1)), ArchiveFault::CutShort);
    snapshot.push_back(std::byte{0});
    EXPECT_EQ(fault_of(desk.agent, snapshot), ArchiveFault::Surplus);
}

TEST(Snapshot, IsRefusedWithAConfigurationThatItDoesNotFit) {
    const Desk desk{config_of({instance()})};
    const Desk other{config_of({instance(52)})};
    EXPECT_EQ(fault_of(other.agent, desk.agent.save()), ArchiveFault::Unsound);
    EXPECT_EQ(fault_of(Desk{{}}.agent, desk.agent.save()), ArchiveFault::Unsound);
}

TEST(SavedConfiguration, IsRefusedWhenItNamesWhatIsNotThere) {
    model::Config config = config_of({instance()});
    config.instances[0].tracked_scripts.push_back({3, {}});
    const auto loaded = loaded_config(saved(config));
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error(), ArchiveFault::Unsound);
}

TEST(SavedConfiguration, IsReadAsItWasWritten) {
    model::Config config = config_of({instance()});
    config.instances[0].hmac.emplace().keys.push_back({1, Secret::from(std::string(32, 'k')).value(), ""});
    config.globals.router_id = "one";
    const auto loaded = loaded_config(saved(config));
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(**loaded, config);
}

// Of instances 1 to 100, then of what a reload may make of them.
model::Config hundred() {
    model::Config config;
    for (std::uint8_t vrid = 1; vrid <= 100; ++vrid) config.instances.push_back(instance(vrid));
    return config;
}

std::size_t expect_told(const model::Config& before, const model::Config& after) {
    const std::vector<std::byte> change = saved_change(before, after);
    const auto changed = changed_config(before, change);
    EXPECT_TRUE(changed.has_value() && **changed == after);
    return change.size();
}

TEST(SavedChange, OfOneInstanceIsAsLongAsThatInstance) {
    const model::Config before = hundred();
    model::Config after = before;
    after.instances[40].priority = net::Priority::clamped(99);
    EXPECT_LT(expect_told(before, after), saved(before).size() / 20);
    EXPECT_LT(expect_told(before, before), 100u);
}

TEST(SavedChange, TellsOfWhatWasAddedRemovedAndMoved) {
    const model::Config before = hundred();
    model::Config after = before;
    after.instances.erase(after.instances.begin() + 10, after.instances.begin() + 15);
    after.instances.insert(after.instances.begin() + 50, instance(200));
    after.instances.push_back(instance(201));
    after.globals.router_id = "another";
    after.scripts.emplace_back().name = "check";
    EXPECT_LT(expect_told(before, after), saved(before).size() / 10);
    std::ranges::reverse(after.instances);
    expect_told(before, after);
    expect_told(before, {});
    expect_told({}, after);
}

TEST(SavedChange, OfAnythingToAnything) {
    std::vector<model::Config> all(1);
    for (std::uint8_t kind = 1; kind < 32; ++kind) {
        model::Config& config = all.emplace_back();
        for (std::uint8_t bit = 0; bit < 5; ++bit)
            if ((kind >> bit & 1) != 0) config.instances.push_back(instance(bit + 1));
        if (kind % 3 == 0) std::ranges::rotate(config.instances, config.instances.begin() + 1);
        if (kind % 4 == 0) config.instances.push_back(config.instances.front());
    }
    for (const model::Config& before : all)
        for (const model::Config& after : all) expect_told(before, after);
}

TEST(SavedChange, IsRefusedByWhoeverLacksWhatItIsAbout) {
    const model::Config before = hundred();
    model::Config after = before;
    after.instances[40].priority = net::Priority::clamped(99);
    const std::vector<std::byte> change = saved_change(before, after);
    const auto to_nothing = changed_config({}, change);
    ASSERT_FALSE(to_nothing.has_value());
    EXPECT_EQ(to_nothing.error(), ArchiveFault::Unsound);
    EXPECT_EQ(changed_config(before, saved(before)).error(), ArchiveFault::OtherFormat);
    EXPECT_EQ(changed_config(before, Bytes{change}.first(change.size() - 1)).error(), ArchiveFault::CutShort);
}

TEST(SavedChange, IsRefusedWhenWhatIsKeptNamesWhatIsGone) {
    model::Config before = config_of({instance()});
    before.scripts.emplace_back().name = "check";
    before.instances[0].tracked_scripts.push_back({0, {}});
    model::Config after = before;
    after.scripts.clear();
    const auto changed = changed_config(before, saved_change(before, after));
    ASSERT_FALSE(changed.has_value());
    EXPECT_EQ(changed.error(), ArchiveFault::Unsound);
}

TEST(SavedEvent, IsRefusedWhenItHasNoConfigurationToLoad) {
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    put(out, Event{ConfigLoaded{nullptr}});
    ArchiveReader in{octets};
    Event event;
    take(in, event);
    EXPECT_EQ(in.fault(), ArchiveFault::Unsound);
}

}  // namespace
}  // namespace understudy::agent::test
