#include "understudy/os/line_stream.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "run_until.hpp"
#include "unix_client.hpp"

namespace understudy::os {
namespace {

using test::run_ready;
using test::run_until;
using test::UnixClient;

// A stream with both of its ends.
struct Ends {
    explicit Ends(LineLimits limits = {1000, 1000000}) {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds.data()), 0);
        other.emplace(UniqueFd{fds[1]});
        stream.emplace(loop, UniqueFd{fds[0]}, limits,
                       LineStream::Handlers{[this](std::string_view line) { lines.emplace_back(line); },
                                            [this] { ++sent; }, [this](LineStream::End how) { end = how; }});
    }

    boost::asio::io_context loop{1};
    std::vector<std::string> lines;
    int sent = 0;
    std::optional<LineStream::End> end;
    std::optional<UnixClient> other;
    std::optional<LineStream> stream;
};

TEST(LineStream, TellsLinesHoweverTheyArrive) {
    Ends ends;
    ends.other->send("one\ntw");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.lines.size() == 1; }));
    ends.other->send("o\n\nfour\nrest");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.lines.size() == 4; }));
    EXPECT_EQ(ends.lines, (std::vector<std::string>{"one", "two", "", "four"}));
}

TEST(LineStream, GoesOnElsewhereInTheMiddleOfALine) {
    Ends ends;
    ends.other->send("one\ntw");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.lines.size() == 1; }));
    ends.other->send("");
    run_ready(ends.loop);
    EXPECT_EQ(ends.stream->begun(), "tw");
    UniqueFd again{::dup(ends.stream->descriptor())};
    const std::string begun{ends.stream->begun()};
    ends.stream.emplace(ends.loop, std::move(again), LineLimits{1000, 1000000},
                        LineStream::Handlers{[&](std::string_view line) { ends.lines.emplace_back(line); },
                                             {},
                                             [&](LineStream::End how) { ends.end = how; }});
    ends.stream->begin_with(begun);
    ends.other->send("o\n");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.lines.size() == 2; }));
    EXPECT_EQ(ends.lines.back(), "two");
}

TEST(LineStream, EndsWhenTheOtherSideCloses) {
    Ends ends;
    ends.other->send("last\nunfinished");
    ends.other.reset();
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.end.has_value(); }));
    EXPECT_EQ(ends.end, LineStream::End::Closed);
    EXPECT_EQ(ends.lines, std::vector<std::string>{"last"});
}

TEST(LineStream, EndsAtALineThatIsTooLong) {
    Ends ends{{10, 1000}};
    ends.other->send("0123456789\n0123456789a");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.end.has_value(); }));
    EXPECT_EQ(ends.end, LineStream::End::LineTooLong);
    EXPECT_EQ(ends.lines, std::vector<std::string>{"0123456789"});
    ends.stream->send("too long");
    EXPECT_EQ(ends.other->heard(), "too long\n");
}

TEST(LineStream, SendsMoreThanTheKernelTakesAtOnce) {
    Ends ends;
    const std::string big(900000, 'x');
    ends.stream->send(big);
    EXPECT_GT(ends.stream->unsent(), 0u);
    EXPECT_EQ(ends.sent, 0);
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.other->heard().size() == big.size() + 1; }));
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.sent == 1; }));
    EXPECT_EQ(ends.stream->unsent(), 0u);
}

TEST(LineStream, EndsWhenTooMuchWaitsForTheOtherSide) {
    Ends ends;
    for (int i = 0; i < 30; ++i) ends.stream->send(std::string(100000, 'x'));
    EXPECT_FALSE(ends.end) << "nobody is called from inside a call";
    run_ready(ends.loop);
    EXPECT_EQ(ends.end, LineStream::End::ReaderTooSlow);
}

TEST(LineStream, EndsWhenTheOtherSideIsGoneAsItSends) {
    Ends ends;
    ends.stream->hold();
    ends.other.reset();
    ends.stream->send("to nobody");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.end.has_value(); }));
    EXPECT_EQ(ends.end, LineStream::End::Failed);
}

TEST(LineStream, TellsNothingWhileItIsHeld) {
    Ends ends;
    ends.other->send("one\n");
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.lines.size() == 1; }));
    ends.stream->hold();
    ends.other->send("two\n");
    ends.other->say_no_more();
    run_ready(ends.loop);
    EXPECT_EQ(ends.lines.size(), 1u);
    EXPECT_FALSE(ends.end);
    ends.stream->release();
    EXPECT_TRUE(run_until(ends.loop, [&] { return ends.end.has_value(); }));
    EXPECT_EQ(ends.lines.back(), "two");
}

TEST(LineStream, MayBeDestroyedFromItsOwnCallback) {
    Ends ends;
    int calls = 0;
    std::array<int, 2> fds{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    const UnixClient other{UniqueFd{fds[1]}};
    ends.stream.emplace(ends.loop, UniqueFd{fds[0]}, LineLimits{1000, 1000},
                        LineStream::Handlers{[&](std::string_view) {
                                                 ++calls;
                                                 ends.stream.reset();
                                             },
                                             {},
                                             [&](LineStream::End) { ++calls; }});
    other.send("one\ntwo\nthree\n");
    EXPECT_TRUE(run_until(ends.loop, [&] { return calls > 0; }));
    run_ready(ends.loop);
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace understudy::os
