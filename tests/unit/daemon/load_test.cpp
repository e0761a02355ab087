#include "load.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

TEST(RefusalStatus, IsNeverSuccess) {
    const config::Sources sources;
    EXPECT_NE(refusal_status(config::Diagnostics{sources}), 0);
}

}  // namespace
}  // namespace understudy::daemon
