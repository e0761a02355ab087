#include "mailer.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/mail.hpp"
#include "understudy/os/users.hpp"

namespace understudy::daemon {

namespace {

constexpr int kNotNow = 1;
constexpr int kNever = 2;

// A dialogue has a handful of steps, each of which may take as long as is configured; all together may not.
constexpr int kStepsInTime = 4;

MailQueue::Result result_of(const os::ProcessEnd& end) {
    if (end.signalled || (end.number != EXIT_SUCCESS && end.number != kNever))
        return MailQueue::Result::Failed;
    return end.number == kNever ? MailQueue::Result::Refused : MailQueue::Result::Delivered;
}

wire::Letter letter_of(const model::Mail& settings, const ctl::MailWanted& wanted) {
    return {.sender = settings.from.empty() ? os::current_user() + "@" + os::hostname() : settings.from,
            .recipients = settings.recipients,
            .subject = wanted.subject,
            .text = wanted.text,
            .date = os::wall_time()};
}

}  // namespace

int deliver_mail(const model::Mail& settings, const ctl::MailWanted& letter, os::Log& log, Place& place) {
    // Even to ask who we are may take for ever.
    place.live_at_most(settings.connect_timeout * kStepsInTime);
    const wire::Letter whole = letter_of(settings, letter);
    if (const auto dropped = place.become_nobody(); !dropped) {
        log.write("mail-without-rights", os::LogLevel::Warning,
                  "no mail is sent with the rights of root: " + dropped.error().to_string());
        return kNotNow;
    }
    const std::string& helo = settings.helo_name.empty() ? os::hostname() : settings.helo_name;
    const auto delivered = os::deliver(
        {settings.server, settings.port, settings.connect_timeout, settings.connect_timeout * kStepsInTime},
        wire::SmtpDialogue{helo, whole});
    if (delivered) {
        log.write("mail-sent", os::LogLevel::Info, "SMTP alert successfully sent: " + quote(letter.subject));
        return EXIT_SUCCESS;
    }
    log.write("mail-not-sent", os::LogLevel::Warning,
              fmt::format("mail {} is not sent: {}", quote(letter.subject), delivered.error().text));
    return delivered.error().permanent ? kNever : kNotNow;
}

std::expected<void, os::SysError> Mailer::open() {
    auto timer = os::Timer::open(*loop_, [this] {
        if (patience_ends_ && *patience_ends_ <= os::now()) return give_up();
        go_on();
    });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    return {};
}

void Mailer::add(ctl::MailWanted letter) {
    if (!queue_.add(std::move(letter)))
        log_->write("mail-dropped", os::LogLevel::Warning,
                    fmt::format("more than {} mails wait to be sent: the oldest is given up",
                                MailQueue::kMostWaiting));
    go_on();
}

void Mailer::go_on() {
    if (over_) return;
    if (const auto letter = queue_.start(os::now())) {
        const auto started = start_(*letter);
        process_ = started.value_or(0);
        if (!started) {
            log_->write("mail-process-not-started", os::LogLevel::Warning, started.error().to_string());
            queue_.ended(MailQueue::Result::Failed, os::now());
        }
    }
    arm();
}

void Mailer::arm() {
    const auto due = earliest(queue_.deadline(), patience_ends_);
    if (due)
        timer_->arm(*due);
    else
        timer_->disarm();
}

bool Mailer::ended(const os::ProcessEnd& end) {
    if (process_ == 0 || end.process != process_) return false;
    process_ = 0;
    if (end.signalled)
        log_->write("mail-process-ended", os::LogLevel::Warning,
                    end.number == SIGALRM
                        ? std::string{"the mail server takes too long"}
                        : fmt::format("the process that sends mail was killed by signal {}", end.number));
    const MailQueue::Verdict verdict = queue_.ended(result_of(end), os::now());
    if (verdict == MailQueue::Verdict::TryAgain && patience_ends_) {
        give_up();
        return true;
    }
    if (verdict == MailQueue::Verdict::TryAgain)
        log_->write("mail-tried-again", os::LogLevel::Info, "the mail will be tried again");
    if (verdict == MailQueue::Verdict::GivenUp)
        log_->write("mail-given-up", os::LogLevel::Warning, "the mail is given up");
    go_on();
    settle();
    return true;
}

void Mailer::finish(seconds patience, std::function<void()> done) {
    patience_ends_ = os::now() + patience;
    done_ = std::move(done);
    queue_.hurry();
    go_on();
    settle();
}

void Mailer::settle() {
    if (queue_.size() > 0 || !done_) return;
    over_ = true;
    timer_->disarm();
    std::exchange(done_, nullptr)();
}

void Mailer::give_up() {
    if (std::exchange(over_, true)) return;
    parts_->signal(process_, SIGKILL);
    log_->write("mail-abandoned", os::LogLevel::Warning,
                fmt::format("stopping with {} mails that are not sent", queue_.size()));
    timer_->disarm();
    if (done_) std::exchange(done_, nullptr)();
}

}  // namespace understudy::daemon
