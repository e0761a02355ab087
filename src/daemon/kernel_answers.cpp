#include "kernel_answers.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon {

KernelAnswers::KernelAnswers(os::Loop& loop, std::function<void(const agent::Event&)> deliver)
    : loop_(&loop), deliver_(std::move(deliver)) {}

void KernelAnswers::add(agent::ChangesAnswered answer) {
    waiting_.push_back(std::move(answer));
    deliver_in_a_turn();
}

std::optional<agent::ChangesAnswered> KernelAnswers::take() {
    if (waiting_.empty()) return std::nullopt;
    agent::ChangesAnswered first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
}

void KernelAnswers::deliver_in_a_turn() {
    if (std::exchange(turn_is_coming_, true)) return;
    boost::asio::post(*loop_, [this] {
        turn_is_coming_ = false;
        if (const auto first = take()) deliver_(*first);
        if (!empty()) deliver_in_a_turn();
    });
}

}  // namespace understudy::daemon
