// What an agent is, as octets. That nothing of it is lost is seen in all other tests here: beside each agent
// on a desk runs a twin that is made from its snapshots.
#include <gtest/gtest.h>

#include "understudy/agent/archive.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

ArchiveFault fault_of(const Agent& agent, Bytes snapshot) {
    const auto restored = Agent::restored(std::make_shared<const model::Config>(agent.config()), snapshot);
    EXPECT_FALSE(restored.has_value());
    return restored ? ArchiveFault::Surplus : restored.error();
}

TEST(Snapshot, KeepsTheRole) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    const auto restored =
        Agent::restored(std::make_shared<const model::Config>(desk.agent.config()), desk.agent.save());
    ASSERT_TRUE(restored.has_value());
    EXPECT_EQ(restored->report("VI_51")->role, vrrp::Role::Master);
    EXPECT_EQ(restored->deadline(), desk.agent.deadline());
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
