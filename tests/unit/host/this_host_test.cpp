#include "understudy/host/this_host.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace understudy::host {
namespace {

namespace fs = std::filesystem;
using config::ReadFault;

// A folder of its own, gone at the end.
class Disk : public testing::Test {
protected:
    Disk() {
        std::string pattern = testing::TempDir() + "understudy-host-XXXXXX";
        folder_ = mkdtemp(pattern.data());
    }
    ~Disk() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string write(const std::string& name, std::string_view text) const {
        std::ofstream{folder_ / name} << text;
        return folder_ / name;
    }

    fs::path folder_;
};

TEST_F(Disk, GivesAFileAsItStands) { EXPECT_EQ(DiskReader{}.read(write("a.conf", "one\ntwo")), "one\ntwo"); }

TEST_F(Disk, SaysWhyAFileCannotBeRead) {
    EXPECT_EQ(DiskReader{}.read(folder_ / "absent.conf").error(), ReadFault::Missing);
    EXPECT_EQ(DiskReader{}.read(folder_).error(), ReadFault::Directory);
    const std::string program = write("run.sh", "#!/bin/sh\n");
    fs::permissions(program, fs::perms::owner_all);
    EXPECT_EQ(DiskReader{}.read(program).error(), ReadFault::Executable);
}

TEST_F(Disk, TakesAForbiddenFolderForNoEmptyOne) {
    if (geteuid() != 0) GTEST_SKIP() << "becoming another user takes root";
    const std::string file = write("a.conf", "one");
    fs::permissions(folder_, fs::perms::owner_all);
    ASSERT_EQ(seteuid(65534), 0);
    const auto read = DiskReader{}.read(file);
    const auto found = DiskReader{}.glob(folder_ / "*.conf");
    ASSERT_EQ(seteuid(0), 0);
    EXPECT_EQ(read.error(), ReadFault::Forbidden);
    EXPECT_EQ(found.error(), ReadFault::Forbidden);
}

TEST_F(Disk, FindsFilesByPatternInOrder) {
    const std::vector<std::string> written{write("a.conf", ""), write("b.conf", "")};
    EXPECT_EQ(DiskReader{}.glob(folder_ / "*.conf"), written);
    EXPECT_EQ(DiskReader{}.glob(folder_ / "*.none"), std::vector<std::string>{});
}

TEST_F(Disk, TellsWhatTheServiceMayNotRead) {
    if (geteuid() != 0) GTEST_SKIP() << "asking for others takes root";
    const std::string file = write("a.conf", "one");
    fs::permissions(folder_, fs::perms(0755));
    fs::permissions(file, fs::perms(0600));
    const Service service{"understudy", {65534, 65534, {}}};
    EXPECT_EQ(ThisHost{service}.excluded_from(file), "understudy");
    EXPECT_EQ(ThisHost{}.excluded_from(file), std::nullopt);
    EXPECT_EQ(ThisHost{service}.excluded_from(folder_ / "absent.conf"), std::nullopt);
    fs::permissions(file, fs::perms(0644));
    EXPECT_EQ(ThisHost{service}.excluded_from(file), std::nullopt);
}

TEST_F(Disk, TellsWhoMayReadAKeyFile) {
    const std::string path = write("key", "a secret\n");
    fs::permissions(path, fs::perms::owner_read | fs::perms::others_read);
    const auto file = ThisHost{}.key_file(path);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->content, "a secret\n");
    EXPECT_EQ(file->mode, 0404u);
    EXPECT_TRUE(file->ours);
    EXPECT_EQ(ThisHost{}.key_file(folder_ / "absent").error(), ReadFault::Missing);
    EXPECT_EQ(ThisHost{}.key_file(folder_).error(), ReadFault::Directory);
    EXPECT_EQ(ThisHost{}.key_file(write("large", std::string(100'000, 'k'))).error(), ReadFault::Unreadable);
}

TEST_F(Disk, TellsWhatAScriptIs) {
    const std::string script = write("check.sh", "#!/bin/sh\n");
    EXPECT_FALSE(ThisHost{}.script(script, "").executable);
    fs::permissions(script, fs::perms::owner_all);
    const config::ScriptFacts facts = ThisHost{}.script(script, "");
    EXPECT_TRUE(facts.exists);
    EXPECT_TRUE(facts.regular);
    EXPECT_TRUE(facts.executable);
    ASSERT_FALSE(facts.parts.empty());
    EXPECT_EQ(facts.parts.front().path, "/");
    EXPECT_EQ(facts.parts.back().path, fs::canonical(script).string());
    EXPECT_FALSE(ThisHost{}.script(folder_ / "absent.sh", "").exists);
}

// Root looks everywhere, so the one who asks here is another.
TEST_F(Disk, TellsThatAScriptIsHiddenFromWhoAsks) {
    if (geteuid() != 0) GTEST_SKIP() << "becoming another user takes root";
    fs::permissions(folder_, fs::perms::all);
    const fs::path closed = fs::path{folder_} / "closed";
    fs::create_directory(closed);
    const std::string script = write("closed/check.sh", "#!/bin/sh\n");
    fs::permissions(script, fs::perms::owner_all);
    fs::permissions(closed, fs::perms::owner_all);
    ASSERT_EQ(seteuid(65534), 0);
    const config::ScriptFacts of_root = ThisHost{}.script(script, "root");
    const config::ScriptFacts of_asker = ThisHost{}.script(script, "");
    ASSERT_EQ(seteuid(0), 0);
    EXPECT_FALSE(of_root.exists);
    EXPECT_TRUE(of_root.hidden);
    ASSERT_FALSE(of_root.parts.empty());
    EXPECT_EQ(of_root.parts.back().path, fs::canonical(closed).string());
    EXPECT_FALSE(of_asker.exists || of_asker.hidden);
}

TEST_F(Disk, RemembersTheNumbersOfEachFolderByThemselves) {
    const config::NameFolders here{folder_, folder_};
    const config::NameFolders elsewhere{folder_ / "absent", folder_ / "absent"};
    static_cast<void>(write("rt_tables", "77 blue\n"));
    const ThisHost host;
    EXPECT_EQ(host.number_of(config::NameKind::Table, "blue", here), 77u);
    EXPECT_EQ(host.number_of(config::NameKind::Table, "blue", elsewhere), std::nullopt);
    EXPECT_EQ(host.number_of(config::NameKind::Table, "blue", here), 77u);
}

TEST(ThisHost, HasALoopbackLinkAndNoOthersByWildNames) {
    ASSERT_TRUE(ThisHost{}.link("lo"));
    EXPECT_TRUE(ThisHost{}.link("lo")->loopback);
    EXPECT_EQ(ThisHost{}.link("no-such-link0"), std::nullopt);
}

TEST(ThisHost, KnowsItsUsersAndGroups) {
    ASSERT_TRUE(ThisHost{}.user("root"));
    EXPECT_EQ(ThisHost{}.user("root")->uid, 0U);
    EXPECT_EQ(ThisHost{}.group("root"), 0U);
    EXPECT_EQ(ThisHost{}.user("no-such-user"), std::nullopt);
    EXPECT_EQ(ThisHost{}.group("no-such-group"), std::nullopt);
}

TEST(ThisHost, HasANameWithoutADomain) {
    EXPECT_FALSE(ThisHost{}.short_host_name().empty());
    EXPECT_FALSE(ThisHost{}.short_host_name().contains('.'));
}

TEST(ThisHost, ReadsItsEnvironment) {
    setenv("UNDERSTUDY_HOST_TEST", "north", 1);
    EXPECT_EQ(ThisHost{}.environment("UNDERSTUDY_HOST_TEST"), "north");
    EXPECT_EQ(ThisHost{}.environment("UNDERSTUDY_HOST_TEST_ABSENT"), std::nullopt);
}

}  // namespace
}  // namespace understudy::host
