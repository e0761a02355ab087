#include "understudy/os/notify_pipe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "understudy/os/files.hpp"

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::TemporaryDirectory;

struct NotifyPipeTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.path("fifo");
    PipeOwner owner{::getuid(), ::getgid(), 0640};

    [[nodiscard]] std::string read_all() const {
        const UniqueFd reader{::open(path.c_str(), O_RDONLY | O_NONBLOCK)};
        std::array<char, 4096> text{};
        const ssize_t size = ::read(reader.get(), text.data(), text.size());
        return {text.data(), size < 0 ? 0u : static_cast<std::size_t>(size)};
    }
};

TEST_F(NotifyPipeTest, KeepsLinesForALaterReader) {
    auto pipe = NotifyPipe::open(path, owner);
    ASSERT_TRUE(pipe);
    EXPECT_TRUE(pipe->write_line("one"));
    EXPECT_TRUE(pipe->write_line("two"));
    EXPECT_EQ(read_all(), "one\ntwo\n");
}

TEST_F(NotifyPipeTest, MakesThePipeWithItsModeWhateverTheUmaskAndRemovesIt) {
    const mode_t before = ::umask(0177);
    {
        const auto pipe = NotifyPipe::open(path, owner);
        ASSERT_TRUE(pipe);
        EXPECT_EQ(file_facts(path)->mode, 0640u);
    }
    ::umask(before);
    EXPECT_FALSE(file_facts(path));
}

TEST_F(NotifyPipeTest, KeepsAPipeThatWasThereAsItWas) {
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    {
        ASSERT_TRUE(NotifyPipe::open(path, owner));
    }
    const auto facts = file_facts(path);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->mode, 0600u);
}

TEST_F(NotifyPipeTest, LeavesWhatSomebodyPutInItsPlace) {
    {
        const auto pipe = NotifyPipe::open(path, owner);
        ASSERT_TRUE(pipe);
        ASSERT_EQ(::unlink(path.c_str()), 0);
        directory.write("fifo", "mine");
    }
    EXPECT_EQ(directory.content("fifo"), "mine");
}

TEST_F(NotifyPipeTest, RefusesWhatIsNoPipe) {
    directory.write("fifo", "a file");
    const auto pipe = NotifyPipe::open(path, owner);
    ASSERT_FALSE(pipe);
    EXPECT_EQ(pipe.error().code, EEXIST);
    EXPECT_EQ(directory.content("fifo"), "a file");
}

TEST_F(NotifyPipeTest, SaysWhyItCannotBeMade) {
    const auto pipe = NotifyPipe::open(directory.path("no/such/fifo"), owner);
    ASSERT_FALSE(pipe);
    EXPECT_EQ(pipe.error().code, ENOENT);
}

TEST_F(NotifyPipeTest, RefusesWholeLinesWhenItIsFullAndNeverWaits) {
    auto pipe = NotifyPipe::open(path, owner);
    ASSERT_TRUE(pipe);
    const std::string line(PIPE_BUF - 1, 'x');
    std::expected<void, SysError> written;
    for (int i = 0; i < 1000 && written; ++i) written = pipe->write_line(line);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, EAGAIN);
    EXPECT_EQ(read_all(), line + '\n');
    EXPECT_TRUE(pipe->write_line(line));
}

TEST_F(NotifyPipeTest, RefusesALineThatCouldBeTornApart) {
    auto pipe = NotifyPipe::open(path, owner);
    ASSERT_TRUE(pipe);
    const auto written = pipe->write_line(std::string(PIPE_BUF, 'x'));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, EMSGSIZE);
    EXPECT_EQ(read_all(), "");
}

}  // namespace
}  // namespace understudy::os
