#include "understudy/os/process_watch.hpp"

#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/unique_fd.hpp"

#include "proc_folder.hpp"
#include "process_connector.hpp"
#include "readiness.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kMostProcessesInATurn = 32;  // so that scripts are not late on a host with many
constexpr seconds kPollAgain{1};

}  // namespace

struct ProcessWatch::State : std::enable_shared_from_this<ProcessWatch::State> {
    State(Loop& the_loop, Handlers the_handlers, std::optional<ReceiveBuffer> the_buffer)
        : loop(the_loop), handlers(std::move(the_handlers)), buffer(the_buffer) {}

    std::expected<void, SysError> begin() {
        auto opened = Timer::open(loop, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->poll_again();
        });
        if (!opened) return std::unexpected(opened.error());
        timer.emplace(*std::move(opened));
        auto connector = open_process_connector(buffer);
        if (!connector) {
            why_polling = connector.error().to_string();
        } else {
            fd = *std::move(connector);
            readiness.emplace(loop, fd.get(), [weak = weak_from_this()] {
                if (const auto self = weak.lock()) self->on_ready();
            });
        }
        return {};
    }

    void on_ready() {
        read_process_news(fd.get(), [this](const ProcessNews& news) {
            if (!stopped) hear(news);
        });
        if (!stopped) handlers.settled();
    }

    void hear(const ProcessNews& news) {
        std::visit(overloaded{
                       [&](const ConnectorAnswered& answer) { connected(answer); },
                       [&](const ProcessChanged& changed) { tell(changed.pid); },
                       [&](const ProcessEnded& ended) { handlers.ended(ended.pid); },
                       [&](const NewsLost&) { look_through(); },
                   },
                   news);
    }

    // What began between a look at /proc and this answer has not been told.
    void connected(const ConnectorAnswered& answer) {
        if (answer.error != 0) {
            why_polling = SysError{"listen to the process connector", answer.error}.to_string();
            return;
        }
        if (std::exchange(is_told, true)) return;
        look_through();
    }

    void tell(std::uint32_t pid) {
        const auto process = read_process(pid, with_command_lines);
        if (process) {
            handlers.runs(*process);
        } else {
            handlers.ended(pid);
        }
    }

    void look_through() {
        pids = running_pids();
        next = 0;
        const std::uint64_t mine = ++round;
        boost::asio::post(loop, [weak = weak_from_this(), mine] {
            if (const auto self = weak.lock(); self && self->round == mine) self->look_on();
        });
    }

    void look_on() {
        for (std::size_t i = 0; i < kMostProcessesInATurn && next < pids.size() && !stopped; ++i)
            tell(pids[next++]);
        if (stopped) return;
        if (next < pids.size()) {
            boost::asio::post(loop, [weak = weak_from_this(), mine = round] {
                if (const auto self = weak.lock(); self && self->round == mine) self->look_on();
            });
            return;
        }
        // Those of now: what has begun since the look did is known by its news.
        handlers.looked_through(running_pids());
        if (!stopped) handlers.settled();
        if (!stopped && !is_told) timer->arm(now() + kPollAgain);
    }

    void poll_again() {
        if (is_told) return;
        if (!std::exchange(has_said_polling, true)) handlers.polling(why_polling);
        if (!stopped) look_through();
    }

    void stop() {
        stopped = true;
        ++round;
        readiness.reset();
        timer.reset();
    }

    Loop& loop;
    Handlers handlers;
    std::optional<ReceiveBuffer> buffer;  // of the connector
    UniqueFd fd;
    std::optional<Readiness> readiness;  // after the descriptor it watches
    std::optional<Timer> timer;
    std::vector<std::uint32_t> pids;  // of the present look through /proc
    std::size_t next = 0;
    std::uint64_t round = 0;
    std::string why_polling = "the kernel's process connector does not answer in this namespace";
    bool with_command_lines = false;
    bool is_told = false;  // by the connector
    bool has_said_polling = false;
    bool stopped = false;
};

std::expected<ProcessWatch, SysError> ProcessWatch::open(Loop& loop, Handlers handlers,
                                                         std::optional<ReceiveBuffer> buffer) {
    auto state = std::make_shared<State>(loop, std::move(handlers), buffer);
    if (auto begun = state->begin(); !begun) return std::unexpected(begun.error());
    return ProcessWatch{std::move(state)};
}

ProcessWatch::ProcessWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}
ProcessWatch::ProcessWatch(ProcessWatch&&) noexcept = default;

ProcessWatch& ProcessWatch::operator=(ProcessWatch&& other) noexcept {
    ProcessWatch old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

ProcessWatch::~ProcessWatch() {
    if (state_) state_->stop();
}

void ProcessWatch::look_again(bool with_command_lines) {
    state_->with_command_lines = with_command_lines;
    state_->look_through();
}

}  // namespace understudy::os
