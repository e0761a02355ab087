#include "kernel_answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon {
namespace {

agent::ChangesAnswered answer(int number) { return {{number}, {}}; }

struct KernelAnswersTest : testing::Test {
    KernelAnswers make(int last) {
        return {loop, [this, last](const agent::Event& event) {
                    const int number = std::get<agent::ChangesAnswered>(event).errors.front();
                    told.push_back(std::to_string(number));
                    if (number < last) answers.add(answer(number + 1));
                }};
    }

    // What else the loop has to do.
    void post(const std::string& what) {
        boost::asio::post(loop, [this, what] { told.push_back(what); });
    }

    os::Loop loop;
    std::vector<std::string> told;
    KernelAnswers answers = make(4);
};

TEST_F(KernelAnswersTest, AreDeliveredByTheLoop) {
    answers.add(answer(4));
    EXPECT_FALSE(answers.empty());
    EXPECT_TRUE(told.empty()) << "within the call";
    loop.run();
    EXPECT_EQ(told, std::vector<std::string>{"4"});
    EXPECT_TRUE(answers.empty());
}

TEST_F(KernelAnswersTest, ThatWereTakenAreNotDelivered) {
    answers.add(answer(4));
    const auto taken = answers.take();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->errors, std::vector{4});
    EXPECT_FALSE(answers.take());
    loop.run();
    EXPECT_TRUE(told.empty());
}

TEST_F(KernelAnswersTest, ComeInTheirOrder) {
    answers = make(0);
    for (int number = 1; number <= 3; ++number) answers.add(answer(number));
    loop.run();
    EXPECT_EQ(told, (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(KernelAnswersTest, LeaveTheLoopATurnBetweenTwo) {
    answers.add(answer(1));
    post("timer");
    post("packet");
    loop.run();
    EXPECT_EQ(told, (std::vector<std::string>{"1", "timer", "packet", "2", "3", "4"}));
}

// As in a slice of the kernel's news, each of which lets the agent order one more batch.
TEST_F(KernelAnswersTest, LeaveTheLoopATurnHoweverManyWereTakenBefore) {
    for (int taken = 0; taken < 30; ++taken) {
        answers.add(answer(0));
        ASSERT_TRUE(answers.take());
    }
    answers.add(answer(1));
    post("timer");
    loop.run();
    EXPECT_EQ(told, (std::vector<std::string>{"1", "timer", "2", "3", "4"}));
}

}  // namespace
}  // namespace understudy::daemon
