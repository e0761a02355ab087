// Another program takes our place: asked whether it can, told what it has to know, and, in it, the first
// acts.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "understudy/agent/recording.hpp"
#include "understudy/base/assert.hpp"
#include "understudy/os/program.hpp"

#include "config_handover.hpp"
#include "history_notes.hpp"
#include "supervisor_core.hpp"

namespace understudy::daemon {

namespace {

constexpr seconds kLongestLeave{1};  // of a vrrp process between two turns
constexpr const char* kCheckOption = "--check-upgrade";

nlohmann::json verdict_on(bool begins, std::string_view message, std::string_view version) {
    return {{"verdict", begins ? "begins" : "refused"},
            {"message", message},
            {"from", UNDERSTUDY_VERSION},
            {"to", version.empty() ? nlohmann::json(nullptr) : nlohmann::json(version)}};
}

}  // namespace

Newcomer present_program(const Options& options, const model::Config& config) {
    return {UNDERSTUDY_VERSION, kTakeoverFormat, agent::recording_format(),
            options.run_vrrp ? config.instances.size() : 0, options.network_namespace.value_or("")};
}

void Supervisor::ask_upgrade(const ctl::Upgrade& asked, const os::Peer& peer, Answered answered) {
    log_.write("upgrade-asked", os::LogLevel::Notice,
               fmt::format("an upgrade was asked for by user {} (process {})", peer.uid, peer.process));
    const auto busy = why_no_upgrade_now();
    if (busy || upgrade_) {
        answered(verdict_on(false, busy ? *busy : "another upgrade is under way", ""));
        return;
    }
    upgrade_.emplace(UpgradeUnderWay{asked.anew, std::move(answered)});
    const auto begun = newcomer_check_.begin([this](const auto& newcomer) { judge(newcomer); });
    if (!begun) refuse_upgrade(begun.error().to_string());
}

std::optional<std::string> Supervisor::why_no_upgrade_now() const {
    if (!parts_->are_replaceable())
        return "with --single-process no other program can take over while this one works; restart it";
    if (stopping_) return "the daemon is stopping";
    if (reload_) return "a reload is under way";
    if (script_.running()) return "a script of the daemon is running";
    if (worker_ != 0 && (pause_ || cleaning_ || replacing_ || !worker_ready_))
        return "the vrrp process is just starting";
    if (worker_ != 0 && !hooks_.is_at_work()) return "the hooks process is just starting";
    return std::nullopt;
}

void Supervisor::refuse_upgrade(const std::string& why) {
    log_.write("upgrade-refused", os::LogLevel::Error, "upgrade refused: " + why);
    remember(upgrade_refused(os::wall_time(), why));
    UpgradeUnderWay over = *std::exchange(upgrade_, std::nullopt);
    over.answered(verdict_on(false, why, ""));
}

void Supervisor::judge(const std::expected<Newcomer, std::string>& newcomer) {
    if (!newcomer) return refuse_upgrade(options_->program + ": " + newcomer.error());
    if (const auto busy = why_no_upgrade_now()) return refuse_upgrade(*busy);
    const Newcomer present = present_program(*options_, *loaded_.config);
    if (const auto why = objection(*newcomer, present, upgrade_->anew)) return refuse_upgrade(*why);
    lifetime_.upgraded(upgrades_);  // what became of the last one is of no interest any more
    std::exchange(upgrade_->answered, nullptr)(
        verdict_on(true, fmt::format("{} takes over", options_->program), newcomer->version));
    // The answer is on its way, and whatever has been read from anywhere is dealt with before.
    boost::asio::post(loop_, [this] { give_place(); });
}

void Supervisor::give_place() {
    const bool anew = std::exchange(upgrade_, std::nullopt)->anew;
    const auto problem = why_no_upgrade_now();
    const std::string why = problem ? *problem : continue_as_newcomer(anew);
    log_.write("upgrade-failed", os::LogLevel::Error, "nothing is upgraded: " + why);
    remember(upgrade_refused(os::wall_time(), why));
    lifetime_.upgrade_failed(why);
    notify("READY=1");
}

// Comes back, with the reason, only if that could not be done; nothing has changed then.
std::string Supervisor::continue_as_newcomer(bool anew) {
    auto takeover = whole_state(anew);
    auto memory = os::memory_file("understudy-takeover");
    auto configuration = os::memory_file("understudy-configuration");
    if (!takeover) return takeover.error();
    if (!memory || !configuration) return (memory ? configuration : memory).error().to_string();
    if (const auto kept = hand_over(*configuration, model::Config{}, *loaded_.config); !kept)
        return kept.error().to_string();
    takeover->configuration = configuration->get();
    takeover->memory = memory_.get();
    if (const auto told = os::store(*memory, to_text(*takeover)); !told) return told.error().to_string();
    const FoundTakeover passed = takeover_in(to_text(*takeover));
    const auto pass = [&](bool on) {
        for (const int descriptor : passed.descriptors) os::pass_on(descriptor, on);
        os::pass_on(takeover->pid_file->descriptor, on);
    };
    log_.write("upgrade-begins", os::LogLevel::Notice,
               options_->program + " takes the place of this program");
    notify("RELOADING=1");
    pass(true);
    const os::SysError error = os::continue_as(options_->program, options_->words, *memory);
    pass(false);
    return error.to_string();
}

std::expected<Takeover, std::string> Supervisor::whole_state(bool anew) {
    Takeover state;
    state.version = UNDERSTUDY_VERSION;
    state.program = options_->program;
    state.directory = options_->directory;
    state.workers = workers_;
    state.upgrades = upgrades_ + 1;
    state.anew = anew;
    state.log_level = log_level_;
    state.pid_file = Takeover::PidFile{pid_files_.daemon().path(), pid_files_.daemon().descriptor()};
    if (worker_ != 0) {
        // May bring news.
        auto connection = link_.connection();
        if (!connection) return std::unexpected("the vrrp process takes no questions");
        state.worker = Takeover::Worker{worker_, worker_started_, worker_born_, connection->descriptor,
                                        std::move(connection->begun)};
    }
    if (hooks_.process() != 0)
        state.hooks =
            Takeover::Hooks{hooks_.process(), hooks_.sockets().one.get(), hooks_.sockets().other.get()};
    state.news.emplace_back(ctl::OrdersChanged{orders_});
    if (auto unwritten = history_.unwritten(); !unwritten.empty())
        state.news.emplace_back(ctl::Happened{std::move(unwritten)});
    for (ctl::MailWanted& letter : mailer_.waiting()) state.news.emplace_back(std::move(letter));
    return state;
}

// We are the newcomer. The vrrp process of the program before us has gone on all the while, and does until it
// is told to leave: only then another is started, which goes on where it stops.
void Supervisor::take_over() {
    Inheritance inherited = *std::exchange(inherited_, std::nullopt);
    Takeover& state = inherited.takeover;
    log_.write("taken-over", os::LogLevel::Notice,
               fmt::format("understudyd {} takes the place of {} in the same process", UNDERSTUDY_VERSION,
                           state.version.empty() ? "another" : state.version));
    if (!inherited.problem.empty())
        log_.write("takeover-not-understood", os::LogLevel::Warning,
                   "the instances begin anew, because what the program before has left is lost: " +
                       inherited.problem);
    workers_ = state.workers;
    upgrades_ = state.upgrades;
    if (state.log_level) log_.set_level(os_level(*(log_level_ = state.log_level)));
    for (ctl::News& news : state.news) heard(std::move(news));
    if (state.hooks) hooks_.take_over(state.hooks->process, std::move(inherited.hooks));
    if (!state.worker || state.worker->process == 0) return replace_worker(Start::Anew);
    worker_ = state.worker->process;
    worker_started_ = state.worker->started;
    worker_born_ = state.worker->born;
    if (inherited.questions) link_.take_over(std::move(inherited.questions), state.worker->begun);
    replacing_ = state.anew ? Start::Anew : Start::GoOn;
    parts_->signal(worker_, state.anew ? SIGTERM : leave_signal());
    timer_->arm(os::now() + (state.anew ? longest_stop() : kLongestLeave));
    reap();  // it may have ended while nobody looked
}

void Supervisor::replace_worker(Start how) {
    if (hooks_.process() != 0)
        if (const auto replaced = hooks_.replace(); !replaced)
            log_.write("hooks-not-replaced", os::LogLevel::Error, replaced.error().to_string());
    if (how == Start::Anew) return start();
    start_worker(how);
}

std::expected<pid_t, os::SysError> Supervisor::start_newcomer(const os::UniqueFd& output) {
    UNDERSTUDY_ASSERT(parts_->are_replaceable());
    std::vector<std::string> words = options_->words;
    words.emplace_back(kCheckOption);
    const auto work = [&](Place&) -> int {
        os::run_program_elsewhere(options_->directory, options_->program, std::move(words), output);
    };
    return parts_->start({own_name_, Part::Signals::Usual, work});
}

void Supervisor::tell_of_other_program() {
    if (!os::is_replaced(options_->program)) return;
    log_.write("program-replaced", os::LogLevel::Notice,
               fmt::format("{} is another program than the one that runs: {}", options_->program,
                           parts_->are_replaceable() ? "`understudyctl upgrade` lets it take over"
                                                     : "it runs after a restart"));
}

}  // namespace understudy::daemon
