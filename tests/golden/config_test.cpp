// Every config/NAME.conf is loaded; what there is to say about it must be NAME.diag, what was understood
// NAME.model (for files that ask for it). UNDERSTUDY_ACCEPT=1, set by scripts/accept, writes both instead.
//
// A file may begin with a line "! options: ..." of: lenient, all-config, offline, model, id=ID, load=PATH
// (another file instead of this one), last=N (show only the last N findings).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "understudy/config/load.hpp"
#include "understudy/config/outline.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::golden {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path{UNDERSTUDY_GOLDEN_FOLDER} / "config";
constexpr std::string_view kOptionsLine = "! options:";

std::string contents_of(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream contents;
    contents << file.rdbuf();
    return contents.str();
}

struct Case {
    std::string load;
    config::LoadOptions options;
    bool with_model = false;
    std::size_t last = SIZE_MAX;
};

void take_option(Case& made, const std::string& word) {
    if (word == "lenient") made.options.lenient = true;
    if (word == "all-config") made.options.all_config = true;
    if (word == "offline") made.options.offline = true;
    if (word == "model") made.with_model = true;
    if (word.starts_with("id=")) made.options.config_id = word.substr(3);
    if (word.starts_with("load=")) made.load = word.substr(5);
    if (word.starts_with("last=")) made.last = std::stoul(word.substr(5));
}

Case read_case(const fs::path& path) {
    Case made;
    made.load = path.filename().string();
    std::istringstream lines{contents_of(path)};
    std::string first;
    std::getline(lines, first);
    if (!first.starts_with(kOptionsLine)) return made;
    std::istringstream words{first.substr(kOptionsLine.size())};
    for (std::string word; words >> word;) take_option(made, word);
    return made;
}

config::MemoryReader read_folder() {
    config::MemoryReader reader;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{kFolder})
        if (entry.is_regular_file() && entry.path().extension() == ".conf")
            reader.add(fs::relative(entry.path(), kFolder).string(), contents_of(entry.path()));
    reader.add_fault("parts", config::ReadFault::Directory);
    reader.add_fault("parts/run.sh", config::ReadFault::Executable);
    reader.add_fault("parts/closed.conf", config::ReadFault::Forbidden);
    reader.add_fault("closed/*.conf", config::ReadFault::Forbidden);
    return reader;
}

std::vector<fs::path> all_cases() {
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : fs::directory_iterator{kFolder})
        if (entry.path().extension() == ".conf") paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

config::LoadResult load_case(const Case& wanted) {
    return config::load(wanted.load, read_folder(), FakeHost{}, wanted.options);
}

void expect_same(const fs::path& path, const std::string& text) {
    if (std::getenv("UNDERSTUDY_ACCEPT") != nullptr) {
        std::ofstream{path, std::ios::binary} << text;
        return;
    }
    EXPECT_EQ(contents_of(path), text)
        << path << " differs; scripts/accept writes what is above as the new truth";
}

std::string verdict(const config::LoadResult& result, std::size_t last) {
    const auto& all = result.diagnostics.all();
    const std::size_t skipped = all.size() > last ? all.size() - last : 0;
    return config::render(std::span{all}.subspan(skipped)) +
           "exit status of -t: " + std::to_string(result.diagnostics.exit_status()) +
           (result.diagnostics.has_errors() ? ", refused\n" : ", accepted\n");
}

class GoldenConfig : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenConfig, SaysAndMeansWhatIsRecorded) {
    const Case wanted = read_case(GetParam());
    const config::LoadResult result = load_case(wanted);
    fs::path recorded = GetParam();
    expect_same(recorded.replace_extension(".diag"), verdict(result, wanted.last));
    if (wanted.with_model)
        expect_same(recorded.replace_extension(".model"),
                    config::render_text(config::outline(result.config)));
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenConfig, testing::ValuesIn(all_cases()), [](const auto& tested) {
    std::string name = tested.param.stem().string();
    std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

TEST(GoldenConfigs, ShowEveryCode) {
    std::string shown;
    for (const fs::path& path : all_cases()) shown += contents_of(fs::path{path}.replace_extension(".diag"));
    for (const config::CodeRow& row : config::all_codes())
        EXPECT_TRUE(shown.contains("[" + std::string{row.id} + "]: ")) << row.id << " has no golden file";
}

// Those about a file as a whole, and why no line can be named.
constexpr struct {
    config::Code code;
    std::string_view reason;
} kAboutWholeFiles[] = {
    {config::Code::MissingFile, "the file has no lines"},
    {config::Code::RequiredFileMissing, "the file has no lines"},
    {config::Code::UnreadableFile, "its lines cannot be read"},
    {config::Code::NotText, "what is no text has no lines"},
    {config::Code::NoConfiguration, "what is missing stands nowhere"},
    {config::Code::HiddenFromService, "it is about who may read them all"},
};

bool is_about_a_file(config::Code code) {
    return std::ranges::any_of(kAboutWholeFiles, [&](const auto& row) { return row.code == code; });
}

// The caret stands under a word, or where one is missing: at the end of its line.
void expect_place(const config::Diagnostic& diagnostic, const fs::path& path) {
    SCOPED_TRACE(testing::Message() << path << " " << diagnostic.id() << ": " << diagnostic.message);
    EXPECT_FALSE(diagnostic.file.empty());
    EXPECT_FALSE(diagnostic.message.empty());
    if (is_about_a_file(diagnostic.code)) return;
    EXPECT_GE(diagnostic.span.line, 1u);
    EXPECT_GE(diagnostic.span.column, 1u);
    EXPECT_GE(diagnostic.span.length, 1u);
    EXPECT_LE(diagnostic.span.column, diagnostic.source.size() + 1);
    const std::string text = config::render(std::span{&diagnostic, 1});
    EXPECT_TRUE(text.contains(" | ")) << text;
    EXPECT_TRUE(text.contains("^")) << text;
}

TEST(GoldenConfigs, PointAtAWord) {
    for (const fs::path& path : all_cases()) {
        const config::LoadResult result = load_case(read_case(path));
        for (const config::Diagnostic& diagnostic : result.diagnostics.all()) expect_place(diagnostic, path);
    }
}

TEST(GoldenConfigs, ReadTheSameFromTheFilesThatWereHandedOver) {
    for (const fs::path& path : all_cases()) {
        const Case wanted = read_case(path);
        const config::LoadResult first = load_case(wanted);
        config::MemoryReader handed_over;
        for (const config::SourceFile& file : first.files) handed_over.add(file.path, file.contents);
        if (first.diagnostics.has_errors()) continue;
        const config::LoadResult again = config::load(wanted.load, handed_over, FakeHost{}, wanted.options);
        EXPECT_EQ(again.config, first.config) << path;
    }
}

}  // namespace
}  // namespace understudy::golden
