#include "understudy/config/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "fake_host.hpp"

namespace understudy::config {
namespace {

constexpr std::string_view kWeb = R"(vrrp_instance web {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10
    }
}
)";

LoadResult load_text(std::string text, const LoadOptions& options = {}) {
    MemoryReader reader;
    reader.add("ha.conf", std::move(text));
    return load("ha.conf", reader, golden::FakeHost{}, options);
}

TEST(Load, GivesTheFilesThatWereRead) {
    MemoryReader reader;
    reader.add("ha.conf", "include part.conf\n");
    reader.add("part.conf", std::string{kWeb});
    reader.add("other.conf", "");
    const LoadResult result = load("ha.conf", reader, golden::FakeHost{}, {});
    EXPECT_EQ(result.files, (std::vector<SourceFile>{{"ha.conf", "include part.conf\n"},
                                                     {"part.conf", std::string{kWeb}}}));
    EXPECT_EQ(result.config.instances.size(), 1u);
}

TEST(Load, TakesTheHostNameForTheConfigurationIdUnlessOneIsGiven) {
    const std::string text =
        "@alpha "
        "instance one\n@beta instance two\n" +
        std::string{kWeb};
    EXPECT_EQ(load_text(text).config.globals.instance_name, "one");
    EXPECT_EQ(load_text(text, {.config_id = "beta"}).config.globals.instance_name, "two");
}

TEST(Load, LeavesOutAnInstanceThatCannotRunAndKeepsTheRest) {
    const LoadResult result =
        load_text("vrrp_instance broken {\n    interface eth0\n}\n" + std::string{kWeb});
    EXPECT_TRUE(result.diagnostics.has_errors());
    ASSERT_EQ(result.config.instances.size(), 1u);
    EXPECT_EQ(result.config.instances[0].name, "web");
}

// As keepalived: only noreverse in the entry takes it away.
TEST(Load, TurnsTheWeightOfAnEntryAroundAsItsBlockDoes) {
    const std::string blocks =
        "vrrp_script check {\n    script /bin/true\n    weight 5 reverse\n}\n"
        "track_file load {\n    file /run/load\n    weight 5 reverse\n}\n"
        "vrrp_track_process service {\n    process web\n    weight 5 reverse\n}\n";
    std::string tracking = std::string{kWeb};
    tracking.insert(tracking.rfind('}'),
                    "track_script {\n check weight 7\n}\n"
                    "track_file {\n load weight 7\n}\n"
                    "track_process {\n service weight 7\n}\n");
    const LoadResult result = load_text(blocks + tracking);
    ASSERT_EQ(result.config.instances.size(), 1u);
    const model::Instance& web = result.config.instances[0];
    EXPECT_EQ(web.tracked_scripts, (std::vector<model::TrackedScript>{{0, {7, true}}}));
    EXPECT_EQ(web.tracked_files, (std::vector<model::TrackedFile>{{0, {7, true}}}));
    EXPECT_EQ(web.tracked_processes, (std::vector<model::TrackedProcess>{{0, {7, true}}}));
}

TEST(Load, RefusesAnUnknownKeywordUnlessLenient) {
    const std::string text = std::string{kWeb} + "nonsense\n";
    EXPECT_TRUE(load_text(text).diagnostics.has_errors());
    const LoadResult lenient = load_text(text, {.lenient = true});
    EXPECT_FALSE(lenient.diagnostics.has_errors());
    EXPECT_EQ(lenient.diagnostics.exit_status(), 5);
}

TEST(Load, UsesWhatKeepalivedWouldUseWhenLenient) {
    std::string text{kWeb};
    text.replace(text.find("    interface"), 0, "    priority 256\n    advert_int 0\n");
    const LoadResult result = load_text(text, {.lenient = true});
    ASSERT_EQ(result.config.instances.size(), 1u);
    EXPECT_EQ(result.config.instances[0].priority, net::kDefaultPriority);
    EXPECT_EQ(result.config.instances[0].advert_interval, std::chrono::seconds{1});
}

TEST(Load, WarnsOfWhatCannotBeMeantInAStepOfItsOwn) {
    std::string text{kWeb};
    text.replace(text.find("192.0.2.10"), 10, "224.0.0.77");
    const LoadResult warned = load_text(text);
    EXPECT_EQ(warned.diagnostics.all().size(), 1u);
    MemoryReader reader;
    reader.add("ha.conf", text);
    const golden::FakeHost host;
    Loading loading{"ha.conf", reader, host, {}};
    const LoadResult judged = loading.take();
    EXPECT_TRUE(judged.diagnostics.all().empty());
    EXPECT_EQ(judged.config, warned.config);
    Diagnostics later = loading.no_diagnostics();
    loading.judge_sense(judged.config, later);
    EXPECT_EQ(later.all().size(), 1u);
}

TEST(Load, GoesOnElsewhereWhenItIsMoved) {
    MemoryReader reader;
    reader.add("ha.conf", std::string{kWeb});
    const golden::FakeHost host;
    Loading begun{"ha.conf", reader, host, {}};
    Loading moved{std::move(begun)};
    const LoadResult judged = moved.take();
    EXPECT_EQ(judged.config.instances.size(), 1u);
    Diagnostics later = moved.no_diagnostics();
    moved.judge_sense(judged.config, later);
    EXPECT_TRUE(later.all().empty());
}

// A host that answers only what every host has to.
class PlainHost final : public Host {
public:
    std::optional<LinkFacts> link(const std::string&) const override { return LinkFacts{}; }
    std::vector<net::Prefix> addresses(const std::string&, net::Family) const override { return {}; }
    std::string short_host_name() const override { return "alpha"; }
    std::optional<std::string> environment(const std::string&) const override { return std::nullopt; }
    std::optional<UserFacts> user(const std::string&) const override { return std::nullopt; }
    std::optional<std::uint32_t> group(const std::string&) const override { return std::nullopt; }
    ScriptFacts script(const std::string&, const std::string&) const override { return {}; }
};

TEST(Load, FindsNoKeyFileAndNoNameOnAHostThatKeepsNone) {
    std::string text{kWeb};
    text.replace(text.find("    interface"), 0,
                 "    auth_hmac {\n        key 1 file:/etc/keys/web\n    }\n"
                 "    virtual_routes {\n        203.0.113.0/24 dev eth0 table blue\n    }\n");
    MemoryReader reader;
    reader.add("ha.conf", text);
    const LoadResult result = load("ha.conf", reader, PlainHost{}, {});
    std::vector<Code> codes;
    for (const Diagnostic& diagnostic : result.diagnostics.all()) codes.push_back(diagnostic.code);
    EXPECT_EQ(std::ranges::count(codes, Code::KeyFileUnusable), 1);
    EXPECT_EQ(std::ranges::count(codes, Code::UnknownRouteName), 1);
}

TEST(Load, AsksNothingOfTheHostWhenOffline) {
    std::string text{kWeb};
    text.replace(text.find("eth0"), 4, "eth7");
    EXPECT_TRUE(load_text(text).diagnostics.has_errors());
    EXPECT_FALSE(load_text(text, {.offline = true}).diagnostics.has_errors());
}

TEST(Load, ReportsInTheOrderOfTheFile) {
    const LoadResult result = load_text("vrrp_instance a {\n    interface eth0\n    nonsense\n}\nmore\n");
    const auto& all = result.diagnostics.all();
    EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Diagnostic::span));
    EXPECT_GE(all.size(), 3u);
}

}  // namespace
}  // namespace understudy::config
