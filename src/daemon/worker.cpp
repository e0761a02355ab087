#include "worker.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/agent/agent.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/os/call_filter.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/life_sign.hpp"
#include "understudy/os/links.hpp"
#include "understudy/os/netlink.hpp"
#include "understudy/os/process.hpp"

#include "arrival.hpp"
#include "config_handover.hpp"
#include "executor.hpp"
#include "hooks_link.hpp"
#include "log_sums.hpp"
#include "logging.hpp"
#include "process_names.hpp"
#include "provisions.hpp"
#include "receive_buffer.hpp"
#include "succession.hpp"
#include "worker_desk.hpp"

namespace understudy::daemon {

namespace {

constexpr int kInternalFailure = 1;
constexpr seconds kMirrorAgain{1};
constexpr milliseconds kClocksApart{1};
// Until a sleeping process runs and knows what is to be done. Whoever is to take over wakes so much earlier,
// because a client waits.
constexpr microseconds kHeadStart{250};
constexpr milliseconds kLate{2};  // more than a turn of the loop takes

class Worker {
public:
    Worker(const Options& options, const std::shared_ptr<const model::Config>& config, os::Log& log,
           Link link, Place& place, Provisions provisions)
        : options_(&options),
          log_(&log),
          place_(&place),
          link_(std::move(link)),
          provisions_(std::move(provisions)),
          buffers_(config->globals.buffers),
          config_(config),
          beginning_(begin_with(config, std::exchange(provisions_.predecessor, std::nullopt), log)),
          agent_(std::move(beginning_.agent)) {}

    std::expected<void, os::SysError> open();
    void tell_of(os::UniqueFd refused_calls);
    void run() {
        loop_.run();
        executor_->catch_up();
        hooks_->finish();
    }

private:
    void begin();
    void on_event(const agent::Event& event);
    void hear(const agent::PacketHeard& packet, const os::ReceivedPacket& received);
    void rest();
    bool take_turn(const agent::Event& event, std::optional<Instant> not_before = {});
    void announce_at_once();
    void read_clocks(std::optional<WallTime> arrived = {});
    void on_kernel(std::span<const wire::RtnlMessage> messages);
    void log_address(const wire::RtnlMessage& message);
    void on_picture(const os::KernelPicture& picture);
    void on_mirror_failed(const os::SysError& error);
    void reopen_mirror();
    std::expected<void, os::SysError> open_mirror();
    void notice_lost_parent();
    void on_signal(int number);
    [[noreturn]] void leave();
    std::expected<void, std::string> reload();
    void on_timer();
    void arm();

    const Options* options_;
    os::Log* log_;
    Place* place_;
    Link link_;
    os::Loop loop_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread
    LogSums sums_{loop_, *log_};
    Provisions provisions_;
    model::Buffers buffers_;
    std::shared_ptr<const model::Config> config_;  // that the supervisor has handed over
    Beginning beginning_;
    agent::Agent agent_;
    std::optional<os::LifeSign> life_sign_;
    std::optional<HooksLink> hooks_;
    std::optional<Executor> executor_;
    std::optional<os::KernelMirror> mirror_;
    std::shared_ptr<void> listening_;  // to signals
    std::optional<os::Timer> timer_;
    std::optional<os::Timer> mirror_timer_;  // armed: the kernel's notifications are opened again then
    std::optional<WorkerDesk> desk_;
    std::optional<os::RefusedCalls> refused_calls_;
    std::optional<Instant> armed_;
    std::optional<microseconds> wall_offset_;  // that the agent knows
    Instant now_;                              // of this turn
    bool ready_ = false;
};

std::expected<void, os::SysError> Worker::open_mirror() {
    os::KernelMirrorHandlers handlers;
    handlers.changed = [this](std::span<const wire::RtnlMessage> messages) { on_kernel(messages); };
    handlers.resync_started = [] {};
    handlers.resynchronised = [this](const os::KernelPicture& picture) { on_picture(picture); };
    handlers.failed = [this](const os::SysError& error) { on_mirror_failed(error); };
    auto mirror = os::KernelMirror::open(
        loop_, std::move(handlers),
        receive_buffer(buffers_.vrrp_monitor).value_or(os::KernelMirror::kDefaultReceiveBuffer));
    if (!mirror) return std::unexpected(mirror.error());
    mirror_.emplace(*std::move(mirror));
    return {};
}

std::expected<void, os::SysError> Worker::open() {
    const std::array numbers{SIGTERM, SIGINT,       SIGHUP,       SIGUSR1,
                             SIGUSR2, SIGRTMAX - 1, SIGRTMIN + 2, leave_signal()};
    auto listening = place_->listen(loop_, numbers, [this](int number) { on_signal(number); });
    if (!listening) return std::unexpected(listening.error());
    listening_ = *std::move(listening);
    auto timer = os::Timer::open(loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    if (const auto opened = sums_.open(); !opened) return opened;
    auto mirror_timer = os::Timer::open(loop_, [this] { reopen_mirror(); });
    if (!mirror_timer) return std::unexpected(mirror_timer.error());
    mirror_timer_.emplace(*std::move(mirror_timer));
    hooks_.emplace(loop_, *log_, std::move(link_.hooks), link_.number,
                   [this](const agent::Event& event) { on_event(event); });
    auto executor =
        Executor::open(loop_, *log_, {buffers_, std::move(provisions_.settings_file), &*hooks_},
                       {.deliver = [this](const agent::Event& event) { on_event(event); },
                        .hear = [this](const agent::PacketHeard& packet,
                                       const os::ReceivedPacket& received) { hear(packet, received); },
                        .all_heard = [this] { rest(); },
                        .read_kernel =
                            [this] {
                                if (mirror_) mirror_->resynchronise();
                            },
                        .finished = [this] { loop_.stop(); },
                        .tell = [this](const ctl::News& news) { desk_->tell(news); }});
    if (!executor) return std::unexpected(executor.error());
    executor_.emplace(*std::move(executor));
    desk_.emplace(loop_, std::move(link_.questions), agent_,
                  WorkerDesk::Handlers{[this] { return reload(); },
                                       [this](const agent::Event& event) { on_event(event); },
                                       [this](ctl::LogLevel level) { log_->set_level(os_level(level)); }});
    life_sign_.emplace(loop_, std::move(link_.life_line));
    provisions_.recorder.begin(agent_);
    begin();
    const auto opened = open_mirror();
    if (opened) notice_lost_parent();
    return opened;
}

void Worker::tell_of(os::UniqueFd refused_calls) {
    refused_calls_.emplace(loop_, std::move(refused_calls), [this](const std::string& call) {
        log_->write("call-refused", os::LogLevel::Error,
                    fmt::format("the system call {} is not among those that the vrrp process may make, and "
                                "has failed; please report this. --no-sandbox allows it",
                                call));
    });
}

// Whoever goes on has the orders already; but the files may have been read again just before its predecessor
// died.
void Worker::begin() {
    if (!beginning_.goes_on) {
        if (!link_.orders.empty()) on_event(agent::OrdersInherited{std::move(link_.orders)});
        return;
    }
    on_event(
        agent::PredecessorDied{std::max(*beginning_.goes_on, link_.predecessor_at_work.value_or(Instant{}))});
    if (agent_.config() != *config_) on_event(agent::ConfigLoaded{config_});
}

void Worker::on_event(const agent::Event& event) {
    read_clocks();
    take_turn(event);
    announce_at_once();
    rest();
}

// The kernel answers a change within the call, and what is in place is announced then: without a look at the
// loop's other news between, unless something is due.
void Worker::announce_at_once() {
    if (!executor_->has_answer()) return;
    read_clocks();
    const std::optional<Instant> due = agent_.deadline();
    if (!due || *due > now_) take_turn(*executor_->take_answer());
}

// What came together is heard at one time, and we rest after all of it: most of it leads to no orders.
void Worker::hear(const agent::PacketHeard& packet, const os::ReceivedPacket& received) {
    if (!received.together) read_clocks(received.arrived);
    if (take_turn(packet)) rest();
}

// Until the next event.
void Worker::rest() {
    arm();
    life_sign_->show(now_);
}

// The event is written down before anything can go wrong with it, and the rest when all is done.
// Whether there was anything to do.
bool Worker::take_turn(const agent::Event& event, std::optional<Instant> not_before) {
    provisions_.recorder.told(event, now_);
    const std::span<const agent::Action> actions = agent_.handle(event, now_);
    const std::optional<Instant> due = agent_.deadline();
    if (not_before) os::await_closely(*not_before);
    executor_->run(actions, due && *due <= now_);
    provisions_.recorder.ordered(agent_, actions, now_, WallTime{now_.time_since_epoch() + *wall_offset_});
    return !actions.empty();
}

// Signed adverts carry the date, which somebody may set or slow down at any time.
void Worker::read_clocks(std::optional<WallTime> arrived) {
    const Clocks read{os::now(), os::wall_time()};
    now_ = arrival(read, arrived, now_);
    const WallTime wall = read.wall;
    const microseconds offset = wall.time_since_epoch() - read.now.time_since_epoch();
    if (wall_offset_ && std::chrono::abs(offset - *wall_offset_) < kClocksApart) return;
    wall_offset_ = offset;
    take_turn(agent::WallClockRead{wall});
}

// If we are late, adverts may be waiting that came in time: our own delay must not be taken for their
// sender's silence. Whoever is about to take over decides on all of it a moment before, and does it when its
// time has come.
void Worker::on_timer() {
    const std::optional<Instant> due = std::exchange(armed_, std::nullopt);
    if (due && os::now() - *due > kLate) executor_->hear_waiting();
    read_clocks();
    const bool is_early = due && agent_.takes_over_next() && *due > now_ && *due - now_ <= kHeadStart;
    if (is_early) now_ = *due;
    take_turn(agent::TimeReached{}, is_early ? due : std::nullopt);
    announce_at_once();
    rest();
}

void Worker::arm() {
    const std::optional<Instant> due = agent_.deadline();
    if (due == armed_) return;
    armed_ = due;
    if (due) {
        timer_->arm(agent_.takes_over_next() ? *due - kHeadStart : *due);
    } else {
        timer_->disarm();
    }
}

void Worker::on_kernel(std::span<const wire::RtnlMessage> messages) {
    for (const wire::RtnlMessage& message : messages) {
        if (options_->address_monitoring) log_address(message);
        std::visit(overloaded{
                       [&](const wire::LinkHeard& m) { on_event(agent::LinkSeen{m.link}); },
                       [&](const wire::LinkRemoved& m) { on_event(agent::LinkVanished{m.index}); },
                       [&](const wire::AddressHeard& m) { on_event(agent::AddressSeen{m.address}); },
                       [&](const wire::AddressRemoved& m) { on_event(agent::AddressVanished{m.address}); },
                       [&](const wire::RouteHeard& m) { on_event(agent::RouteSeen{m.route, m.replaces}); },
                       [&](const wire::RouteRemoved& m) { on_event(agent::RouteVanished{m.route}); },
                       [&](const wire::RuleHeard& m) { on_event(agent::RuleSeen{m.rule}); },
                       [&](const wire::RuleRemoved& m) { on_event(agent::RuleVanished{m.rule}); },
                       [](const wire::Answer&) {},
                       [](const wire::DumpEnded&) {},
                   },
                   message);
    }
}

void Worker::log_address(const wire::RtnlMessage& message) {
    const auto write = [this](const net::InterfaceAddress& address, std::string_view what) {
        const std::string link =
            os::link_name(address.link).value_or("interface " + std::to_string(address.link.value));
        const std::string prefix = address.prefix.to_string();
        log_->write("address-reported", os::LogLevel::Info,
                    fmt::format("Netlink reports {} {} {}", prefix, what, link),
                    {{"interface", link}, {"address", prefix}});
    };
    if (const auto* const heard = std::get_if<wire::AddressHeard>(&message))
        write(heard->address, "added to");
    if (const auto* const removed = std::get_if<wire::AddressRemoved>(&message))
        write(removed->address, "removed from");
}

void Worker::on_picture(const os::KernelPicture& picture) {
    on_event(agent::KernelPictured{picture.links, picture.addresses, picture.routes, picture.rules});
    if (std::exchange(ready_, true)) return;
    executor_->give_back_leftovers();
    if (link_.cleans_up) return on_event(agent::StopAsked{});
    os::signal_through(link_.ready_writer);
}

void Worker::on_mirror_failed(const os::SysError& error) {
    log_->write("kernel-news-lost", os::LogLevel::Error,
                error.to_string() + ": opening the kernel's notifications again");
    mirror_timer_->arm(os::now() + kMirrorAgain);
}

void Worker::reopen_mirror() {
    const auto opened = open_mirror();
    if (opened) return;
    log_->write("kernel-news-not-opened", os::LogLevel::Critical, opened.error().to_string());
    mirror_timer_->arm(os::now() + kMirrorAgain);
}

// The kernel sends no signal for a parent that died before we asked for it, and the one that came before we
// listened is lost.
void Worker::notice_lost_parent() {
    if (place_->has_outlived_supervisor()) on_signal(SIGTERM);
}

void Worker::on_signal(int number) {
    if (number == leave_signal()) leave();
    // The supervisor reads and writes the files, whoever of us got the signal.
    if (number != SIGTERM && number != SIGINT) return desk_->tell(ctl::SignalCame{number});
    if (number == SIGINT && options_->ignore_interrupt) return;
    on_event(agent::StopAsked{options_->keep_addresses});
}

// All that was begun is recorded, and all that was ordered is on its way.
void Worker::leave() {
    on_event(agent::TimeReached{});  // so that whoever goes on knows for how long we have listened
    executor_->catch_up();
    hooks_->leave_pipes();
    hooks_->finish();
    std::_Exit(EXIT_SUCCESS);
}

std::expected<void, std::string> Worker::reload() {
    auto config = taken_over(link_.handover, agent_.config());
    if (!config) {
        const std::string message = config.error() + ": going on with the old configuration";
        log_->write("reload-not-taken", os::LogLevel::Error, message);
        return std::unexpected(message);
    }
    hooks_->forget_users();
    os::name_process(worker_name((*config)->globals.processes));
    buffers_ = (*config)->globals.buffers;  // of what is opened from now on
    on_event(agent::ConfigLoaded{*std::move(config)});
    return {};
}

}  // namespace

int leave_signal() { return SIGRTMIN + 3; }

int run_worker(const Options& options, std::shared_ptr<const model::Config> config, os::Log& log, Link link,
               Place& place) {
    Provisions provisions = provide(options, *config, link.predecessor_since, link.memory, log);
    auto refused = place.give_up_rights(options, *config, link.host, log);
    place.outlive_supervisor_by(SIGTERM);
    Worker worker{options, config, log, std::move(link), place, std::move(provisions)};
    if (refused) worker.tell_of(*std::move(refused));
    if (const auto opened = worker.open(); !opened) {
        log.write("worker-not-opened", os::LogLevel::Critical, opened.error().to_string());
        return kInternalFailure;
    }
    worker.run();
    return 0;
}

}  // namespace understudy::daemon
