#include "split_brain.hpp"

#include <algorithm>
#include <utility>

namespace understudy::agent {

void SplitBrain::answered(const net::Address& address, const net::Mac& mac, const net::Mac& ours) {
    answered_ = true;
    if (yielded_) return;  // what it gave way to is told for as long as it does
    rival_.address = address;
    rival_.mac = mac;
    ours_ = ours;
}

void SplitBrain::heard(const net::Address& source, net::Priority priority) {
    rival_.source = source;
    rival_.priority = priority;
    heard_ = true;
}

SplitBrain::News SplitBrain::round(const Self& self, Instant now) {
    const bool answer = std::exchange(answered_, false);
    const bool advert = std::exchange(heard_, false);
    unheard_ = advert ? 0 : unheard_ + 1;
    if (unheard_ >= kQuietRounds && !yielded_) {  // it may have changed since
        rival_.source.reset();
        rival_.priority.reset();
    }
    if (yielded_) return round_of_who_yielded(answer, now);
    return round_of_master(self, answer || advert, answer, now);
}

SplitBrain::News SplitBrain::round_of_master(const Self& self, bool sign, bool answer, Instant now) {
    News news;
    if (!sign) {
        if (!since_) rounds_ = 0;
        ++silent_;
        if (since_ && silent_ >= kQuietRounds) {
            forget();
            news.over = true;
        }
        return news;
    }
    ++rounds_;
    silent_ = 0;
    if (rounds_ < kConfirmations) return news;
    news.begun = !since_;
    if (!since_) since_ = now;
    news.gives_way = self.settings.on_conflict == model::OnConflict::Yield && answer && is_weaker(self);
    if (news.gives_way) yield(self, now);
    // At first in each round, later in every tenth.
    news.announce =
        self.settings.on_conflict == model::OnConflict::Hold && (rounds_ < 10 || rounds_ % 10 == 0);
    return news;
}

// Each time within a while it stays away twice as long, so that two who cannot agree change ever more seldom.
void SplitBrain::yield(const Self& self, Instant now) {
    const auto longest = self.settings.interval * (1u << kMostDoublings);
    doublings_ = now < stays_away_until_ + longest ? std::min(doublings_ + 1, kMostDoublings) : 1;
    stays_away_until_ = now + self.settings.interval * (1u << doublings_);
    yielded_ = true;
    silent_ = 0;
}

SplitBrain::News SplitBrain::round_of_who_yielded(bool answer, Instant now) {
    silent_ = answer ? 0 : silent_ + 1;
    // Should both have given way, they must not take up again together.
    const bool second = rival_.mac && ours_ && *ours_ < *rival_.mac;
    const std::uint32_t enough = second ? kQuietRounds + kPatience : kQuietRounds;
    if (silent_ < enough || now < stays_away_until_) return {};
    forget();
    return {.over = true};
}

bool SplitBrain::forget() {
    const bool was = since_.has_value();
    rival_ = {};
    ours_.reset();
    answered_ = heard_ = yielded_ = false;
    rounds_ = silent_ = unheard_ = 0;
    since_.reset();
    return was;
}

bool SplitBrain::is_stronger(const Self& self) const {
    if (!rival_.priority || !rival_.source) return false;
    return self.priority != *rival_.priority ? self.priority > *rival_.priority
                                             : self.address > *rival_.source;
}

bool SplitBrain::is_weaker(const Self& self) const {
    if (rival_.priority && rival_.source) return !is_stronger(self);
    return !ours_ || !rival_.mac || *ours_ < *rival_.mac || rounds_ >= kConfirmations + kPatience;
}

std::vector<Announcement> SplitBrain::questions(const std::vector<Announcement>& all) {
    std::vector<Announcement> asked;
    if (all.empty()) return asked;
    if (rival_.address) {
        const auto first = std::ranges::find(all, *rival_.address, &Announcement::address);
        if (first != all.end()) asked.push_back(*first);
    }
    const std::size_t most = std::min(kMostQuestions, all.size());
    for (std::size_t i = 0; i < all.size() && asked.size() < most; ++i) {
        const Announcement& next = all[asked_++ % all.size()];
        if (asked.empty() || asked.front() != next) asked.push_back(next);
    }
    asked_ %= all.size();
    return asked;
}

}  // namespace understudy::agent
