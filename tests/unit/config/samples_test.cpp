// The configurations that are installed as samples are ones to copy: loading them says nothing at all.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Samples, LoadWithoutAWord) {
    int samples = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{UNDERSTUDY_SAMPLES}) {
        const bool is_for_systemd = entry.path().filename() == "root.conf";
        if (entry.path().extension() != ".conf" || is_for_systemd) continue;
        MemoryReader reader;
        reader.add("sample.conf", content(entry.path()));
        const LoadResult result = load("sample.conf", reader, golden::FakeHost{}, {});
        EXPECT_TRUE(result.diagnostics.all().empty()) << entry.path() << "\n"
                                                      << render(result.diagnostics.all());
        EXPECT_EQ(result.config.instances.size(), 1u) << entry.path();
        ++samples;
    }
    EXPECT_GE(samples, 4);
}

}  // namespace
}  // namespace understudy::config
