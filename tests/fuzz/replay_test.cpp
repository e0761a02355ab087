// Every input of a corpus once, in any build: what a fuzzer found stays found.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace understudy {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_inputs() {
    const char* const folder = std::getenv("UNDERSTUDY_CORPUS");
    std::vector<fs::path> paths;
    if (folder == nullptr) return paths;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

class Corpus : public testing::TestWithParam<fs::path> {};

TEST_P(Corpus, EndsWithoutAFailedAssertion) {
    std::ifstream file{GetParam(), std::ios::binary};
    const std::vector<char> octets{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_TRUE(file);
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus, testing::ValuesIn(all_inputs()), [](const auto& tested) {
    std::string name = tested.param.stem().string();
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

}  // namespace
}  // namespace understudy
