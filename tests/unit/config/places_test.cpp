#include "understudy/config/places.hpp"

#include <gtest/gtest.h>

#include "understudy/config/load.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

constexpr std::string_view kText =
    "vrrp_instance VI_1 {\n"
    "    interface eth0\n"
    "    virtual_router_id 51\n"
    "    authentication {\n"
    "        auth_type PASS\n"
    "    }\n"
    "    virtual_ipaddress { 192.0.2.50/24 }\n"
    "}\n"
    "vrrp_instance VI_2 { interface eth1\n"
    "}\n"
    "global_defs { router_id a }\n";

Places places_of(std::string_view text) {
    MemoryReader reader;
    reader.add("ha.conf", std::string{text});
    LoadOptions options;
    options.places = true;
    return load("ha.conf", reader, golden::FakeHost{}, options).places;
}

std::uint32_t line_of(std::string_view block, std::string_view word) {
    const auto place = places_of(kText).find(block, word);
    return place ? place->line : 0;
}

TEST(Places, KnowTheValueOfAKeywordInANamedBlock) {
    const auto place = places_of(kText).find("vrrp_instance VI_1", "virtual_router_id");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->line, 3U);
    EXPECT_EQ(place->column, 23U);
    EXPECT_EQ(place->length, 2U);
}

TEST(Places, KeepBlocksApart) {
    EXPECT_EQ(line_of("vrrp_instance VI_1", "interface"), 2U);
    EXPECT_EQ(line_of("vrrp_instance VI_2", "interface"), 9U);
    EXPECT_EQ(line_of("global_defs", "router_id"), 11U);
}

TEST(Places, FindWhatStandsDeeper) {
    EXPECT_EQ(line_of("vrrp_instance VI_1", "auth_type"), 5U);
    EXPECT_EQ(line_of("vrrp_instance VI_1", "192.0.2.50/24"), 7U);
}

TEST(Places, KnowTheHeaderItself) { EXPECT_EQ(line_of("vrrp_instance VI_2", ""), 9U); }

TEST(Places, HaveNothingThatIsNotWritten) {
    EXPECT_EQ(places_of(kText).find("vrrp_instance VI_1", "priority"), std::nullopt);
    EXPECT_EQ(places_of(kText).find("vrrp_instance VI_3", "interface"), std::nullopt);
}

TEST(Places, SurviveBracesThatDoNotMatch) {
    EXPECT_EQ(places_of("} { a b } } {\n").find("a", ""), std::nullopt);
}

TEST(Places, AreOnlyKeptWhenAskedFor) {
    MemoryReader reader;
    reader.add("ha.conf", std::string{kText});
    EXPECT_EQ(load("ha.conf", reader, golden::FakeHost{}, {}).places.find("vrrp_instance VI_1", ""),
              std::nullopt);
}

}  // namespace
}  // namespace understudy::config
