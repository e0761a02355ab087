// What outline() writes is read as the same configuration: for every golden configuration that is accepted.
#include "understudy/config/outline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::golden {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream contents;
    contents << file.rdbuf();
    return contents.str();
}

std::vector<fs::path> configurations() {
    std::vector<fs::path> paths;
    for (const char* folder : {"config", "../compat/corpus"})
        for (const auto& entry : fs::directory_iterator{fs::path{UNDERSTUDY_GOLDEN_FOLDER} / folder})
            if (entry.path().extension() == ".conf") paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

config::LoadResult load(const std::string& text) {
    config::MemoryReader reader;
    reader.add("written.conf", text);
    return config::load("written.conf", reader, FakeHost{}, config::LoadOptions{.lenient = true});
}

class Outline : public testing::TestWithParam<fs::path> {};

TEST_P(Outline, IsReadAsTheSameConfiguration) {
    const config::LoadResult first = load(contents_of(GetParam()));
    if (first.diagnostics.has_errors()) GTEST_SKIP() << "refused";
    const std::string text = config::render_text(config::outline(first.config));
    const config::LoadResult again = load(text);
    EXPECT_EQ(again.config, first.config) << text << config::render(again.diagnostics.all());
    EXPECT_EQ(config::render_text(config::outline(again.config)), text);
}

TEST_P(Outline, ShowsNoSecretOnceRedacted) {
    const config::LoadResult result = load(contents_of(GetParam()));
    const auto nodes = config::redact(config::outline(result.config));
    const std::string shown = config::render_text(nodes) + config::render_json(nodes);
    for (const model::Instance& instance : result.config.instances) {
        const bool long_enough = instance.auth_pass.size() > 3;  // to be in no other word
        EXPECT_FALSE(long_enough && shown.contains(" " + instance.auth_pass));
        EXPECT_FALSE(instance.hmac && shown.contains("hex:"));
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Outline, testing::ValuesIn(configurations()), [](const auto& tested) {
    std::string name = tested.param.parent_path().filename().string() + "_" + tested.param.stem().string();
    std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

}  // namespace
}  // namespace understudy::golden
