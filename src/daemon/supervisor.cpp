#include "supervisor.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/config/render.hpp"
#include "understudy/os/kept_file.hpp"
#include "understudy/os/memory.hpp"
#include "understudy/os/service_notify.hpp"

#include "background.hpp"
#include "handled_signals.hpp"
#include "history_notes.hpp"
#include "hooks.hpp"
#include "hooks_delegate.hpp"
#include "process_names.hpp"
#include "provisions.hpp"
#include "reload_mark.hpp"
#include "supervisor_core.hpp"

namespace understudy::daemon {

namespace {

// A worker that is told to stop and answers meanwhile is at work: the kernel may need seconds for thousands
// of addresses. One that is silent for child_wait_time, or needs longer than this altogether, is killed.
constexpr seconds kLongestStop{60};
constexpr seconds kLongestCleaning{10};
constexpr milliseconds kBetweenQuestions{250};
constexpr seconds kAfterHandover{10};  // what a service manager grants the rest of a stop
constexpr seconds kMailAtTheEnd{2};
constexpr std::array kPermanentFailures{1, 2, 4};  // exit statuses after which starting again is pointless

os::OtherGroups groups_of_scripts(const model::Globals& globals) {
    return globals.supplementary_groups ? os::OtherGroups::OfTheUser : os::OtherGroups::None;
}

microseconds shortest_interval(const model::Config& config) {
    microseconds shortest = std::chrono::hours{1};
    for (const model::Instance& instance : config.instances)
        shortest = std::min(shortest, instance.advert_interval);
    return shortest;
}

// The lock of the program before us goes on.
std::expected<PidFiles, PidFileProblem> pid_files_of(const Options& options, const model::Globals& globals,
                                                     std::optional<Inheritance>& inherited) {
    if (!inherited || !inherited->pid_file) return PidFiles::create(options, globals);
    return PidFiles::taken_over(
        options, globals,
        os::PidFile::taken_over(inherited->takeover.pid_file->path, std::move(inherited->pid_file)));
}

template <typename... Made>
std::optional<os::SysError> first_error(const Made&... made) {
    std::optional<os::SysError> first;
    const auto look_at = [&first](const auto& one) {
        if (!first && !one) first = one.error();
    };
    (look_at(made), ...);
    return first;
}

}  // namespace

std::expected<void, os::SysError> Supervisor::open() {
    parts_->belong_to(loop_, [this] { let_go(); });
    auto handover = os::memory_file("understudy-configuration");
    if (!handover) return std::unexpected(handover.error());
    handover_ = *std::move(handover);
    if (inherited_ && inherited_->memory) {
        memory_ = std::move(inherited_->memory);
    } else if (parts_->are_replaceable()) {
        auto memory = os::memory_file("understudy-recording");
        if (!memory) return std::unexpected(memory.error());
        memory_ = *std::move(memory);
    }
    auto signals = os::Signals::open(loop_, handled_signals(), [this](int number) { on_signal(number); });
    if (!signals) return std::unexpected(signals.error());
    signals_.emplace(*std::move(signals));
    auto timer = os::Timer::open(loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    if (const auto opened = sums_.open(); !opened) return opened;
    if (const auto opened = link_.open(); !opened) return opened;
    if (const auto opened = watch_.open(); !opened) return opened;
    if (const auto opened = watchdog_.open(); !opened) return opened;
    if (const auto opened = mailer_.open(); !opened) return opened;
    if (const auto opened = hooks_.open(); !opened) return opened;
    control_.open(*options_, loaded_.config->globals);
    history_.open(history_path(*options_, loaded_.config->globals), control_.group(), os::now());
    remember(inherited_ ? daemon_taken_over(os::wall_time(), os::process_id(), inherited_->takeover.version)
                        : daemon_started(os::wall_time(), os::process_id()));
    return {};
}

int Supervisor::run() {
    // Whoever made the file before the start has waited for the first reading.
    {
        const ReloadMark read{log_, reload_mark_path(*options_, loaded_.config->globals)};
    }
    follow_globals();
    const model::Globals& globals = loaded_.config->globals;
    if (inherited_)
        take_over();
    else
        script_.start("startup_script", globals.startup, groups_of_scripts(globals), [this] { start(); });
    loop_.run();
    return status_;
}

// What the supervisor itself does as the configuration in force says.
void Supervisor::follow_globals() {
    const model::Globals& globals = loaded_.config->globals;
    os::name_process(supervisor_name(globals.processes, own_name_));
    reload_timer_.follow(globals.reloading);
    if (worker_ready_) watch_.begin(patience_for(shortest_interval(*loaded_.config)));
}

void Supervisor::start() {
    if (stopping_) return end(0);
    if (!cleans_up_after_killed()) start_instances();
}

// What our own configuration asks for as well the vrrp process finds and removes itself.
bool Supervisor::cleans_up_after_killed() {
    if (!pid_files_.daemon().was_left_behind() || !parts_->are_replaceable()) return false;
    auto left = killed_with(*options_, loaded_.config->globals);
    if (!left || *left == objects_alone(*loaded_.config)) return false;
    log_.write(
        "removes-what-was-left", os::LogLevel::Notice,
        "the daemon before this one was killed, and had another configuration: what it has left in the "
        "kernel is removed first");
    cleaning_ = std::make_shared<const model::Config>(*std::move(left));
    start_worker(Start::CleanUp);
    if (worker_ != 0)
        timer_->arm(os::now() + kLongestCleaning);
    else
        cleaning_.reset();  // it is told, and followed by a start as ever
    return true;
}

void Supervisor::start_instances() {
    if (wants_worker()) return start_worker(Start::Anew);
    lifetime_.upgraded(upgrades_);
    log_.write("nothing-to-run", os::LogLevel::Warning,
               "the configuration holds nothing to run: waiting for a reload");
    notify(fmt::format("READY=1\nMAINPID={}", os::process_id()));
}

void Supervisor::start_worker(Start how) {
    auto pipe = os::open_pipe();
    auto sockets = os::open_socket_pair();
    auto life_line = watch_.line();
    auto handover = os::copy_of(handover_);
    auto memory = memory_ ? os::copy_of(memory_) : os::UniqueFd{};
    const auto hooked = hooks_.start();
    auto hooks = hooked ? hooks_.end_of_worker() : std::unexpected(hooked.error());
    if (const auto error = first_error(pipe, sockets, life_line, handover, memory, hooks)) {
        log_.write("worker-not-prepared", os::LogLevel::Critical, error->to_string());
        return start_again_later(respawn_.not_started());
    }
    ++workers_;
    const WallTime born = os::wall_time();
    link_.connect(std::move(sockets->one));
    watch_readiness(std::move(pipe->read_end));
    const auto started =
        parts_->start(vrrp_part({*std::move(handover), std::move(pipe->write_end), std::move(sockets->other),
                                 *std::move(hooks), *std::move(life_line), *std::move(memory), workers_,
                                 orders_, how == Start::GoOn ? std::optional{worker_born_} : std::nullopt,
                                 worker_at_work_, how == Start::CleanUp, host_}));
    if (!started) {
        link_.disconnect();
        log_.write("worker-not-started", os::LogLevel::Critical, started.error().to_string());
        return start_again_later(respawn_.not_started());
    }
    timer_->disarm();
    worker_is_in_step_ = true;
    worker_ = *started;
    worker_started_ = os::now();
    worker_born_ = born;
    const pid_t process = parts_->process_of(worker_);
    remember(worker_started(os::wall_time(), process));
    if (const auto told = pid_files_.worker_is(process); !told)
        log_.write("worker-pid-file-failed", os::LogLevel::Error, told.error().to_string());
}

// In a new process: whatever belongs to the supervisor.
void Supervisor::let_go() {
    sums_.abandon();
    log_.abandon_sums();
    pid_files_.abandon();
    readiness_.reset();
    timer_.reset();
    signals_.reset();
    reload_timer_.abandon();
    watch_.abandon();
    watchdog_.abandon();
    link_.abandon();
    mailer_.abandon();
    newcomer_check_.abandon();
    hooks_.abandon();
    control_.abandon();
    history_.abandon();
    handover_ = os::UniqueFd{};
    memory_ = os::UniqueFd{};
    loaded_.config.reset();
}

// It ends with the mail.
std::expected<pid_t, os::SysError> Supervisor::start_mail(const ctl::MailWanted& letter) {
    const auto work = [options = options_, config = loaded_.config, level = log_level_,
                       letter](Place& place) {
        auto log = open_log(*options, config->globals, level);
        return log ? deliver_mail(config->globals.mail, letter, *log, place) : EXIT_FAILURE;
    };
    return parts_->start({"understudy-mail", Part::Signals::Usual, work});
}

// It ends when nobody is left to order anything. Signals to all of us are not for it.
std::expected<pid_t, os::SysError> Supervisor::start_hooks() {
    auto orders = hooks_.end_of_hooks();
    if (!orders) return std::unexpected(orders.error());
    if (options_->hooks_socket) return start_delegate(*std::move(orders));
    return parts_->start(
        {hooks_name(loaded_.config->globals.processes), Part::Signals::Held,
         [orders = *std::move(orders)](Place&) mutable { return run_hooks(std::move(orders)); }});
}

std::expected<pid_t, os::SysError> Supervisor::start_delegate(os::UniqueFd orders) {
    auto work = [options = options_, config = loaded_.config, level = log_level_,
                 orders = std::move(orders)](Place&) {
        auto log = open_log(*options, config->globals, level);
        if (!log) return EXIT_FAILURE;
        return delegate_hooks(orders, *options->hooks_socket, hooks_name(config->globals.processes), *log);
    };
    return parts_->start(
        {delegate_name(loaded_.config->globals.processes), Part::Signals::Held, std::move(work)});
}

Part Supervisor::vrrp_part(Link link) const {
    auto work = [options = options_, config = cleaning_ ? cleaning_ : loaded_.config, level = log_level_,
                 link = std::move(link)](Place& place) mutable {
        auto log = open_log(*options, config->globals, level);
        return log ? run_worker(*options, std::move(config), *log, std::move(link), place) : EXIT_FAILURE;
    };
    return {worker_name(loaded_.config->globals.processes), Part::Signals::Held, std::move(work)};
}

void Supervisor::watch_readiness(os::UniqueFd read_end) {
    readiness_.emplace(loop_, read_end.release());
    readiness_->async_read_some(boost::asio::buffer(&readiness_octet_, 1),
                                [this](const boost::system::error_code& error, std::size_t) {
                                    if (!error) is_ready();  // else reap() tells how it ended
                                });
}

void Supervisor::is_ready() {
    if (pause_) return;  // it only cleans up
    worker_ready_ = true;
    lifetime_.upgraded(upgrades_);
    log_.write("startup-complete", os::LogLevel::Info, "startup complete");
    notify(fmt::format("READY=1\nMAINPID={}", os::process_id()));
    watch_.begin(patience_for(shortest_interval(*loaded_.config)));
    if (std::exchange(stop_follows_, false)) stop();
}

// Its peers take over before long, and it may wake up as a second master then.
void Supervisor::hangs(microseconds silent_for) {
    if (worker_ == 0 || stopping_) return;
    log_.write("worker-hangs", os::LogLevel::Critical,
               fmt::format("the vrrp process has not answered for {:.1f} s: killing it, {}",
                           std::chrono::duration<double>{silent_for}.count(),
                           parts_->are_replaceable() ? "so that another goes on in its place"
                                                     : "and with it the daemon, whose addresses stay"));
    parts_->signal(worker_, SIGKILL);
}

void Supervisor::heard(ctl::News news) {
    std::visit(overloaded{
                   [&](ctl::MailWanted&& letter) { mailer_.add(std::move(letter)); },
                   [&](ctl::OrdersChanged&& changed) { orders_ = std::move(changed.orders); },
                   [&](const ctl::Happened& happened) { remember(happened.entries); },
                   [&](const ctl::SignalCame& signal) {
                       // To stop the daemon is nothing that the vrrp process may ask for.
                       if (signal.number != SIGTERM && signal.number != SIGINT) on_signal(signal.number);
                   },
               },
               std::move(news));
}

void Supervisor::on_signal(int number) {
    if (number == SIGCHLD) return reap();
    if (number == SIGHUP) {
        tell_of_other_program();
        return reload({});
    }
    if (number == SIGTERM || (number == SIGINT && !options_->ignore_interrupt)) return stop();
    if (number == SIGUSR1) dumper_.dump_own_state();
    // Without a worker nothing that could be shown is meant to run.
    if (const auto asked = asked_by_signal(number); asked && wants_worker()) dumper_.ask(*asked);
}

void Supervisor::reap() {
    // As the first process of a container we inherit orphans; a script's end is told to who started it.
    while (const auto ended = script_.has_child() ? parts_->end_of(worker_) : parts_->next_end())
        if (ended->process == worker_)
            worker_ended(*ended);
        else if (!hooks_.ended(*ended) && !newcomer_check_.ended(*ended))
            mailer_.ended(*ended);
}

void Supervisor::worker_ended(const os::ProcessEnd& ended) {
    worker_ = 0;
    const bool was_ready = std::exchange(worker_ready_, false);
    worker_at_work_ = watch_.answered();
    watch_.end();
    pid_files_.no_worker();
    const std::optional<Start> replaced = std::exchange(replacing_, std::nullopt);
    if (!stopping_ && !pause_ && !cleaning_ && !replaced)
        log_.write("worker-ended", os::LogLevel::Critical,
                   ended.signalled ? fmt::format("the vrrp process was killed by signal {}", ended.number)
                                   : fmt::format("the vrrp process ended with status {}", ended.number));
    link_.disconnect();
    remember(daemon::worker_ended(os::wall_time(),
                                  {parts_->process_of(ended.process), ended.signalled, ended.number},
                                  os::now() - worker_started_, stopping_ || cleaning_ || replaced));
    if (stopping_) return end(0);
    if (std::exchange(cleaning_, nullptr)) return start_instances();
    if (worker_ != 0) return;  // its last words were the end of a reload, and the next reload has started one
    if (replaced) return replace_worker(*replaced);
    if (!options_->respawn) return end(0);
    if (ended.signalled && !parts_->are_replaceable()) return end(EXIT_FAILURE);
    if (!ended.signalled && std::ranges::find(kPermanentFailures, ended.number) != kPermanentFailures.end())
        return end(ended.number);
    if (const auto pause = std::exchange(pause_, std::nullopt)) return start_again_later(*pause);
    const Respawn next = respawn_.died(was_ready, os::now() - worker_started_);
    if (next.kind == Respawn::Kind::GiveUp) return clean_up_and_wait(next.pause);
    start_worker(next.kind == Respawn::Kind::GoOn ? Start::GoOn : Start::Anew);
}

// One that only removes what it finds runs no timers and hears no peers.
void Supervisor::clean_up_and_wait(seconds pause) {
    log_.write(
        "worker-dies-again", os::LogLevel::Critical,
        fmt::format("the vrrp process has died again and again just after its start: its addresses are "
                    "removed, and it is started again in {} s",
                    pause.count()));
    pause_ = pause;
    start_worker(Start::CleanUp);
}

void Supervisor::start_again_later(seconds pause) {
    log_.write("worker-delayed", os::LogLevel::Error,
               fmt::format("starting the vrrp process again in {} s", pause.count()));
    timer_->arm(os::now() + pause);
    if (std::exchange(stop_follows_, false)) stop();
}

void Supervisor::on_timer() {
    if (stopping_) return watch_stop();
    if (worker_ != 0 && (replacing_ || cleaning_)) parts_->signal(worker_, SIGKILL);
    if (worker_ == 0 && wants_worker()) start_worker(Start::Anew);  // a reload may have been quicker
}

std::vector<std::string> Supervisor::instance_names() const {
    std::vector<std::string> names;
    for (const model::Instance& instance : loaded_.config->instances) names.push_back(instance.name);
    return names;
}

void Supervisor::remember(std::span<const ctl::HistoryEntry> entries) {
    history_.add(entries, os::now());
    control_.tell(entries);
}

void Supervisor::stop() {
    // One that leaves would leave its addresses behind.
    if (replacing_ == Start::GoOn) {
        stop_follows_ = true;
        return;
    }
    if (std::exchange(stopping_, true)) {
        if (worker_ != 0) parts_->signal(worker_, SIGTERM);  // it waits no longer for another master
        return;
    }
    remember(daemon_stops(os::wall_time(), true));
    const seconds handover = loaded_.config->globals.graceful_handover;
    notify(handover == seconds{0} ? "STOPPING=1"
                                  : fmt::format("STOPPING=1\nEXTEND_TIMEOUT_USEC={}",
                                                microseconds{handover + kAfterHandover}.count()));
    if (script_.running()) return;  // the rest follows its end
    if (worker_ == 0) return end(0);
    watch_.end();
    parts_->signal(worker_, SIGTERM);
    stop_asked_ = heard_while_stopping_ = os::now();
    watch_stop();
}

seconds Supervisor::longest_stop() const { return kLongestStop + loaded_.config->globals.graceful_handover; }

void Supervisor::watch_stop() {
    if (killed_ || worker_ == 0) return;
    const seconds patience = std::max(loaded_.config->globals.processes.child_wait, seconds{1});
    const seconds longest = longest_stop();
    const Instant until = std::min(heard_while_stopping_ + patience, stop_asked_ + longest);
    if (os::now() >= until) {
        killed_ = true;
        log_.write("worker-stuck", os::LogLevel::Error,
                   fmt::format("the vrrp process {}: killing it; the next start takes its addresses away",
                               until < stop_asked_ + longest
                                   ? fmt::format("has not answered for {} s while stopping", patience.count())
                                   : fmt::format("did not stop within {} s", longest.count())));
        parts_->signal(worker_, SIGKILL);
        return;
    }
    link_.ask(ctl::Ping{}, [this](const Outcome& answered) {
        if (answered) heard_while_stopping_ = os::now();
    });
    timer_->arm(std::min(until, os::now() + kBetweenQuestions));
}

void Supervisor::end(int status) {
    status_ = status;
    if (!std::exchange(stopping_, true)) remember(daemon_stops(os::wall_time(), false));
    newcomer_check_.give_up();
    const auto leave = [this] {
        os::remove_empty_file(held_settings_path(*options_, loaded_.config->globals));
        loop_.stop();
    };
    // Who runs it in our place does so as long as it has not been told that all is over.
    if (options_->hooks_socket) {
        return run_shutdown_script(
            [this, leave] { hooks_.finish([this, leave] { mailer_.finish(kMailAtTheEnd, leave); }); });
    }
    hooks_.finish(
        [this, leave] { mailer_.finish(kMailAtTheEnd, [this, leave] { run_shutdown_script(leave); }); });
}

void Supervisor::run_shutdown_script(ScriptRun::Done done) {
    const model::Globals& globals = loaded_.config->globals;
    script_.start("shutdown_script", globals.shutdown, groups_of_scripts(globals), std::move(done));
}

// The hooks process, where that is not ours; none: the supervisor itself.
ScriptRun::Elsewhere Supervisor::runs_scripts() {
    if (!options_->hooks_socket) return nullptr;
    return [this]() -> std::expected<ScriptRun::Orders, os::SysError> {
        if (const auto started = hooks_.start(); !started) return std::unexpected(started.error());
        auto socket = hooks_.end_of_worker();
        if (!socket) return std::unexpected(socket.error());
        return ScriptRun::Orders{*std::move(socket), workers_};
    };
}

void Supervisor::notify(const std::string& assignments) {
    if (const auto told = os::notify_service_manager(assignments); !told)
        log_.write("service-manager-failed", os::LogLevel::Warning, told.error().to_string());
}

namespace {

int supervise(const Options& options, Parts& parts, config::LoadResult loaded, os::Log log,
              std::optional<Inheritance> inherited) {
    const model::Globals& globals = loaded.config.globals;
    log_diagnostics(log, loaded.diagnostics);
    if (options.dump_config) log_configuration(log, loaded.files);
    // Whoever reads the pid file may send one at once.
    os::hold_signals(handled_signals());
    auto pid_files = pid_files_of(options, globals, inherited);
    if (!pid_files) {
        log.write("pid-file-refused", os::LogLevel::Error, pid_files.error().message);
        fmt::print(stderr, "{}\n", pid_files.error().message);
        return pid_files.error().already_running ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (!inherited && !options.foreground && !go_to_background(*pid_files, handled_signals()))
        return EXIT_FAILURE;
    Supervisor supervisor{
        options, parts, std::move(loaded), std::move(log), *std::move(pid_files), std::move(inherited)};
    if (const auto opened = supervisor.open(); !opened) {
        fmt::print(stderr, "{}\n", opened.error().to_string());
        return EXIT_FAILURE;
    }
    os::give_back_freed_heap();  // of the reading of files
    return supervisor.run();
}

}  // namespace

int supervise(const Options& options, config::LoadResult loaded, std::optional<Inheritance> inherited) {
    auto log = open_log(options, loaded.config.globals);
    if (!log) {
        fmt::print(stderr, "{}\n", log.error().to_string());
        return EXIT_FAILURE;
    }
    for (const std::string& remark : options.remarks)
        log->write("option-remark", os::LogLevel::Warning, remark);
    const std::unique_ptr<Parts> parts = parts_for(options, *log);
    return parts->conclude(
        supervise(options, *parts, std::move(loaded), *std::move(log), std::move(inherited)));
}

}  // namespace understudy::daemon
