// Whatever a file holds, loading it ends, soon, with a value.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "understudy/base/random.hpp"
#include "understudy/config/expand.hpp"
#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> samples() {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator{fs::path{UNDERSTUDY_GOLDEN_FOLDER} / "config"})
        if (entry.path().extension() == ".conf") paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> texts;
    for (const fs::path& path : paths) {
        std::ifstream file{path, std::ios::binary};
        std::ostringstream contents;
        contents << file.rdbuf();
        // Loops up to the limits are slow on purpose and have tests of their own.
        if (contents.str().size() < 8000) texts.push_back(contents.str());
    }
    return texts;
}

LoadResult load_anything(std::string text) {
    MemoryReader reader;
    reader.add("ha.conf", std::move(text));
    return load("ha.conf", reader, golden::FakeHost{}, {});
}

// Renders everything too: a place outside its line must not hurt.
void expect_ends(const std::string& text) {
    const LoadResult result = load_anything(text);
    EXPECT_FALSE(result.diagnostics.all().size() > Diagnostics::kMost + 1);
    EXPECT_EQ(render(result.diagnostics.all()).empty(), result.diagnostics.all().empty());
    EXPECT_FALSE(render_json(result.diagnostics.all()).empty());
}

std::string mutated(std::string text, Random& random, const std::vector<std::string>& all) {
    constexpr std::string_view kSpice = "{}\"\\!#$@~\n\r\t =(),0-9az\x80\xff\0";
    for (std::uint64_t edits = 1 + random.below(6); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = random.below(text.size());
        switch (random.below(5)) {
            case 0:
                text[at] = kSpice[random.below(kSpice.size())];
                break;
            case 1:
                text.insert(at, 1, kSpice[random.below(kSpice.size())]);
                break;
            case 2:
                text.erase(at, 1 + random.below(20));
                break;
            case 3:
                text.resize(at);
                break;
            default: {
                const std::string& other = all[random.below(all.size())];
                if (!other.empty()) text.insert(at, other.substr(random.below(other.size()), 40));
            }
        }
    }
    return text;
}

TEST(AnyFile, EndsWithAValue) {
    const std::vector<std::string> all = samples();
    ASSERT_GT(all.size(), 30u);
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Random random{Seed{seed}};
        expect_ends(mutated(all[random.below(all.size())], random, all));
    }
}

TEST(AnyFile, EndsWithAValueWhereverItIsCut) {
    for (const std::string& text : samples())
        for (std::size_t length = 0; length < text.size(); length += 7) expect_ends(text.substr(0, length));
}

TEST(AnyFile, MayNestAsDeepAsItLikes) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += "a {\n";
    expect_ends(text);
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

// How much was said until reading was given up.
std::size_t expect_given_up(const std::string& text) {
    const LoadResult result = load_anything(text);
    const auto& all = result.diagnostics.all();
    const bool said =
        std::ranges::any_of(all, [](const Diagnostic& one) { return one.code == Code::ExpansionLimit; });
    EXPECT_TRUE(said || all.size() > Diagnostics::kMost);  // the last of very many is not shown
    EXPECT_TRUE(result.diagnostics.has_errors());
    return all.size();
}

TEST(Limits, RefuseMoreThanSixtyFourMebibytes) {
    EXPECT_EQ(expect_given_up(repeated("# 16 octets are\n", (ExpandLimits::kFileBytes >> 4) + 1)), 1u);
}

TEST(Limits, RefuseMoreWordsThanAnybodyWrites) {
    expect_given_up(repeated(repeated("a ", 500) + "\n", ExpandLimits::kWords / 500 + 1));
}

TEST(Limits, CountIncludesThatFail) {
    std::string alternatives = "include ";
    for (int i = 0; i < 10; ++i) alternatives += "{a,b}";
    expect_given_up(repeated(alternatives + "\n", ExpandLimits::kFiles / 1024 + 1));
}

// Each variable is twice the one before: the last would have two to the 44th octets.
TEST(Limits, TryOnlyAFewLinesThatGrowWithoutEnd) {
    std::string text = "$a0=xxxxxxxxxxxxxxxx\n";
    for (int i = 1; i <= 40; ++i) {
        const std::string reference = "${a" + std::to_string(i - 1) + "}";
        text += "$a" + std::to_string(i) + "=" + reference + reference + "\n";
    }
    EXPECT_LT(expect_given_up(text + repeated("${a40}\n", 100'000)), 100u);
}

// A search for the name that was meant, for each of them among all, would not end within the test's time.
TEST(HugeFile, OfUnknownNamesIsReadWhole) {
    std::ostringstream text;
    for (int i = 0; i < 50'000; ++i) text << "vrrp_script s" << i << " {\n script /etc/checks/a.sh\n}\n";
    text << "vrrp_instance a {\n interface eth0\n virtual_router_id 5\n track_script {\n";
    for (int i = 0; i < 50'000; ++i) text << "  u" << i << "\n";
    text << " }\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n";
    expect_ends(text.str());
}

TEST(HugeFile, OfBracesNamesTheOutermostBlock) {
    const LoadResult result = load_anything(repeated("a {\n", 500'000));
    EXPECT_EQ(result.diagnostics.all().size(), 2u);  // an unknown keyword, and its block is never closed
}

std::string instances(std::size_t count) {
    std::ostringstream text;
    for (std::size_t i = 0; i < count; ++i)
        text << std::dec << "vrrp_instance i" << i << " {\n    state BACKUP\n    interface link" << i / 255
             << "\n    virtual_router_id " << i % 255 + 1
             << "\n    priority 100\n    advert_int 1\n    garp_master_delay 3\n    virtual_ipaddress {\n"
             << "        2001:db8:" << std::hex << i / 0x10000 << "::" << i % 0x10000
             << "/64 dev eth1\n    }\n}\n";
    return text.str();
}

// 220,000 lines, all of them of use; a step that is quadratic in any of them would not end within the test's
// time.
TEST(HugeFile, IsReadWhole) {
    MemoryReader reader;
    reader.add("ha.conf", "global_defs {\n    dynamic_interfaces\n}\n" + instances(20'000));
    const LoadResult result = load("ha.conf", reader, golden::FakeHost{}, {});
    EXPECT_EQ(result.config.instances.size(), 20'000u);
    EXPECT_TRUE(result.diagnostics.all().empty());
}

}  // namespace
}  // namespace understudy::config
