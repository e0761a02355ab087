// Reports in words and as JSON, the codes, and what other programs say of interfaces they manage.
#include "understudy/doctor/render.hpp"

#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "understudy/doctor/managers.hpp"

namespace understudy::doctor {
namespace {

const Finding kError{Code::NoMulticast, "eth0", "eth0 has no multicast", "ip link set eth0 multicast on"};
const Finding kNote{Code::PidFileStale, "/run/a.pid", "it names process 7, which does not run", "nothing"};

TEST(Report, TellsOfEachFindingWhatWhyAndWhatToDo) {
    const std::string text = render({{kError}, {}, {"Listened."}});
    EXPECT_EQ(text,
              "error[no-multicast]: eth0: eth0 has no multicast\n"
              "    why: Adverts go to a multicast group, which this interface neither sends to nor joins.\n"
              "     do: ip link set eth0 multicast on\n"
              "Listened.\n"
              "This host needs attention: 1 error, 0 warnings.\n");
}

TEST(Report, EndsWithAStatusThatTellsFindingsFromWhatCouldNotBeChecked) {
    EXPECT_EQ((Report{{kError}, {{"a", "b"}}, {}}.exit_status()), 1);
    EXPECT_EQ((Report{{kNote}, {}, {}}.exit_status()), 0);
    EXPECT_EQ((Report{{kNote}, {{"a", "b"}}, {}}.exit_status()), 2);
    EXPECT_TRUE(render({{}, {{"nf_tables rules", "not root"}}, {}})
                    .starts_with("not checked: nf_tables rules: not root\n"));
    EXPECT_EQ(render({}), "This host is fit for its configuration.\n");
}

TEST(Report, IsJson) {
    const auto all = nlohmann::json::parse(render_json({{kError}, {{"a", "b"}}, {"c"}}));
    EXPECT_EQ(all["sane"], false);
    EXPECT_EQ(all["findings"][0]["code"], "no-multicast");
    EXPECT_EQ(all["findings"][0]["severity"], "error");
    EXPECT_EQ(all["findings"][0]["subject"], "eth0");
    EXPECT_FALSE(all["findings"][0]["why"].get<std::string>().empty());
    EXPECT_EQ(all["unchecked"][0]["why"], "b");
}

TEST(Codes, HaveIdsOfTheirOwnAndAReason) {
    std::set<std::string_view> ids;
    for (const CodeRow& row : all_codes()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_TRUE(row.why.ends_with('.')) << row.id;
    }
}

TEST(Managers, AreReadFromWhatTheyTell) {
    EXPECT_TRUE(network_manager("[device]\nmanaged=true\nconnection-uuid=1\n"));
    EXPECT_FALSE(network_manager("[device]\nmanaged=false\n"));
    EXPECT_FALSE(network_manager(""));
    const NetworkdLink link =
        networkd_link("# private\nADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/a.network\n");
    EXPECT_EQ(link, (NetworkdLink{true, "/etc/systemd/network/a.network"}));
    EXPECT_FALSE(networkd_link("ADMIN_STATE=unmanaged\n").manages);
    EXPECT_FALSE(networkd_keeps_addresses("[Network]\nDHCP=yes\n"));
    EXPECT_TRUE(networkd_keeps_addresses("[Network]\nKeepConfiguration = static\n"));
    EXPECT_FALSE(networkd_keeps_addresses("[Network]\nKeepConfiguration=static\nKeepConfiguration=no\n"));
    EXPECT_FALSE(networkd_keeps_addresses("[DHCPv4]\nKeepConfiguration=yes\n"));
}

}  // namespace
}  // namespace understudy::doctor
