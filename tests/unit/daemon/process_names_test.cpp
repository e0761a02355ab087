#include "process_names.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

TEST(ProcessNames, AreOurOwnUnlessAskedOtherwise) {
    EXPECT_EQ(supervisor_name({}, "understudyd"), "understudyd");
    EXPECT_EQ(worker_name({}), "understudy-vrrp");
    EXPECT_EQ(hooks_name({}), "understudy-hook");
}

TEST(ProcessNames, AreThoseOfKeepalivedForWhoeverLooksForThem) {
    model::Processes processes;
    processes.distinct_names = true;
    EXPECT_EQ(supervisor_name(processes, "understudyd"), "keepalived");
    EXPECT_EQ(worker_name(processes), "keepalived_vrrp");
    EXPECT_EQ(hooks_name(processes), "keepalived_hook");
}

TEST(ProcessNames, ThatAreGivenComeFirst) {
    model::Processes processes;
    processes.distinct_names = true;
    processes.parent_name = "parent";
    processes.vrrp.name = "child";
    EXPECT_EQ(supervisor_name(processes, "understudyd"), "parent");
    EXPECT_EQ(worker_name(processes), "child");
}

}  // namespace
}  // namespace understudy::daemon
