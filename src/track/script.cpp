#include "understudy/track/script.hpp"

#include "understudy/base/assert.hpp"

namespace understudy::track {

namespace {

// A script that ignores TERM is killed this much later (keepalived's time).
constexpr seconds kGrace{2};

}  // namespace

ScriptTracker::ScriptTracker(const ScriptSettings& settings, Instant first_run)
    : settings_(settings),
      health_(settings.starts_bad ? Health::Bad : Health::Unknown),
      next_run_(first_run) {
    UNDERSTUDY_ASSERT(settings.interval > microseconds{0});
}

ScriptOrder ScriptTracker::due(Instant now) {
    if (running()) return due_while_running(now);
    if (now < next_run_) return ScriptOrder::None;
    skip_to_after(now);
    started_at_ = now;
    return ScriptOrder::Run;
}

void ScriptTracker::run_at(Instant time) {
    UNDERSTUDY_ASSERT(!running());
    next_run_ = time;
}

ScriptOrder ScriptTracker::due_while_running(Instant now) {
    if (!terminated_at_ && now >= *started_at_ + settings_.timeout) {
        terminated_at_ = now;
        return ScriptOrder::Terminate;
    }
    if (now >= next_run_) skip_to_after(now);
    if (!terminated_at_ || killed_ || now < *terminated_at_ + kGrace) return ScriptOrder::None;
    killed_ = true;
    return ScriptOrder::Kill;
}

// The schedule keeps its beat: runs that are late, or fall into a run that is still active, are left out.
void ScriptTracker::skip_to_after(Instant now) {
    const auto missed = (now - next_run_) / settings_.interval;
    next_run_ += (missed + 1) * settings_.interval;
}

bool ScriptTracker::finished(bool success, Instant now) {
    UNDERSTUDY_ASSERT(running());
    if (now >= next_run_) skip_to_after(now);  // the run that was due meanwhile is skipped, not postponed
    const bool succeeded = success && !timed_out();
    started_at_.reset();
    terminated_at_.reset();
    killed_ = false;
    return count(succeeded);
}

bool ScriptTracker::abandoned() {
    UNDERSTUDY_ASSERT(running() && timed_out());
    started_at_.reset();
    terminated_at_.reset();
    return count(false);
}

void ScriptTracker::forget_run(Instant now) {
    if (!running()) return;
    started_at_.reset();
    terminated_at_.reset();
    killed_ = false;
    run_at(now);
}

void ScriptTracker::postponed(Instant now) {
    UNDERSTUDY_ASSERT(running());
    if (now >= next_run_) skip_to_after(now);
    started_at_.reset();
    terminated_at_.reset();
    killed_ = false;
}

bool ScriptTracker::could_not_start(Instant now) { return finished(false, now); }

bool ScriptTracker::count(bool success) {
    const Health before = health_;
    successes_ = success ? successes_ + 1 : 0;
    failures_ = success ? 0 : failures_ + 1;
    if (health_ == Health::Unknown)
        health_ = success ? Health::Good : Health::Bad;
    else if (successes_ >= settings_.rise)
        health_ = Health::Good;
    else if (failures_ >= settings_.fall)
        health_ = Health::Bad;
    return health_ != before;
}

std::optional<Instant> ScriptTracker::deadline() const {
    if (!running()) return next_run_;
    if (!terminated_at_) return *started_at_ + settings_.timeout;
    if (!killed_) return *terminated_at_ + kGrace;
    return std::nullopt;  // nothing more can be done until it is gone
}

void ScriptTracker::adopt_settings(const ScriptSettings& settings) {
    UNDERSTUDY_ASSERT(settings.interval > microseconds{0});
    settings_ = settings;
}

}  // namespace understudy::track
