// Another program in the same process. A child of the test does it, because the test itself is to go on.
#include "understudy/os/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <string>

#include "understudy/os/process.hpp"

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::TemporaryDirectory;

struct ProgramTest : testing::Test {
    TemporaryDirectory directory;

    // What a shell says that takes the place of a child, which passes on what it likes.
    std::string said_after(const std::function<void()>& prepare, const std::string& script,
                           const UniqueFd& memory) {
        const auto pipe = open_pipe();
        const auto child = fork_process();
        if (*child == 0) {
            ::dup2(pipe->write_end.get(), STDOUT_FILENO);
            prepare();
            static_cast<void>(continue_as("/bin/sh", {"sh", "-c", script}, memory));
            std::_Exit(EXIT_FAILURE);
        }
        ::waitpid(*child, nullptr, 0);
        std::array<char, 4096> room{};
        const ssize_t size = ::read(pipe->read_end.get(), room.data(), room.size());
        return size < 0 ? "" : std::string{room.data(), static_cast<std::size_t>(size)};
    }
};

TEST_F(ProgramTest, KnowsTheProgramThatRuns) {
    const std::string ours = own_program("unit_os");
    EXPECT_TRUE(ours.starts_with('/'));
    EXPECT_FALSE(is_replaced(ours));
    EXPECT_TRUE(is_replaced("/bin/sh"));
    EXPECT_TRUE(is_replaced(directory.path("nothing")));
    EXPECT_EQ(own_program("/bin/sh"), ours) << "that is another one";
}

TEST_F(ProgramTest, KeepsALinkThatLeadsToIt) {
    const std::string link = directory.path("link");
    ASSERT_EQ(::symlink(own_program("").c_str(), link.c_str()), 0);
    EXPECT_EQ(own_program(link), link);
    EXPECT_FALSE(is_replaced(link));
}

TEST_F(ProgramTest, FindsTheMemoryAndWhatWasPassedOn) {
    const auto memory = memory_file("test");
    ASSERT_TRUE(store(*memory, "content"));
    const UniqueFd passed{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const UniqueFd kept{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const std::string script =
        "test ${UNDERSTUDY_TAKES_OVER%:*} = $$ && cat <&${UNDERSTUDY_TAKES_OVER#*:}; "
        "test -e /proc/$$/fd/" +
        std::to_string(passed.get()) + " && echo passed; test -e /proc/$$/fd/" + std::to_string(kept.get()) +
        " || echo kept";
    EXPECT_EQ(said_after([&] { pass_on(passed.get(), true); }, script, *memory), "contentpassed\nkept\n");
}

TEST_F(ProgramTest, GoesOnWhereNothingCanBeRun) {
    const auto memory = memory_file("test");
    EXPECT_EQ(continue_as(directory.path("nothing"), {"nothing"}, *memory).code, ENOENT);
    EXPECT_FALSE(found_memory()) << "nothing is left of it in the environment";
    EXPECT_NE(::fcntl(memory->get(), F_GETFD) & FD_CLOEXEC, 0);
    directory.write("text", "no program");
    EXPECT_EQ(continue_as(directory.path("text"), {"text"}, *memory).code, EACCES);
}

TEST_F(ProgramTest, FindsOnlyWhatWasMeantForThisProcess) {
    EXPECT_FALSE(found_memory());
    for (const char* const value : {"1:5", "", "x", "5"}) {
        ::setenv("UNDERSTUDY_TAKES_OVER", value, 1);
        EXPECT_FALSE(found_memory());
        EXPECT_EQ(::getenv("UNDERSTUDY_TAKES_OVER"), nullptr);
    }
    auto memory = memory_file("test");
    const std::string where = std::to_string(process_id()) + ":" + std::to_string(memory->release());
    ::setenv("UNDERSTUDY_TAKES_OVER", where.c_str(), 1);
    EXPECT_TRUE(found_memory());
}

}  // namespace
}  // namespace understudy::os
