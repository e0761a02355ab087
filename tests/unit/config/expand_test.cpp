#include "understudy/config/expand.hpp"

#include <gtest/gtest.h>

#include "fake_host.hpp"

namespace understudy::config {
namespace {

struct Expanded {
    std::string text;  // one statement per line
    std::vector<std::string> complaints;
    int status = 0;
};

Expanded expanded(const MemoryReader& reader, const std::string& path = "main",
                  const ExpandOptions& options = {}) {
    Sources sources;
    Diagnostics diags{sources};
    const Listing listing = expand(path, reader, golden::FakeHost{}, options, sources, diags);
    Expanded result;
    for (const Item& item : listing.items) {
        if (item.kind == Item::Kind::Open) result.text += "{\n";
        if (item.kind == Item::Kind::Close) result.text += "}\n";
        std::string line;
        for (const Word& word : listing.words_of(item))
            line += (line.empty() ? "" : " ") + std::string{word.text};
        if (item.kind == Item::Kind::Statement) result.text += line + "\n";
    }
    for (const Diagnostic& diagnostic : diags.all()) result.complaints.emplace_back(diagnostic.id());
    result.status = diags.exit_status();
    return result;
}

Expanded expanded(std::string text) {
    MemoryReader reader;
    reader.add("main", std::move(text));
    return expanded(reader);
}

using Ids = std::vector<std::string>;

TEST(Variable, IsPutWhereItsNameStands) {
    EXPECT_EQ(expanded("$A=x\na $A b ${A}c ($A) $A, $A/24").text, "a x b xc (x) x, $A/24\n");
}

TEST(Variable, CountsFromItsLineOn) { EXPECT_EQ(expanded("$A=1\na $A\n$A=2\na $A").text, "a 1\na 2\n"); }

TEST(Variable, MayHoldOthers) { EXPECT_EQ(expanded("$A=x${B}\n$B=y\na ${A}").text, "a xy\n"); }

TEST(Variable, MayHoldSeveralLines) {
    EXPECT_EQ(expanded("$A=one { \\\n two \\\n }\n$A\nend").text, "one\n{\ntwo\n}\nend\n");
}

TEST(Variable, ThatContainsItselfIsAnError) {
    EXPECT_EQ(expanded("$A=$A $A\nx $A").complaints, Ids{"expansion-limit"});
    EXPECT_EQ(expanded("$A=${B}\n$B=${A}\nx ${A}").complaints, Ids{"expansion-limit"});
}

TEST(Variable, IsPredefined) {
    EXPECT_EQ(
        expanded("instance blue\na ${_INSTANCE} ${_HASH}${_BANG} ${_ENV SITE}${_ENV NONE} ${_PWD}").text,
        "instance blue\na blue #! north .\n");
}

TEST(Variable, IsRandomWithinItsRangeAndTheSameForTheSameSeed) {
    const Expanded first = expanded("~SEQ(i, 1, 50) a ${_RANDOM 5 7}");
    EXPECT_EQ(first.text, expanded("~SEQ(i, 1, 50) a ${_RANDOM 5 7}").text);
    EXPECT_EQ(first.text.find_first_not_of("a 567\n"), std::string::npos);
    EXPECT_NE(first.text.find('7'), std::string::npos);
}

TEST(Loop, CountsInBothDirections) {
    EXPECT_EQ(expanded("~SEQ(i, 3) a $i").text, "a 1\na 2\na 3\n");
    EXPECT_EQ(expanded("~SEQ(i, -2) a $i").text, "a -1\na -2\n");
    EXPECT_EQ(expanded("~SEQ(i, 0x10, -010, 0) a ${i}").text, "a 16\na 8\na 0\n");
    EXPECT_EQ(expanded("~SEQx(i, 9, 11) a $i").text, "a 9\na a\na b\n");
}

TEST(Loop, NestsAndKeepsWhatItsVariableHid) {
    EXPECT_EQ(expanded("$i=old\n~SEQ(i, 2) ~LST(j, x, y) a $i $j\na $i").text,
              "a 1 x\na 1 y\na 2 x\na 2 y\na old\n");
}

TEST(Loop, RepeatsSeveralLines) {
    EXPECT_EQ(expanded("$B=one $i { \\\n two \\\n }\n~SEQ(i, 2) $B").text,
              "one 1\n{\ntwo\n}\none 2\n{\ntwo\n}\n");
}

TEST(Loop, WithoutEndIsAnError) {
    EXPECT_EQ(expanded("~SEQ(i, 1, 2000000000) a").complaints, Ids{"bad-loop"});
    EXPECT_EQ(expanded("~SEQ(i,1,1000)~SEQ(j,1,1000)~SEQ(k,1,1000) a").complaints, Ids{"expansion-limit"});
    EXPECT_EQ(expanded("$L=~SEQ(i, 1, 2) $L\n$L").complaints, Ids{"expansion-limit"});
}

TEST(Condition, ComparesTheConfigurationId) {
    MemoryReader reader;
    reader.add("main", "@one a\n@^one b\n@two c\n@one\n@one @one d\n@! e\n");
    const Expanded result = expanded(reader, "main", {.config_id = "one", .all_config = false, .seed = {}});
    EXPECT_EQ(result.text, "a\n");
    EXPECT_EQ(result.complaints, Ids{"condition-never-holds"});
}

TEST(Include, IsRelativeToTheFileItStandsIn) {
    MemoryReader reader;
    reader.add("main", "a\ninclude sub/b.conf\nc");
    reader.add("sub/b.conf", "include c.conf\npwd ${_PWD}");
    reader.add("sub/c.conf", "in_c");
    EXPECT_EQ(expanded(reader).text, "a\nin_c\npwd sub\nc\n");
}

TEST(Include, TakesGlobsInOrderAndBraces) {
    MemoryReader reader;
    reader.add("main", "include d/*.conf\ninclude d/{2,1}.conf");
    reader.add("d/2.conf", "two");
    reader.add("d/1.conf", "one");
    EXPECT_EQ(expanded(reader).text, "one\ntwo\ntwo\none\n");
}

TEST(Include, OfItselfEnds) {
    MemoryReader reader;
    reader.add("main", "include main\ninclude main");
    EXPECT_EQ(expanded(reader).complaints, Ids{"expansion-limit"});
}

struct Verdict {
    std::string_view keyword;
    int missing;
    int no_match;
    int no_alternative;
    int directory;
};

class IncludeFamily : public testing::TestWithParam<Verdict> {};

TEST_P(IncludeFamily, ForgivesWhatKeepalivedForgives) {
    const auto status = [&](std::string_view what) {
        MemoryReader reader;
        reader.add_fault("dir", ReadFault::Directory);
        reader.add("main", std::string{GetParam().keyword} + " " + std::string{what});
        return expanded(reader).status;
    };
    EXPECT_EQ(status("absent"), GetParam().missing);
    EXPECT_EQ(status("*.absent"), GetParam().no_match);
    EXPECT_EQ(status("{x,y}"), GetParam().no_alternative);
    EXPECT_EQ(status("dir"), GetParam().directory);
}

INSTANTIATE_TEST_SUITE_P(Keywords, IncludeFamily,
                         testing::Values(Verdict{"include", 0, 0, 0, 0}, Verdict{"includer", 0, 0, 0, 6},
                                         Verdict{"includem", 6, 0, 0, 6}, Verdict{"includew", 6, 6, 0, 6},
                                         Verdict{"includeb", 0, 0, 6, 6}, Verdict{"includea", 6, 6, 6, 6}));

TEST(MainFile, MayBeAGlob) {
    MemoryReader reader;
    reader.add("b", "two");
    reader.add("a", "one");
    EXPECT_EQ(expanded(reader, "[ab]").text, "one\ntwo\n");
}

TEST(MainFile, ThatIsMissingIsReported) {
    EXPECT_EQ(expanded(MemoryReader{}, "nowhere").complaints, Ids{"missing-file"});
    EXPECT_EQ(expanded(MemoryReader{}, "no*").complaints, Ids{"missing-file"});
    EXPECT_EQ(expanded(MemoryReader{}, "nowhere", {.config_id = "", .all_config = true, .seed = {}}).status,
              4);
}

}  // namespace
}  // namespace understudy::config
