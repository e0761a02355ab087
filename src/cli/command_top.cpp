#include "command_top.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "understudy/os/clock.hpp"

#include "control_client.hpp"
#include "screen.hpp"
#include "subscription.hpp"
#include "top_frame.hpp"

namespace understudy::cli {

namespace {

constexpr Option kTopOptions[] = {kSocket};
constexpr milliseconds kBetweenLooks{1000};
constexpr milliseconds kLeastBetweenLooks{250};  // however much happens
constexpr seconds kTopPatience{3};               // a daemon that hangs must not keep q from working
constexpr std::chrono::hours kShown{24};         // of history

nlohmann::json list_in(const nlohmann::json& answer, const char* key) {
    const auto found = answer.is_object() ? answer.find(key) : answer.end();
    return found == answer.end() ? nlohmann::json::array() : *found;
}

class Top {
public:
    Top(std::string socket, Screen screen) : socket_(std::move(socket)), screen_(std::move(screen)) {}

    void run() {
        for (;;) {
            if (os::now() >= look_at_) look();
            screen_.draw(top_frame(view_, screen_.size()));
            const auto left = std::chrono::ceil<milliseconds>(look_at_ - os::now());
            switch (screen_.wait(std::max(left, milliseconds{1}), news_ ? news_->descriptor() : -1)) {
                case Key::Quit:
                    return;
                case Key::Up:
                    view_.first -= view_.first > 0 ? 1 : 0;
                    break;
                case Key::Down:
                    view_.first = std::min(view_.first + 1, view_.instances.size());
                    break;
                case Key::None:
                case Key::Redraw:
                    break;
            }
            hear();
        }
    }

private:
    void look() {
        // A look that came early says nothing of how many adverts there are in a second.
        const bool early = std::exchange(early_, false);
        look_at_ = os::now() + kBetweenLooks;
        const auto status = ask(socket_, ctl::Status{}, kTopPatience);
        view_.problem = status ? "" : status.error();
        view_.at = os::wall_time();
        if (!status) return;
        const Instant now = os::now();
        const double passed = last_ && !early ? std::chrono::duration<double>(now - *last_).count() : 0;
        last_ = now;
        learn(view_, list_in(*status, "instances"), passed);
        look_back();
    }

    // Once, for the daemon tells from then on what happens; again and again if it does not.
    void look_back() {
        if (news_) return;
        if (auto opened = Subscription::open(socket_, {}, kTopPatience)) news_.emplace(*std::move(opened));
        const auto history = ask(socket_, ctl::History{std::nullopt, view_.at - kShown}, kTopPatience);
        if (history) view_.entries = list_in(*history, "entries");
    }

    void hear() {
        if (!news_) return;
        auto entries = news_->wait(milliseconds{0});
        if (!entries) return news_.reset();
        if (entries->empty()) return;
        learn_news(view_, *std::move(entries));
        early_ = true;
        look_at_ = std::min(look_at_, last_.value_or(os::now()) + kLeastBetweenLooks);
    }

    std::string socket_;
    Screen screen_;
    TopView view_;
    std::optional<Subscription> news_;
    std::optional<Instant> last_;
    Instant look_at_;  // at once
    bool early_ = false;
};

int top(const Arguments& arguments, Console& console) {
    auto screen = Screen::open();
    if (!screen) {
        console.err << "understudyctl: " << screen.error() << "\n";
        return kFailed;
    }
    Top{arguments.value("socket").value_or(kDefaultSocket), *std::move(screen)}.run();
    return kDone;
}

}  // namespace

constinit const Command kTop{
    .name = "top",
    .meaning = "Watch roles, adverts, trackers and events on the whole screen",
    .details =
        "Once a second, and when something happens: each instance with its state, priority in effect\n"
        "and as configured, master, adverts sent and heard a second, addresses present, and what is\n"
        "bad of the things tracked; below, what has happened within a day, the newest first. Arrows\n"
        "scroll, q quits. It goes on while the daemon does not answer, and says so.",
    .options = kTopOptions,
    .run = top};

}  // namespace understudy::cli
