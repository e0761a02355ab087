#include "understudy/os/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::TemporaryDirectory;

struct FilesTest : testing::Test {
    TemporaryDirectory directory;
};

using ReadFile = FilesTest;

TEST_F(ReadFile, GivesTheWholeContent) {
    const std::string content = std::string(200'000, 'x') + std::string{"\0end", 4};
    EXPECT_EQ(read_file(directory.write("a", content)), content);
    EXPECT_EQ(read_file(directory.write("empty", "")), "");
}

TEST_F(ReadFile, ReadsFilesThatClaimToBeEmpty) {
    const auto content = read_file("/proc/self/status");
    ASSERT_TRUE(content);
    EXPECT_TRUE(content->contains("Pid:"));
}

TEST_F(ReadFile, SaysWhatIsWrong) {
    const auto fault = [&](const std::string& path) { return read_file(path).error().fault; };
    directory.write("file", "");
    ASSERT_EQ(::mkfifo(directory.path("fifo").c_str(), 0600), 0);
    EXPECT_EQ(fault(directory.path("none")), ReadFault::Missing);
    EXPECT_EQ(fault(directory.path("file/none")), ReadFault::Missing);
    EXPECT_EQ(fault(directory.path()), ReadFault::Directory);
    EXPECT_EQ(fault(directory.path("fifo")), ReadFault::NotAFile);
    EXPECT_EQ(fault("/dev/zero"), ReadFault::NotAFile);
    EXPECT_EQ(read_file(directory.path("none")).error().error.to_string(),
              "cannot read " + directory.path("none") + ": No such file or directory");
}

TEST_F(ReadFile, RefusesWhatIsTooLarge) {
    const std::string file = directory.write("file", "12345");
    EXPECT_EQ(read_file(file, Executables::Read, 5), "12345");
    EXPECT_EQ(read_file(file, Executables::Read, 4).error().fault, ReadFault::TooLarge);
    EXPECT_EQ(read_file("/proc/self/status", Executables::Read, 4).error().fault, ReadFault::TooLarge);
}

TEST_F(ReadFile, RefusesExecutablesIfAsked) {
    const std::string file = directory.write("script", "#!", 0654);
    EXPECT_EQ(read_file(file), "#!");
    EXPECT_EQ(read_file(file, Executables::Refuse).error().fault, ReadFault::Executable);
}

TEST_F(FilesTest, ReplaceFilesInOnePiece) {
    const std::string file = directory.write("stats", "old");
    ASSERT_TRUE(replace_file(file, "new", 0640));
    EXPECT_EQ(directory.content("stats"), "new");
    EXPECT_EQ(file_facts(file)->mode, 0640u);
    const auto left = std::distance(std::filesystem::directory_iterator{directory.path()}, {});
    EXPECT_EQ(left, 1) << "no temporary file stays behind";
}

// As somebody may plant one in a directory that everybody writes to.
TEST_F(FilesTest, ReplacesALinkAndLeavesWhatItPointsTo) {
    const std::string secret = directory.write("secret", "untouched");
    const std::string file = directory.path("stats");
    std::filesystem::create_symlink(secret, file);
    ASSERT_TRUE(replace_file(file, "new", 0600));
    EXPECT_EQ(directory.content("secret"), "untouched");
    EXPECT_EQ(path_components(file)->back().facts.type, FileFacts::Type::Regular);
    EXPECT_EQ(directory.content("stats"), "new");
}

// A dump to /dev/null must not make a file of it.
TEST_F(FilesTest, LeavesWhatIsNoFile) {
    const std::string pipe = directory.path("fifo");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(replace_file(pipe, "new", 0600).error().code, EEXIST);
    EXPECT_NE(path_components(pipe)->back().facts.type, FileFacts::Type::Regular);
    std::filesystem::create_directory(directory.path("folder"));
    EXPECT_FALSE(replace_file(directory.path("folder"), "new", 0600));
}

TEST_F(FilesTest, ReplacingInAMissingDirectoryIsAnError) {
    EXPECT_EQ(replace_file(directory.path("none/file"), "x", 0600).error().code, ENOENT);
}

TEST_F(FilesTest, GlobKnowsBracesAndSorts) {
    for (const char* const name : {"b.conf", "a.conf", "c.txt"}) directory.write(name, "");
    const auto expect = [&](const std::string& pattern, const std::vector<std::string>& names) {
        std::vector<std::string> paths;
        for (const std::string& name : names) paths.push_back(directory.path(name));
        EXPECT_EQ(glob(directory.path(pattern)), paths) << pattern;
    };
    expect("*.conf", {"a.conf", "b.conf"});
    expect("{c,a}.*", {"c.txt", "a.conf"});
    expect("[bc].*", {"b.conf", "c.txt"});
    expect("a.conf", {"a.conf"});
    expect("nothing*", {});
}

// Wherever the folder stands in the pattern, and whether its names are asked for or known.
TEST_F(FilesTest, GlobTakesAFolderThatMayNotBeEnteredForNoEmptyOne) {
    if (::geteuid() != 0) GTEST_SKIP() << "becoming another user takes root";
    for (const char* const name : {"closed", "listed", "open"}) {
        std::filesystem::create_directory(directory.path(name));
        directory.write(std::string{name} + "/x.conf", "");
    }
    ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(directory.path("closed").c_str(), 0700), 0);
    ASSERT_EQ(::chmod(directory.path("listed").c_str(), 0744), 0);
    ASSERT_EQ(::symlink(directory.path("closed/x.conf").c_str(), directory.path("open/y.conf").c_str()), 0);
    const auto error_of = [&](const std::string& pattern) {
        const auto found = glob(directory.path(pattern));
        return found ? 0 : found.error().code;
    };
    ASSERT_EQ(::seteuid(65534), 0);
    for (const char* const pattern : {"closed/*.conf", "c*/x.conf", "l*/x.conf", "*/*.conf", "*/x.conf",
                                      "{open,closed}/x.conf", "*d/./x.conf", "o*/y.conf/z*"})
        EXPECT_EQ(error_of(pattern), EACCES) << pattern;
    for (const char* const pattern : {"*", "open/*", "o*/x.conf", "o*/y.conf", "none/*", "o*/none/*"})
        EXPECT_EQ(error_of(pattern), 0) << pattern;
    ASSERT_EQ(::seteuid(0), 0);
}

TEST_F(FilesTest, GlobTakesABrokenLinkForNone) {
    ASSERT_EQ(::symlink("nowhere", directory.path("dangling").c_str()), 0);
    ASSERT_EQ(::symlink("circle", directory.path("circle").c_str()), 0);
    EXPECT_EQ(glob(directory.path("*/x.conf")), std::vector<std::string>{});
}

TEST_F(FilesTest, FactsTellTypeOwnerAndMode) {
    const std::string file = directory.write("file", "1234", 0640);
    ASSERT_EQ(::symlink(file.c_str(), directory.path("link").c_str()), 0);
    const FileFacts expected{FileFacts::Type::Regular, ::getuid(), ::getgid(), 0640, 4};
    EXPECT_EQ(file_facts(file), expected);
    EXPECT_EQ(file_facts(directory.path("link")), expected);
    EXPECT_EQ(file_facts(directory.path())->type, FileFacts::Type::Directory);
    EXPECT_EQ(file_facts(directory.path("none")).error().code, ENOENT);
}

TEST_F(FilesTest, ComponentsAreListedFromTheRootOn) {
    const std::string file = directory.write("file", "");
    ASSERT_EQ(::symlink(directory.path().c_str(), directory.path("link").c_str()), 0);
    const auto components = path_components(directory.path("link//file"));
    ASSERT_TRUE(components);
    EXPECT_EQ(components->front().path, "/");
    const PathComponent& link = *(components->end() - 2);
    EXPECT_EQ(link.path, directory.path("link"));
    EXPECT_EQ(link.facts.type, FileFacts::Type::SymbolicLink);
    EXPECT_EQ(components->back().facts.type, FileFacts::Type::Regular);
    EXPECT_EQ(resolved_path(directory.path("link/file")), resolved_path(file));
}

TEST_F(FilesTest, ComponentsOfAMissingFileAreAnError) {
    EXPECT_EQ(path_components(directory.path("none")).error().code, ENOENT);
}

TEST(IsExecutableBy, LooksAtTheFirstClassThatFits) {
    const FileFacts facts{FileFacts::Type::Regular, 10, 20, 0610, 0};
    EXPECT_FALSE(is_executable_by(facts, 10, 20)) << "the owner may not, although the group may";
    EXPECT_TRUE(is_executable_by(facts, 11, 20));
    EXPECT_FALSE(is_executable_by(facts, 11, 21));
    EXPECT_TRUE(is_executable_by(facts, 0, 0));
    EXPECT_FALSE(is_executable_by({FileFacts::Type::Regular, 0, 0, 0644, 0}, 0, 0));
}

struct SearchPath : FilesTest {
    SearchPath() { ::setenv("PATH", (directory.path("first") + ":" + directory.path("second")).c_str(), 1); }
    ~SearchPath() override { ::setenv("PATH", before.c_str(), 1); }
    std::string before = environment("PATH").value_or("");
};

TEST_F(SearchPath, FindsTheFirstExecutable) {
    for (const char* const name : {"first", "second"})
        std::filesystem::create_directory(directory.path(name));
    directory.write("first/tool", "", 0644);
    directory.write("second/tool", "", 0755);
    EXPECT_EQ(search_path("tool"), directory.path("second/tool"));
    EXPECT_EQ(search_path("nothing"), std::nullopt);
    EXPECT_EQ(search_path(directory.path("second/tool")), directory.path("second/tool"));
    EXPECT_EQ(program_candidates("x"), (std::vector{directory.path("first/x"), directory.path("second/x")}));
}

TEST(Host, HasAName) {
    std::array<char, 256> name{};
    ASSERT_EQ(::gethostname(name.data(), name.size()), 0);
    EXPECT_EQ(hostname(), name.data());
}

TEST(Environment, TellsSetFromUnset) {
    ::setenv("UNDERSTUDY_TEST_VARIABLE", "", 1);
    EXPECT_EQ(environment("UNDERSTUDY_TEST_VARIABLE"), "");
    ::unsetenv("UNDERSTUDY_TEST_VARIABLE");
    EXPECT_EQ(environment("UNDERSTUDY_TEST_VARIABLE"), std::nullopt);
}

TEST(EmptyFile, IsMadeOrEmptiedAndRemoved) {
    const TemporaryDirectory directory;
    const std::string path = directory.write("full", "content");
    EXPECT_TRUE(make_empty_file(path));
    EXPECT_TRUE(make_empty_file(directory.path("new")));
    EXPECT_EQ(directory.content("full") + directory.content("new"), "");
    EXPECT_TRUE(remove_file(path));
    EXPECT_EQ(file_facts(path).error().code, ENOENT);
    EXPECT_TRUE(remove_file(path)) << "what is not there need not be removed";
    EXPECT_EQ(make_empty_file(directory.path("none/such")).error().code, ENOENT);
    EXPECT_FALSE(remove_file(directory.path()));
}

}  // namespace
}  // namespace understudy::os
