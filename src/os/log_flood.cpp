#include "log_flood.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::os {

bool LogFlood::admits(const LogRecord& record, Instant now) {
    if (record.id.empty()) return true;
    Key key{std::string{record.id}, record.fields.empty() ? "" : std::string{record.fields.front().value}};
    const auto known = periods_.find(key);
    if (known == periods_.end() && periods_.size() >= kMostKinds) return true;
    Period& period = known == periods_.end() ? periods_[std::move(key)] : known->second;
    if (period.written == 0) {
        period.end = now + kPeriod;
        first_end_ = std::min(first_end_, period.end);
        if (!record.fields.empty()) period.about = record.fields.front().name;
    }
    if (period.written < kMostInPeriod) {
        ++period.written;
        return true;
    }
    if (period.held_back++ == 0) first_sum_ = std::min(first_sum_, period.end);
    period.level = record.level;
    period.text = record.text;
    return false;
}

LogFlood::Sum LogFlood::sum_of(const Key& key, const Period& period) {
    Sum sum{key.first, std::nullopt, period.level,
            fmt::format("{} ({} more like this in the last {} s)", period.text, period.held_back,
                        kPeriod.count())};
    if (!period.about.empty()) sum.about.emplace(period.about, key.second);
    return sum;
}

std::vector<LogFlood::Sum> LogFlood::take_sums(Instant now) {
    std::vector<Sum> sums;
    if (now < first_end_) return sums;
    first_end_ = first_sum_ = Instant::max();
    std::erase_if(periods_, [&](const auto& entry) {
        const auto& [key, period] = entry;
        if (now < period.end) {
            first_end_ = std::min(first_end_, period.end);
            if (period.held_back > 0) first_sum_ = std::min(first_sum_, period.end);
            return false;
        }
        if (period.held_back > 0) sums.push_back(sum_of(key, period));
        return true;
    });
    return sums;
}

std::vector<LogFlood::Sum> LogFlood::take_all() { return take_sums(Instant::max() - microseconds{1}); }

}  // namespace understudy::os
