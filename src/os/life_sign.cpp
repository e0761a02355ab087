#include "understudy/os/life_sign.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/process.hpp"

#include "alarm.hpp"
#include "readiness.hpp"

namespace understudy::os {

namespace {

// None: nobody has asked.
std::optional<milliseconds> take_question(const UniqueFd& question) {
    std::uint64_t rest = 0;
    if (::read(question.get(), &rest, sizeof rest) != sizeof rest) return std::nullopt;
    return milliseconds{rest};
}

}  // namespace

struct LifeSign::State : std::enable_shared_from_this<LifeSign::State> {
    explicit State(LifeLine its_line) : line(std::move(its_line)) {}

    void watch(Loop& loop) {
        readiness.emplace(loop, line.question.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_question();
        });
    }

    void on_question() {
        const auto asked = take_question(line.question);
        if (!asked) return;  // it was taken back
        rest = *asked;
        show(now());
    }

    void show(Instant when) {
        set_alarm(line.alarm, when + rest);
        again = when + rest / 2;
    }

    LifeLine line;
    std::optional<Readiness> readiness;
    milliseconds rest{0};
    Instant again = Instant::max();  // a sign of life is due then, not before
};

LifeSign::LifeSign(Loop& loop, LifeLine line) : state_(std::make_shared<State>(std::move(line))) {
    state_->watch(loop);
}
LifeSign::LifeSign(LifeSign&&) noexcept = default;

LifeSign::~LifeSign() {
    if (state_) state_->readiness.reset();
}

void LifeSign::show(Instant now) {
    if (now >= state_->again) state_->show(now);
}

struct LifeWatch::State : std::enable_shared_from_this<LifeWatch::State> {
    State(LifeLine its_line, std::move_only_function<void()> callback)
        : line(std::move(its_line)), rang(std::move(callback)) {}

    void watch(Loop& loop) {
        readiness.emplace(loop, line.alarm.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_alarm();
        });
    }

    void on_alarm() {
        if (has_rung(line.alarm)) rang();
    }

    LifeLine line;
    std::move_only_function<void()> rang;
    std::optional<Readiness> readiness;
};

std::expected<LifeWatch, SysError> LifeWatch::open(Loop& loop, std::move_only_function<void()> rang) {
    auto alarm = make_alarm();
    if (!alarm) return std::unexpected(alarm.error());
    UniqueFd question{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!question) return std::unexpected(SysError::last("make a question for another process"));
    auto state = std::make_shared<State>(LifeLine{*std::move(alarm), std::move(question)}, std::move(rang));
    state->watch(loop);
    return LifeWatch{std::move(state)};
}

LifeWatch::LifeWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}
LifeWatch::LifeWatch(LifeWatch&&) noexcept = default;

LifeWatch::~LifeWatch() {
    if (state_) state_->readiness.reset();
}

std::expected<LifeLine, SysError> LifeWatch::line() const {
    auto alarm = copy_of(state_->line.alarm);
    if (!alarm) return std::unexpected(alarm.error());
    auto question = copy_of(state_->line.question);
    if (!question) return std::unexpected(question.error());
    return LifeLine{*std::move(alarm), *std::move(question)};
}

void LifeWatch::ask(milliseconds rest, Instant until) {
    UNDERSTUDY_ASSERT(rest > milliseconds{0});
    take_question(state_->line.question);
    set_alarm(state_->line.alarm, until);  // before the answer, which puts it off
    const auto value = static_cast<std::uint64_t>(rest.count());
    const ssize_t written = ::write(state_->line.question.get(), &value, sizeof value);
    UNDERSTUDY_ASSERT(written == sizeof value);
}

bool LifeWatch::is_answered() const {
    pollfd question{.fd = state_->line.question.get(), .events = POLLIN, .revents = 0};
    return ::poll(&question, 1, 0) == 0;
}

void LifeWatch::end() {
    take_question(state_->line.question);
    silence_alarm(state_->line.alarm);
}

}  // namespace understudy::os
