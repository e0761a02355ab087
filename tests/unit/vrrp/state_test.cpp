#include "understudy/vrrp/state.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

TEST(State, HasTheRoleOfItsAlternative) {
    EXPECT_EQ(role(Idle{}), Role::Idle);
    EXPECT_EQ(role(Backup{}), Role::Backup);
    EXPECT_EQ(role(Master{}), Role::Master);
    EXPECT_EQ(role(Fault{}), Role::Fault);
}

TEST(Role, IsNamedAsOperatorsKnowIt) {
    EXPECT_EQ(name(Role::Idle), "INIT");
    EXPECT_EQ(name(Role::Backup), "BACKUP");
    EXPECT_EQ(name(Role::Master), "MASTER");
    EXPECT_EQ(name(Role::Fault), "FAULT");
}

TEST(Deadline, OfABackupIsItsTakeover) {
    const Backup backup = waiting_backup(v3_router(), kStart);
    EXPECT_EQ(deadline(backup), backup.takeover_at);
}

TEST(Deadline, OfAMasterIsItsNextAdvert) {
    EXPECT_EQ(deadline(Master{kStart + seconds{1}}), kStart + seconds{1});
}

TEST(Deadline, IsAbsentWhileIdleOrInFault) {
    EXPECT_EQ(deadline(Idle{kStart}), std::nullopt);
    EXPECT_EQ(deadline(Fault{kStart}), std::nullopt);
}

}  // namespace
}  // namespace understudy::vrrp
