#include "reload_timer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "understudy/os/files.hpp"

namespace understudy::daemon {

namespace {

// Somebody may set the date while we wait for it.
constexpr microseconds kLookAgain = seconds{10};

}  // namespace

ReloadTimer::ReloadTimer(os::Loop& loop, os::Log& log, std::function<void()> due)
    : loop_(&loop), log_(&log), due_(std::move(due)) {}

std::expected<void, os::SysError> ReloadTimer::open() {
    if (watch_) return {};
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    auto watch = os::FileWatch::open(*loop_, [this](const os::FileNews& news) { on_news(news); });
    if (!watch) return std::unexpected(watch.error());
    timer_ = *std::move(timer);
    watch_ = *std::move(watch);
    return {};
}

void ReloadTimer::follow(const model::Reloading& wanted) {
    const std::string before = std::exchange(wanted_, wanted).time_file;
    if (wanted.time_file == before) return;
    cancel();
    if (wanted.time_file.empty()) return abandon();
    if (const auto opened = open(); !opened)
        return log_->write("reload-time-not-watched", os::LogLevel::Error,
                           opened.error().to_string() + ": no reload happens at the time of a file");
    watch_->watch({wanted.time_file});
}

void ReloadTimer::abandon() {
    watch_.reset();
    timer_.reset();
}

void ReloadTimer::cancel() {
    asked_.reset();
    at_.reset();
    if (timer_) timer_->disarm();
}

void ReloadTimer::on_news(const os::FileNews& news) {
    const bool was_scheduled = at_.has_value();
    cancel();
    if (news.error == ENOENT && !was_scheduled) return;
    if (news.error != 0)
        return log_->write("reload-time-missing", os::LogLevel::Notice,
                           fmt::format("no reload is scheduled: {}",
                                       os::SysError{"read " + news.path, news.error}.to_string()));
    asked_ = parse_reload_time(news.content);
    if (!asked_)
        return log_->write(
            "reload-time-unreadable", os::LogLevel::Warning,
            fmt::format("no reload is scheduled: {} holds no time; its first line must be HH:MM:SS "
                        "or YYYY-MM-DD HH:MM:SS, with a Z behind it for UTC",
                        news.path));
    schedule(os::wall_time());
}

void ReloadTimer::schedule(WallTime now) {
    at_ = next_reload(*asked_, now, {os::civil_time, os::wall_time_of});
    if (!at_)
        return log_->write("reload-time-past", os::LogLevel::Notice,
                           fmt::format("no reload is scheduled: the time in {} is over", wanted_.time_file));
    const auto left = std::chrono::ceil<seconds>(*at_ - now);
    log_->write("reload-time-set", os::LogLevel::Notice,
                fmt::format("Scheduling reload in {} s, at the time in {}", left.count(), wanted_.time_file));
    arm(now);
}

void ReloadTimer::arm(WallTime now) { timer_->arm(os::now() + std::min(*at_ - now, kLookAgain)); }

// The file goes first: whoever writes a new one during the reload is heard.
void ReloadTimer::on_timer() {
    const WallTime now = os::wall_time();
    if (!at_) return;
    if (now < *at_) return arm(now);
    log_->write("reload-time-reached", os::LogLevel::Notice,
                fmt::format("reloading at the time in {}", wanted_.time_file));
    at_.reset();
    if (!wanted_.repeat) {
        if (const auto removed = os::remove_file(wanted_.time_file); !removed)
            log_->write("reload-time-not-removed", os::LogLevel::Error, removed.error().to_string());
    } else if (!asked_->date) {
        schedule(now);
    }
    due_();
}

}  // namespace understudy::daemon
