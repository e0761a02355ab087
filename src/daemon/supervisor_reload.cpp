// A new configuration takes effect, or is refused and changes nothing.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "config_handover.hpp"
#include "history_notes.hpp"
#include "reload_mark.hpp"
#include "supervisor_core.hpp"

namespace understudy::daemon {

void Supervisor::ask_reload(const ctl::Reload& asked, const os::Peer& peer, Answered answered) {
    if (!asked.dry_run) {
        log_.write("reload-asked", os::LogLevel::Notice,
                   fmt::format("a reload was asked for by user {} (process {})", peer.uid, peer.process));
        return reload(std::move(answered));
    }
    const config::LoadResult fresh = load_from_disk(*options_);
    nlohmann::json report = reload_report(fresh, *loaded_.config);
    const auto why = refusal(fresh);
    add_verdict(report, why ? Verdict::Refused : Verdict::Acceptable,
                why ? *why : "a reload would take these files; nothing was changed");
    answered(std::move(report));
}

// A file with an error changes nothing.
void Supervisor::reload(Answered answered) {
    if (reload_) return reload_again_.push_back(std::move(answered));
    std::vector<Answered> only;
    only.push_back(std::move(answered));
    begin_reload(std::move(only));
}

Reading Supervisor::read_marked() {
    const ReloadMark mark{log_, reload_mark_path(*options_, loaded_.config->globals)};
    return read_from_disk(*options_);
}

void Supervisor::begin_reload(std::vector<Answered> answered) {
    reload_.emplace().answered = std::move(answered);
    if (stopping_) return conclude(Verdict::Refused, "the daemon is stopping");
    notify("RELOADING=1");
    Reading& reading = reload_->reading.emplace(read_marked());
    config::LoadResult fresh = std::move(reading.result);
    const auto is_report_wanted = [](const Answered& waiting) { return bool(waiting); };
    // To put all settings of thousands of addresses into words takes its time.
    if (std::ranges::any_of(reload_->answered, is_report_wanted)) {
        reading.loading.judge_sense(fresh.config, fresh.diagnostics);
        reload_->report = reload_report(fresh, *loaded_.config);
    }
    log_diagnostics(log_, fresh.diagnostics);
    if (const auto why = refusal(fresh)) {
        log_.write("reload-refused", os::LogLevel::Error, "reload refused: " + *why);
        return conclude(Verdict::Refused, *why);
    }
    offer(std::move(fresh));
}

std::optional<std::string> Supervisor::refusal(const config::LoadResult& fresh) const {
    if (fresh.diagnostics.has_errors()) return "the configuration has errors; going on with the one in force";
    const std::string in_force = options_->network_namespace.value_or("");
    const bool from_file = in_force == loaded_.config->globals.namespaces.vrrp;
    if (from_file && fresh.config.globals.namespaces.vrrp != in_force)
        return "net_namespace cannot change while the daemon runs: restart it";
    // A file cut short by a full disk or a failed copy reads like this; what is meant is a stop.
    if (fresh.config.instances.empty() && worker_ != 0)
        return "the new configuration holds no vrrp_instance, and would take every address away; stop the "
               "daemon if that is meant";
    return std::nullopt;
}

void Supervisor::offer(config::LoadResult fresh) {
    reload_->before = std::exchange(loaded_, InForce{std::move(fresh)});
    if (worker_ == 0 || cleaning_) {
        if (!cleaning_ && wants_worker() && !script_.running()) start_worker(Start::Anew);
        return conclude(Verdict::Applied, "the configuration is in force");
    }
    const model::Config nothing;
    const model::Config& known = worker_is_in_step_ ? *reload_->before->config : nothing;
    worker_is_in_step_ = false;
    if (const auto handed = hand_over(handover_, known, *loaded_.config); !handed) {
        loaded_ = *std::move(reload_->before);
        log_.write("configuration-not-handed-over", os::LogLevel::Error, handed.error().to_string());
        return conclude(Verdict::Refused, handed.error().to_string());
    }
    // What the vrrp process may not raise itself any more. A refusal shows in what it is refused then.
    if (const auto limits = limits_for(loaded_.config->globals.processes))
        static_cast<void>(os::allow(parts_->process_of(worker_), *limits));
    link_.ask(ctl::Reload{}, [this](const Outcome& outcome) { offer_answered(outcome); });
}

void Supervisor::offer_answered(const Outcome& outcome) {
    if (outcome) {
        worker_is_in_step_ = true;
        return conclude(Verdict::Applied, "the configuration is in force");
    }
    const ctl::Problem& problem = outcome.error();
    // Whoever did not answer has the new configuration when it is started again.
    if (problem.code == ctl::kUnavailable) return conclude(Verdict::Unconfirmed, problem.message);
    loaded_ = *std::move(reload_->before);
    conclude(Verdict::Refused, problem.message);
}

void Supervisor::conclude(Verdict verdict, std::string_view message) {
    ReloadUnderWay done = *std::exchange(reload_, std::nullopt);
    if (!stopping_) notify("READY=1");
    follow_globals();
    lifetime_.reloaded(verdict, os::wall_time());
    if (done.reading && done.report.is_null() && verdict != Verdict::Refused) tell_of_sense(*done.reading);
    add_verdict(done.report, verdict, message);
    if (verdict == Verdict::Refused) remember(reload_refused(os::wall_time(), std::string{message}));
    for (Answered& answered : done.answered)
        if (answered) answered(done.report);
    // One more reload is enough for all who asked.
    if (!reload_again_.empty()) begin_reload(std::exchange(reload_again_, {}));
}

// It kept nothing from taking effect, and so need not be known before.
void Supervisor::tell_of_sense(const Reading& reading) {
    config::Diagnostics warnings = reading.loading.no_diagnostics();
    reading.loading.judge_sense(*loaded_.config, warnings);
    log_diagnostics(log_, warnings);
}

}  // namespace understudy::daemon
