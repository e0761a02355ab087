// The supervisor's inside, in several sources: supervisor (the life of the processes), supervisor_reload (a
// new configuration takes effect), supervisor_upgrade (another program takes our place).
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <nlohmann/json.hpp>

#include "understudy/os/clock.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/program.hpp"
#include "understudy/os/signals.hpp"

#include "control.hpp"
#include "dump_files.hpp"
#include "dumper.hpp"
#include "history_keeper.hpp"
#include "hooks_keeper.hpp"
#include "inheritance.hpp"
#include "lifetime.hpp"
#include "load.hpp"
#include "log_sums.hpp"
#include "logging.hpp"
#include "mailer.hpp"
#include "newcomer_check.hpp"
#include "options.hpp"
#include "parts.hpp"
#include "pid_files.hpp"
#include "provisions.hpp"
#include "reload_report.hpp"
#include "reload_timer.hpp"
#include "respawn.hpp"
#include "script_run.hpp"
#include "service_watchdog.hpp"
#include "worker.hpp"
#include "worker_link.hpp"
#include "worker_watch.hpp"

namespace understudy::daemon {

// A configuration never changes: whoever works with one keeps it.
struct InForce {
    explicit InForce(config::LoadResult loaded)
        : config(std::make_shared<const model::Config>(std::move(loaded.config))),
          files(std::move(loaded.files)) {}

    std::shared_ptr<const model::Config> config;
    std::vector<config::SourceFile> files;
};

class Supervisor {
public:
    Supervisor(const Options& options, Parts& parts, config::LoadResult loaded, os::Log log,
               PidFiles pid_files, std::optional<Inheritance> inherited)
        : options_(&options),
          parts_(&parts),
          loaded_(std::move(loaded)),
          log_(std::move(log)),
          pid_files_(std::move(pid_files)),
          inherited_(std::move(inherited)),
          control_(loop_, log_,
                   {[this](const ctl::Question& question, Answered answered) {
                        link_.ask(question, std::move(answered));
                    },
                    [this](const ctl::Reload& asked, const os::Peer& peer, Answered answered) {
                        ask_reload(asked, peer, std::move(answered));
                    },
                    [this](const ctl::Upgrade& asked, const os::Peer& peer, Answered answered) {
                        ask_upgrade(asked, peer, std::move(answered));
                    },
                    [this] { return shown_files(loaded_.files); },
                    [this] {
                        nlohmann::json told = lifetime_.told();
                        told["program_replaced"] = os::is_replaced(options_->program);
                        return told;
                    },
                    [this](ctl::LogLevel level) {
                        log_level_ = level;
                        log_.set_level(os_level(level));
                    },
                    [this](const ctl::History& asked) { return history_.answer(asked, instance_names()); },
                    [this] { return instance_names(); }}) {}

    std::expected<void, os::SysError> open();
    int run();

private:
    [[nodiscard]] bool wants_worker() const {
        return options_->run_vrrp && !loaded_.config->instances.empty();
    }
    void follow_globals();
    [[nodiscard]] Reading read_marked();
    void start();
    [[nodiscard]] bool cleans_up_after_killed();
    void start_instances();
    enum class Start : std::uint8_t { Anew, GoOn, CleanUp };
    void start_worker(Start how);
    [[nodiscard]] Part vrrp_part(Link link) const;
    std::expected<pid_t, os::SysError> start_mail(const ctl::MailWanted& letter);
    std::expected<pid_t, os::SysError> start_hooks();
    std::expected<pid_t, os::SysError> start_delegate(os::UniqueFd orders);
    std::expected<pid_t, os::SysError> start_newcomer(const os::UniqueFd& output);
    [[nodiscard]] ScriptRun::Elsewhere runs_scripts();
    void run_shutdown_script(ScriptRun::Done done);
    void let_go();
    void watch_readiness(os::UniqueFd read_end);
    void heard(ctl::News news);
    void on_signal(int number);
    void on_timer();
    void reap();
    void worker_ended(const os::ProcessEnd& end);
    void clean_up_and_wait(seconds pause);
    void start_again_later(seconds pause);
    void is_ready();
    void hangs(microseconds silent_for);
    void ask_reload(const ctl::Reload& asked, const os::Peer& peer, Answered answered);
    void reload(Answered answered);
    void begin_reload(std::vector<Answered> answered);
    [[nodiscard]] std::optional<std::string> refusal(const config::LoadResult& fresh) const;
    void offer(config::LoadResult fresh);
    void offer_answered(const Outcome& outcome);
    void conclude(Verdict verdict, std::string_view message);
    void tell_of_sense(const Reading& reading);
    void ask_upgrade(const ctl::Upgrade& asked, const os::Peer& peer, Answered answered);
    [[nodiscard]] std::optional<std::string> why_no_upgrade_now() const;
    void refuse_upgrade(const std::string& why);
    void judge(const std::expected<Newcomer, std::string>& newcomer);
    void give_place();
    [[nodiscard]] std::string continue_as_newcomer(bool anew);
    [[nodiscard]] std::expected<Takeover, std::string> whole_state(bool anew);
    void take_over();
    void replace_worker(Start how);
    void tell_of_other_program();
    [[nodiscard]] std::vector<std::string> instance_names() const;
    void remember(const ctl::HistoryEntry& entry) { remember(std::span{&entry, 1}); }
    void remember(std::span<const ctl::HistoryEntry> entries);
    void stop();
    [[nodiscard]] seconds longest_stop() const;
    void watch_stop();
    void end(int status);
    void notify(const std::string& assignments);

    struct ReloadUnderWay {
        nlohmann::json report;
        std::vector<Answered> answered;
        std::optional<Reading> reading;
        std::optional<InForce> before;  // what goes on if the vrrp process refuses
    };

    struct UpgradeUnderWay {
        bool anew = false;
        Answered answered;
    };

    const Options* options_;
    Parts* parts_;
    std::string own_name_ = os::process_name();
    InForce loaded_;
    Lifetime lifetime_{os::wall_time()};
    HostRights host_ = host_rights(*options_);
    os::Log log_;
    PidFiles pid_files_;
    std::optional<Inheritance> inherited_;
    os::UniqueFd memory_;                                // for the recording: flight_recorder.hpp
    os::UniqueFd handover_;                              // to the vrrp process: config_handover.hpp
    os::Loop loop_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread
    LogSums sums_{loop_, log_};
    std::optional<os::Signals> signals_;
    std::optional<os::Timer> timer_;
    std::optional<boost::asio::posix::stream_descriptor> readiness_;
    char readiness_octet_ = 0;
    HistoryKeeper history_{log_};
    WorkerLink link_{loop_, [this](ctl::News news) { heard(std::move(news)); }};
    WorkerWatch watch_{loop_, [this](microseconds silent_for) { hangs(silent_for); }};
    ServiceWatchdog watchdog_{
        loop_, [this] { return VrrpLife{worker_ != 0, worker_ready_, worker_started_, watch_.answered()}; },
        [this] { notify("WATCHDOG=1"); }};
    Mailer mailer_{loop_, log_, *parts_,
                   [this](const ctl::MailWanted& letter) { return start_mail(letter); }};
    Dumper dumper_{log_, *options_, link_,
                   [this]() -> const model::Globals& { return loaded_.config->globals; }};
    HooksKeeper hooks_{loop_, log_, *parts_, [this] { return start_hooks(); }};
    ScriptRun script_{loop_, log_, runs_scripts()};
    ReloadTimer reload_timer_{loop_, log_, [this] { reload({}); }};
    Control control_;
    NewcomerCheck newcomer_check_{loop_, *parts_,
                                  [this](const os::UniqueFd& output) { return start_newcomer(output); }};
    std::optional<UpgradeUnderWay> upgrade_;
    std::uint64_t upgrades_ = 0;
    std::optional<Start> replacing_;  // the worker is told to end for another of this kind
    std::optional<ReloadUnderWay> reload_;
    std::vector<Answered> reload_again_;       // asked for meanwhile: the files may be others by now
    std::vector<ctl::StandingOrders> orders_;  // what the vrrp process has been ordered, whichever it is
    std::optional<ctl::LogLevel> log_level_;   // by the operator
    pid_t worker_ = 0;
    std::uint32_t workers_ = 0;  // so far
    Instant worker_started_;
    WallTime worker_born_{};
    std::optional<Instant> worker_at_work_;  // the last that is known of one that has died
    bool worker_ready_ = false;
    bool worker_is_in_step_ = false;  // it has the configuration that was handed over last
    RespawnPolicy respawn_;
    // Of the daemon before us, which was killed: the worker removes what that has left, and ends.
    std::shared_ptr<const model::Config> cleaning_;
    std::optional<seconds> pause_;  // of the worker only removes the addresses: until the next is started
    bool stop_follows_ = false;     // when the worker that follows is ready
    bool stopping_ = false;
    bool killed_ = false;
    Instant stop_asked_;
    Instant heard_while_stopping_;
    int status_ = 0;
};

}  // namespace understudy::daemon
