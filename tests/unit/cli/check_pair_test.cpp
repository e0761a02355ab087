#include "check_pair.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ctl.hpp"
#include "files.hpp"

namespace understudy::cli {
namespace {

std::string text(std::string_view statements) {
    return "vrrp_instance VI_1 {\ninterface no-such-link0\nvirtual_router_id 51\n" + std::string{statements} +
           "\nvirtual_ipaddress {\n192.0.2.50/24\n}\n}\n";
}

TEST(HostWord, IsAFileWithANameAndAnId) {
    EXPECT_EQ(parse_host("/etc/a.conf"), (HostWord{"a", "a", "/etc/a.conf"}));
    EXPECT_EQ(parse_host("alpha=a.conf"), (HostWord{"alpha", "alpha", "a.conf"}));
    EXPECT_EQ(parse_host("alpha=/etc/a=b.conf"), (HostWord{"alpha", "alpha", "/etc/a=b.conf"}));
    EXPECT_EQ(parse_host("alpha@east=/etc/a.conf"), (HostWord{"alpha", "east", "/etc/a.conf"}));
    EXPECT_EQ(parse_host("/srv/x=y/a.conf"), (HostWord{"a", "a", "/srv/x=y/a.conf"}));
}

TEST(HostWord, NeedsAFileAndAName) {
    for (const char* word : {"", "alpha=", "=a.conf", "@east=a.conf"})
        EXPECT_EQ(parse_host(word), std::nullopt);
}

class CheckPair : public testing::Test {
protected:
    Folder folder_;
    std::string alpha_ = folder_.write("alpha.conf", text("priority 150"));
    std::string beta_ = folder_.write("beta.conf", text("priority 100"));
};

TEST_F(CheckPair, EndsWithZeroWhenHostsWorkTogether) {
    const Said said = ctl({"check-pair", alpha_, beta_});
    EXPECT_EQ(said.status, kDone) << said.out << said.err;
    EXPECT_TRUE(said.out.ends_with("These configurations work together.\n"));
    EXPECT_TRUE(said.out.contains("\n  virtual router        alpha  beta  master\n")) << said.out;
}

TEST_F(CheckPair, EndsWithOneWhenTheyDoNot) {
    const std::string slow = folder_.write("slow.conf", text("advert_int 2"));
    const Said said = ctl({"check-pair", alpha_, slow});
    EXPECT_EQ(said.status, kFailed);
    EXPECT_TRUE(said.out.starts_with(slow + ":4:12: error[interval-differs]: ")) << said.out;
}

TEST_F(CheckPair, ReadsOneFileForSeveralHostsByTheirIds) {
    const std::string shared = folder_.write("shared.conf", text("@east priority 150\n@west priority 100\n"));
    EXPECT_EQ(ctl({"check-pair", "east=" + shared, "west=" + shared}).status, kDone);
    EXPECT_TRUE(ctl({"check-pair", "a@east=" + shared, "b@west=" + shared})
                    .out.contains("  VI_1 (IPv4, VRID 51)  150  100  a\n"));
}

TEST_F(CheckPair, TellsFilesOfOneNameApartByTheirPaths) {
    std::filesystem::create_directories(folder_.path("b"));
    const std::string other = folder_.write("b/alpha.conf", text("priority 100"));
    EXPECT_TRUE(ctl({"check-pair", alpha_, other}).out.contains(other));
}

TEST_F(CheckPair, ShowsTheErrorsOfAFileThatIsRefused) {
    const std::string bad = folder_.write("bad.conf", text("priority 10o"));
    const Said said = ctl({"check-pair", alpha_, bad});
    EXPECT_EQ(said.status, kFailed);
    EXPECT_TRUE(said.out.contains("error[bad-priority]")) << said.out;
    EXPECT_TRUE(said.out.ends_with("bad: " + bad + " cannot be judged before its errors are mended\n"));
    const auto all = nlohmann::json::parse(ctl({"check-pair", "--json", alpha_, bad}).out);
    EXPECT_EQ(all["findings"][0]["code"], "bad-priority");
    EXPECT_EQ(all["findings"][0]["host"], "bad");
}

TEST_F(CheckPair, SaysWhatItDoesNotTakeIntoAccount) {
    const std::string watched = folder_.write(
        "watched.conf", text("priority 150") + "bfd_instance beta {\nneighbor_ip 192.0.2.2\n}\n");
    const Said said = ctl({"check-pair", watched, beta_});
    EXPECT_TRUE(said.out.starts_with("Not taken into account:\n  " + watched + ":9:1: ")) << said.out;
    const auto report = nlohmann::json::parse(ctl({"check-pair", "--json", watched, beta_}).out);
    EXPECT_EQ(report.at("left_out").at(0).at("line"), 9);
}

TEST_F(CheckPair, GivesProgramsTheWholeReport) {
    const auto all = nlohmann::json::parse(ctl({"check-pair", "--json", alpha_, beta_}).out);
    EXPECT_EQ(all["virtual_routers"][0]["masters"], nlohmann::json{"alpha"});
    EXPECT_EQ(all["findings"], nlohmann::json::array());
}

TEST_F(CheckPair, RefusesCommandLinesThatNameNoPair) {
    EXPECT_EQ(ctl({"check-pair", alpha_}).status, kBadUsage);
    EXPECT_EQ(ctl({"check-pair", alpha_, "x="}).err,
              "understudyctl check-pair: 'x=' names no file: write FILE, NAME=FILE or NAME@ID=FILE\n");
    EXPECT_EQ(ctl({"check-pair", "x=" + alpha_, "x=" + beta_}).err,
              "understudyctl check-pair: two hosts are called 'x'\n");
}

}  // namespace
}  // namespace understudy::cli
