#include "name_lists.hpp"

#include <gtest/gtest.h>

#include "understudy/host/this_host.hpp"

namespace understudy::host {
namespace {

using config::NameKind;

TEST(NameLists, HoldANumberAndANameOnEachLine) {
    NameList list;
    read_name_list(NameKind::Table,
                   "# reserved values\n255\tlocal\n0x64 uplink # the fast one\n\n#1 not\nx y\n7\n", list);
    EXPECT_EQ(list, (NameList{{"local", 255}, {"uplink", 100}}));
}

TEST(NameLists, OfProtocolsHaveTheNameFirst) {
    NameList list;
    read_name_list(NameKind::IpProtocol, "ip 0 IP # internet protocol\ntcp\t6\tTCP", list);
    EXPECT_EQ(list, (NameList{{"ip", 0}, {"tcp", 6}}));
}

TEST(NameLists, TakeTheFirstOfTwo) {
    NameList list;
    read_name_list(NameKind::Table, "5 one\n6 one\n", list);
    EXPECT_EQ(list, (NameList{{"one", 5}}));
}

TEST(NameLists, StandInTheFoldersAskedFor) {
    EXPECT_EQ(name_list_patterns(NameKind::Table, {"/a", "/b"}),
              (std::vector<std::string>{"/a/rt_tables", "/a/rt_tables.d/*.conf", "/b/rt_tables",
                                        "/b/rt_tables.d/*.conf"}));
    EXPECT_EQ(name_list_patterns(NameKind::LinkGroup, {}).size(), 6u);
}

TEST(ThisHost, KnowsNoNameThatNobodyGave) {
    EXPECT_EQ(ThisHost{}.number_of(NameKind::Table, "no-such-table", {}), std::nullopt);
}

}  // namespace
}  // namespace understudy::host
