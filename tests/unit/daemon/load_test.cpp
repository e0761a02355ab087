#include "load.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using Files = std::vector<config::SourceFile>;

TEST(Bundle, GivesBackWhatWasPacked) {
    const Files files{{"/etc/a.conf", "line\n12:text\0more"}, {"b", ""}, {"", "nameless"}};
    EXPECT_EQ(unpack(pack(files)), files);
    EXPECT_EQ(unpack(pack({})), Files{});
}

TEST(Bundle, ThatWasCutIsNone) {
    const std::string whole = pack({{"/etc/a.conf", "some text"}});
    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_EQ(unpack(std::string_view{whole}.substr(0, size)), std::nullopt) << size;
}

TEST(Bundle, WithAnAbsurdSizeIsNone) {
    for (const char* text : {"99999999999999999999:a", "-1:a", ":a", "5a", "x:y"})
        EXPECT_EQ(unpack(text), std::nullopt) << text;
}

TEST(RefusalStatus, IsNeverSuccess) {
    const config::Sources sources;
    EXPECT_NE(refusal_status(config::Diagnostics{sources}), 0);
}

}  // namespace
}  // namespace understudy::daemon
