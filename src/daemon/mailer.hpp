// Sends the letters of the vrrp process. Each is taken to the mail server by a process of its own, which may
// wait for names and servers, lives for a bounded time, and has no privileges; neither the vrrp process nor
// the supervisor ever waits for mail.
#pragma once

#include <sys/types.h>

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "understudy/ctl/news.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/sys_error.hpp"

#include "mail_queue.hpp"
#include "parts.hpp"

namespace understudy::daemon {

// In the process that is made for this letter: delivers it, tells the log, and gives the exit status that
// Mailer understands.
[[nodiscard]] int deliver_mail(const model::Mail& settings, const ctl::MailWanted& letter, os::Log& log,
                               Place& place);

class Mailer {
public:
    // Makes that process; gives its id.
    using Start = std::function<std::expected<pid_t, os::SysError>(const ctl::MailWanted& letter)>;

    Mailer(os::Loop& loop, os::Log& log, Parts& parts, Start start)
        : loop_(&loop), log_(&log), parts_(&parts), start_(std::move(start)) {}
    Mailer(const Mailer&) = delete;

    [[nodiscard]] std::expected<void, os::SysError> open();
    void add(ctl::MailWanted letter);
    // False: that process is none of ours.
    bool ended(const os::ProcessEnd& end);
    // Calls back once nothing is left to be sent. What fails now, or takes longer than this, is given up with
    // all the rest.
    void finish(seconds patience, std::function<void()> done);
    // But for the one that is under way, whose process goes on whatever becomes of ours.
    [[nodiscard]] std::vector<ctl::MailWanted> waiting() const { return queue_.waiting(); }
    // In a forked process: forgets everything.
    void abandon() { timer_.reset(); }

private:
    void go_on();
    void arm();
    void settle();
    void give_up();

    os::Loop* loop_;
    os::Log* log_;
    Parts* parts_;
    Start start_;
    MailQueue queue_;
    std::optional<os::Timer> timer_;
    pid_t process_ = 0;
    std::optional<Instant> patience_ends_;  // set by finish()
    std::function<void()> done_;
    bool over_ = false;
};

}  // namespace understudy::daemon
