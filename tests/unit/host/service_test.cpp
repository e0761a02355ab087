#include "understudy/host/service.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace understudy::host {
namespace {

namespace fs = std::filesystem;

TEST(AUnit, NamesItsUser) {
    EXPECT_EQ(user_in_unit("[Unit]\n[Service]\n# User=root\nUser = understudy \r\n[Install]\n"),
              "understudy");
    EXPECT_EQ(user_in_unit("[Service]\nUser=one\nUser=other"), "other");
    EXPECT_EQ(user_in_unit("[Service]\nUser=\n"), "");
    EXPECT_EQ(user_in_unit("[Service]\nUserland=one\n[Unit]\nUser=other\n"), std::nullopt);
    EXPECT_EQ(user_in_unit(""), std::nullopt);
}

// The folders of units, as an administrator and a package fill them.
class Units : public testing::Test {
protected:
    Units() {
        std::string pattern = testing::TempDir() + "understudy-units-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        put("package/understudy.service", "[Service]\nUser=understudy\n");
    }
    ~Units() override { fs::remove_all(folder_); }

    void put(const std::string& path, const std::string& text) const {
        fs::create_directories((folder_ / path).parent_path());
        std::ofstream{folder_ / path} << text;
    }
    [[nodiscard]] std::string user() const { return user_of_unit({folder_ / "etc", folder_ / "package"}); }

    fs::path folder_;
};

TEST_F(Units, RunAsTheirUser) { EXPECT_EQ(user(), "understudy"); }

TEST_F(Units, AreChangedByWhatIsDroppedInBesideThem) {
    put("etc/understudy.service.d/root.conf", "[Service]\nUser=root\n");
    EXPECT_EQ(user(), "");
    put("etc/understudy.service.d/zz.conf", "[Service]\nUser=other\n");
    EXPECT_EQ(user(), "other") << "the last name counts";
    put("package/understudy.service.d/zz.conf", "[Service]\nUser=third\n");
    EXPECT_EQ(user(), "other") << "the administrator's hides the package's";
}

TEST_F(Units, AreReplacedByTheAdministrators) {
    put("etc/understudy.service", "[Service]\nExecStart=/bin/true\n");
    EXPECT_EQ(user(), "");
    fs::remove(folder_ / "etc/understudy.service");
    fs::create_symlink("/dev/null", folder_ / "etc/understudy.service");
    EXPECT_EQ(user(), "") << "masked";
}

TEST_F(Units, AreMissing) {
    fs::remove(folder_ / "package/understudy.service");
    EXPECT_EQ(user(), "");
}

TEST(AService, DoesNotReadADraft) {
    EXPECT_FALSE(service_reading("draft.conf"));
    EXPECT_FALSE(service_reading("/root/draft.conf"));
}

}  // namespace
}  // namespace understudy::host
