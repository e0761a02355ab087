// Every input of a corpus once, in any build: what a fuzzer found stays found.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace understudy {
namespace {

namespace fs = std::filesystem;

// A corpus of texts may be a folder of other tests, with what they expect beside each.
bool is_input(const fs::directory_entry& entry) {
    return entry.is_regular_file() && (!entry.path().has_extension() || entry.path().extension() == ".conf");
}

std::vector<fs::path> all_inputs() {
    const char* const given = std::getenv("UNDERSTUDY_CORPORA");
    std::istringstream folders{given != nullptr ? given : ""};
    std::vector<fs::path> paths;
    for (std::string folder; std::getline(folders, folder, ':');)
        for (const fs::directory_entry& entry : fs::directory_iterator{folder})
            if (is_input(entry)) paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

class Corpus : public testing::TestWithParam<fs::path> {};

TEST_P(Corpus, EndsWithoutAFailedAssertion) {
    std::ifstream file{GetParam(), std::ios::binary};
    const std::vector<char> octets{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_TRUE(file);
    // -1 is for what the target leaves out, because it would take too long.
    EXPECT_LE(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus, testing::ValuesIn(all_inputs()), [](const auto& tested) {
    std::string name = (tested.param.parent_path().filename() / tested.param.stem()).string();
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

}  // namespace
}  // namespace understudy
