#include "understudy/config/source.hpp"

#include <gtest/gtest.h>

namespace understudy::config {
namespace {

TEST(Glob, MatchesAsTheShellDoes) {
    EXPECT_TRUE(glob_matches("/etc/*.conf", "/etc/a.conf"));
    EXPECT_TRUE(glob_matches("/etc/?[0-9].conf", "/etc/a7.conf"));
    EXPECT_TRUE(glob_matches("/etc/[!a]*", "/etc/b"));
    EXPECT_TRUE(glob_matches("*a*b*c", "xaxbxc"));
    EXPECT_FALSE(glob_matches("/etc/*.conf", "/etc/sub/a.conf"));
    EXPECT_FALSE(glob_matches("/etc/*", "/etc/.hidden"));
    EXPECT_FALSE(glob_matches("/etc/[a", "/etc/a"));
    EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, StaysFastOnManyStars) {
    const std::string text(10'000, 'a');
    EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", text));
}

TEST(BraceAlternatives, ExpandAndNest) {
    EXPECT_EQ(brace_alternatives("a{b,c{d,e}}f"), (std::vector<std::string>{"abf", "acdf", "acef"}));
    EXPECT_EQ(brace_alternatives("plain"), std::vector<std::string>{"plain"});
    EXPECT_EQ(brace_alternatives("open{a,b"), std::vector<std::string>{"open{a,b"});
}

TEST(BraceAlternatives, AreBounded) {
    std::string pattern;
    for (int i = 0; i < 40; ++i) pattern += "{a,b}";
    EXPECT_LE(brace_alternatives(pattern).size(), 1024u);
}

TEST(MemoryReader, FindsFilesAndFaults) {
    MemoryReader reader;
    reader.add("d/b.conf", "b");
    reader.add("d/a.conf", "a");
    reader.add_fault("d", ReadFault::Directory);
    EXPECT_EQ(reader.read("d/a.conf").value(), "a");
    EXPECT_EQ(reader.read("d").error(), ReadFault::Directory);
    EXPECT_EQ(reader.read("nowhere").error(), ReadFault::Missing);
    EXPECT_EQ(reader.glob("d/*.conf"), (std::vector<std::string>{"d/a.conf", "d/b.conf"}));
}

TEST(ReadFaults, AreSaidInWords) {
    EXPECT_EQ(name(ReadFault::Missing), "there is no such file");
    EXPECT_EQ(name(ReadFault::Directory), "it is a directory");
    EXPECT_EQ(name(ReadFault::Executable), "it is executable");
    EXPECT_EQ(name(ReadFault::Forbidden), "who reads this has no permission to read it");
    EXPECT_EQ(name(ReadFault::Unreadable), "it cannot be read");
}

TEST(Sources, GiveLinesWithoutTheirEnds) {
    Sources sources;
    const std::uint32_t file = sources.add("f", "one\r\ntwo\n\nlast");
    EXPECT_EQ(sources.line(file, 1), "one");
    EXPECT_EQ(sources.line(file, 2), "two");
    EXPECT_EQ(sources.line(file, 3), "");
    EXPECT_EQ(sources.line(file, 4), "last");
    EXPECT_EQ(sources.line(file, 5), "");
    EXPECT_EQ(sources.line(file, 0), "");
}

TEST(Line, KnowsWhereItsPiecesWereWritten) {
    std::deque<std::string> storage;
    const Line written{"interface $IF up", {0, 3, 5, 0}};
    LineBuilder builder{written.whole()};
    builder.append(written, 0, 10);
    builder.append("eth0", written.locate(10, 3));
    builder.append(written, 13, 3);
    const Line line = std::move(builder).finish(storage);
    EXPECT_EQ(line.text(), "interface eth0 up");
    EXPECT_EQ(line.locate(0, 9), (Span{0, 3, 5, 9}));
    EXPECT_EQ(line.locate(10, 4), (Span{0, 3, 15, 3}));
    EXPECT_EQ(line.locate(15, 2), (Span{0, 3, 19, 2}));
    EXPECT_EQ(line.part(15).locate(0, 2), (Span{0, 3, 19, 2}));
    EXPECT_EQ(line.part(11, 2).locate(0, 2), (Span{0, 3, 15, 3}));
}

}  // namespace
}  // namespace understudy::config
