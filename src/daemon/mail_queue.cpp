#include "mail_queue.hpp"

#include <utility>

#include "understudy/base/assert.hpp"

namespace understudy::daemon {

bool MailQueue::add(ctl::MailWanted letter) {
    const bool room = letters_.size() < kMostWaiting;
    if (!room) {
        letters_.erase(letters_.begin() + (under_way_ ? 1 : 0));
        if (!under_way_) attempts_ = 0;
    }
    letters_.push_back(std::move(letter));
    return room;
}

std::optional<ctl::MailWanted> MailQueue::start(Instant now) {
    if (under_way_ || letters_.empty() || now < due_) return std::nullopt;
    under_way_ = true;
    ++attempts_;
    return letters_.front();
}

MailQueue::Verdict MailQueue::ended(Result result, Instant now) {
    UNDERSTUDY_ASSERT(under_way_);
    under_way_ = false;
    if (result == Result::Failed && attempts_ <= kPauses.size()) {
        due_ = now + kPauses[attempts_ - 1];
        return Verdict::TryAgain;
    }
    letters_.pop_front();
    attempts_ = 0;
    due_ = now;
    return result == Result::Delivered ? Verdict::Done : Verdict::GivenUp;
}

std::vector<ctl::MailWanted> MailQueue::waiting() const {
    return {letters_.begin() + (under_way_ ? 1 : 0), letters_.end()};
}

std::optional<Instant> MailQueue::deadline() const {
    if (under_way_ || letters_.empty()) return std::nullopt;
    return due_;
}

}  // namespace understudy::daemon
