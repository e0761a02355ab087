#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ctl.hpp"
#include "files.hpp"

namespace understudy::cli {
namespace {

constexpr std::string_view kText =
    "$VIP=192.0.2.50\n"
    "vrrp_instance VI_1 {\n"
    "    interface no-such-link0\n"
    "    virtual_router_id 51\n"
    "    @east priority 150\n"
    "    authentication { auth_type PASS\n auth_pass pa55word\n }\n"
    "    virtual_ipaddress { ${VIP}/24\n }\n"
    "}\n";

class ShowConfig : public testing::Test {
protected:
    Folder folder_;
    std::string file_ = folder_.write("ha.conf", kText);
};

TEST_F(ShowConfig, WritesOutDefaultsAndVariables) {
    const Said said = ctl({"show-config", file_});
    EXPECT_EQ(said.status, kDone) << said.err;
    EXPECT_TRUE(said.out.contains("    priority 100\n")) << said.out;
    EXPECT_TRUE(said.out.contains("        192.0.2.50/24")) << said.out;
}

TEST_F(ShowConfig, CountsTheLinesOfTheIdAskedFor) {
    EXPECT_TRUE(ctl({"show-config", file_, "-i", "east"}).out.contains("    priority 150\n"));
}

TEST_F(ShowConfig, HidesSecretsUnlessAskedForThem) {
    EXPECT_FALSE(ctl({"show-config", file_}).out.contains("pa55word"));
    EXPECT_FALSE(ctl({"show-config", file_, "--json"}).out.contains("pa55word"));
    EXPECT_TRUE(ctl({"show-config", file_, "--show-secrets"}).out.contains("pa55word"));
}

TEST_F(ShowConfig, GivesWhatReadsTheSameAgain) {
    const std::string shown = ctl({"show-config", file_, "--show-secrets"}).out;
    const std::string again = folder_.write("again.conf", shown);
    EXPECT_EQ(ctl({"show-config", again, "--show-secrets"}).out, shown);
}

TEST_F(ShowConfig, SpeaksToProgramsToo) {
    const auto shown = nlohmann::json::parse(ctl({"show-config", file_, "--json"}).out);
    EXPECT_TRUE(shown.contains("vrrp_instance")) << shown.dump(2);
}

TEST_F(ShowConfig, SaysWhatIsWrongWithAFileThatIsRefused) {
    const Said said =
        ctl({"show-config", folder_.write("bad.conf", "vrrp_instance VI_1 { priority 10o\n}\n")});
    EXPECT_EQ(said.status, kFailed);
    EXPECT_EQ(said.out, "");
    EXPECT_TRUE(said.err.contains("error[bad-priority]")) << said.err;
    EXPECT_TRUE(said.err.ends_with("because the file has errors\n")) << said.err;
}

}  // namespace
}  // namespace understudy::cli
