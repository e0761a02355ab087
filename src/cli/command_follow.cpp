#include "command_follow.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/ctl/history.hpp"
#include "understudy/os/clock.hpp"

#include "control_client.hpp"
#include "history_text.hpp"
#include "subscription.hpp"
#include "when.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kFollowSince{
    .name = "since", .argument = "WHEN", .meaning = "first what happened from then on: 2h, 22:15, yesterday"};
constexpr Option kFollowJson{.name = "json", .meaning = "print a JSON object a line instead of text"};
constexpr Option kFollowOptions[] = {kFollowSince, kSocket, kFollowJson};
constexpr milliseconds kBetweenTries{1000};
constexpr std::chrono::hours kLongestWait{1};  // that one wait is; the next follows

class Follower {
public:
    Follower(std::string socket, ctl::HistoryFilter wanted, bool as_json, Console& console)
        : socket_(std::move(socket)), wanted_(std::move(wanted)), as_json_(as_json), console_(&console) {}

    // Until nobody reads what it writes.
    int run() {
        auto subscription = subscribe();
        if (!subscription) {
            console_->err << "understudyctl: " << subscription.error() << "\n";
            return kFailed;
        }
        if (wanted_.since) catch_up();
        for (;;) {
            const std::string problem = listen(*subscription);
            if (!console_->out) return kFailed;
            console_->err << "understudyctl: " << problem << "; waiting for a daemon that answers\n";
            if (!wanted_.since) wanted_.since = os::wall_time();
            do {
                pause_for(kBetweenTries);
                subscription = subscribe();
            } while (!subscription);
            catch_up();
        }
    }

private:
    [[nodiscard]] std::expected<Subscription, std::string> subscribe() const {
        return Subscription::open(socket_, ctl::Subscribe{wanted_.instance}, kPatience);
    }

    // Gives why no more is told.
    std::string listen(Subscription& subscription) {
        for (;;) {
            const auto entries = subscription.wait(kLongestWait);
            if (!entries) return entries.error();
            for (const json& entry : *entries)
                if (!is_known(entry)) show(entry);
            if (!console_->out.flush()) return "nobody reads this";
        }
    }

    // What has happened before we listened. Of that, what is told in a moment is told once.
    void catch_up() {
        const auto answer = ask(socket_, ctl::History{wanted_.instance, wanted_.since}, kPatience);
        if (!answer || !answer->is_object()) return;
        json entries = answer->value("entries", json::array());
        const auto last = std::ranges::find(entries, last_);
        for (auto entry = last == entries.end() ? entries.begin() : std::next(last); entry != entries.end();
             ++entry) {
            show(*entry);
            caught_up_.push_back(std::move(*entry));
        }
        console_->out.flush();
    }

    bool is_known(const json& entry) {
        const auto known = std::ranges::find(caught_up_, entry);
        if (known == caught_up_.end()) {
            caught_up_.clear();  // all that comes now is later
            return false;
        }
        caught_up_.erase(caught_up_.begin(), std::next(known));
        return true;
    }

    void show(const json& entry) {
        const auto known = ctl::history_entry(entry);
        if (as_json_)
            console_->out << entry.dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
        else if (known)
            console_->out << history_text(std::span{&*known, 1});
        if (known) wanted_.since = known->at;
        last_ = entry;
    }

    std::string socket_;
    ctl::HistoryFilter wanted_;
    bool as_json_;
    Console* console_;
    json last_;                   // that was shown
    std::deque<json> caught_up_;  // may be told once more
};

int follow(const Arguments& arguments, Console& console) {
    ctl::HistoryFilter wanted;
    if (!arguments.words.empty()) wanted.instance = arguments.words.front();
    if (const auto since = arguments.value("since")) {
        wanted.since = parse_when(*since, os::wall_time());
        if (!wanted.since) {
            console.err << "understudyctl: " << quote(*since) << " is no time: " << kWhenForms << "\n";
            return kBadUsage;
        }
    }
    return Follower{arguments.value("socket").value_or(kDefaultSocket), std::move(wanted),
                    arguments.has("json"), console}
        .run();
}

}  // namespace

constinit const Command kFollow{
    .name = "follow",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Tell what happens as it happens, and why",
    .details =
        "Each entry of the history the moment it is made, until interrupted: changes of roles and\n"
        "priorities, faults, repairs, reloads, orders. It goes on when the daemon is started again,\n"
        "and then tells first what it has missed. With --json each line is an object of its own.",
    .options = kFollowOptions,
    .run = follow};

}  // namespace understudy::cli
