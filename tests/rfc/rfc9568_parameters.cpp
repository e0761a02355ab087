// RFC 9568 §6.1: what holds when the operator says nothing, and where keepalived's default is kept instead.
#include <gtest/gtest.h>

#include "understudy/model/config.hpp"
#include "understudy/vrrp/router.hpp"

#include "support/printers.hpp"

namespace understudy {
namespace {

TEST(Rfc9568, V3_FLD_05_ThePriorityIs100ByDefault) {
    EXPECT_EQ(model::Instance{}.priority, net::Priority{100});
    EXPECT_EQ(vrrp::Router{}.base_priority, net::Priority{100});
}

TEST(Rfc9568, V3_TM_05_ThreeAdvertsMayBeMissedByDefault) {
    EXPECT_EQ(model::Instance{}.down_timer_adverts, 3u);
    EXPECT_EQ(vrrp::Router{}.down_timer_adverts, 3u);
}

TEST(Rfc9568, V3_POL_01_PreemptModeIsTrueByDefault) {
    EXPECT_TRUE(model::Instance{}.preempt);
    EXPECT_TRUE(vrrp::Router{}.preempt);
}

TEST(Rfc9568, V3_POL_03_AcceptModeIsTrueByDefaultAsInKeepalivedAlthoughTheRfcSaysFalse) {
    EXPECT_TRUE(model::Instance{}.accept);
}

}  // namespace
}  // namespace understudy
