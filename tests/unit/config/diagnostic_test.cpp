#include "understudy/config/diagnostic.hpp"

#include <gtest/gtest.h>

#include <set>

namespace understudy::config {
namespace {

class Findings : public testing::Test {
protected:
    Sources sources_;
    Diagnostics diags_{sources_};
};

TEST_F(Findings, EndWithTheMostUrgentStatus) {
    EXPECT_EQ(diags_.exit_status(), 0);
    diags_.add(Code::RequiredFileMissing, {}, "");
    EXPECT_EQ(diags_.exit_status(), 4);
    diags_.add(Code::BadNumber, {}, "");
    EXPECT_EQ(diags_.exit_status(), 5);
    diags_.add(Code::ScriptSecurityOff, {}, "");
    EXPECT_EQ(diags_.exit_status(), 6);
    diags_.add(Code::MissingArgument, {}, "");
    EXPECT_EQ(diags_.exit_status(), 2);
    diags_.add(Code::BadNumber, {}, "another");
    EXPECT_EQ(diags_.exit_status(), 2);
}

TEST_F(Findings, RefuseTheFileOnlyWhenOneIsAnError) {
    diags_.add(Code::IntervalRounded, {}, "");
    EXPECT_FALSE(diags_.has_errors());
    diags_.add(Code::BadNumber, {}, "");
    EXPECT_TRUE(diags_.has_errors());
}

TEST(LenientFindings, RefuseTheFileOnlyWhenOneIsFatal) {
    const Sources sources;
    Diagnostics diags{sources, true};
    diags.add(Code::UnknownKeyword, {}, "");
    EXPECT_FALSE(diags.has_errors());
    EXPECT_EQ(diags.exit_status(), 5);
    diags.add(Code::DuplicateVrid, {}, "");
    EXPECT_TRUE(diags.has_errors());
}

TEST_F(Findings, AreMadeOncePerPlace) {
    diags_.add(Code::KeywordNotActive, {0, 1, 1, 1}, "same");
    diags_.add(Code::KeywordNotActive, {0, 1, 1, 1}, "same");
    diags_.add(Code::KeywordNotActive, {0, 2, 1, 1}, "same");
    EXPECT_EQ(diags_.all().size(), 2u);
}

TEST_F(Findings, AreBounded) {
    for (std::uint32_t line = 1; line < 5000; ++line) diags_.add(Code::UnknownKeyword, {0, line, 1, 1}, "x");
    EXPECT_EQ(diags_.all().size(), Diagnostics::kMost + 1);
    EXPECT_EQ(diags_.all().back().id(), "too-many-findings");
}

TEST(Codes, HaveNamesOfTheirOwnAndKeepalivedsStatus) {
    std::set<std::string_view> ids;
    for (const CodeRow& row : all_codes()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_EQ(row.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos)
            << row.id;
        EXPECT_FALSE(row.meaning.empty()) << row.id;
        EXPECT_TRUE((std::set{0, 2, 4, 5, 6}).contains(row.test_status)) << row.id;
        EXPECT_TRUE(!row.fatal || row.severity == Severity::Error) << row.id;
    }
}

}  // namespace
}  // namespace understudy::config
