#include "config_handover.hpp"

#include <gtest/gtest.h>

#include "understudy/os/process.hpp"

namespace understudy::daemon {
namespace {

model::Config config_of(std::initializer_list<const char*> names) {
    model::Config config;
    for (const char* const name : names) config.instances.emplace_back().name = name;
    return config;
}

struct Handover : testing::Test {
    os::UniqueFd memory = os::memory_file("handover-test").value();
};

TEST_F(Handover, TellsWhatHasChanged) {
    const model::Config before = config_of({"a", "b"});
    const model::Config after = config_of({"a", "c"});
    ASSERT_TRUE(hand_over(memory, before, after).has_value());
    const auto taken = taken_over(memory, before);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(**taken, after);
}

TEST_F(Handover, OfTheWholeIsTakenWhateverIsKnown) {
    const model::Config after = config_of({"a", "c"});
    ASSERT_TRUE(hand_over(memory, {}, after).has_value());
    const auto taken = taken_over(memory, config_of({"x", "y", "z"}));
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(**taken, after);
}

TEST_F(Handover, ThatDidNotHappenIsRefused) { EXPECT_FALSE(taken_over(memory, {}).has_value()); }

TEST_F(Handover, ToSomebodyWhoIsBehindIsRefused) {
    ASSERT_TRUE(hand_over(memory, config_of({"a", "b"}), config_of({"a", "b", "c"})).has_value());
    const auto taken = taken_over(memory, config_of({"a"}));
    ASSERT_FALSE(taken.has_value());
    EXPECT_TRUE(taken.error().starts_with("the new configuration did not arrive whole: ")) << taken.error();
}

TEST_F(Handover, ThatIsCutShortIsRefused) {
    ASSERT_TRUE(hand_over(memory, {}, config_of({"a"})).has_value());
    const std::string whole = os::stored(memory).value();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        ASSERT_TRUE(os::store(memory, std::string_view{whole}.substr(0, size)).has_value());
        EXPECT_FALSE(taken_over(memory, {}).has_value()) << size;
    }
}

}  // namespace
}  // namespace understudy::daemon
