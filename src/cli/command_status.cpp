#include "command_status.hpp"

#include <optional>
#include <string>
#include <utility>

#include "control_client.hpp"
#include "subscription.hpp"

namespace understudy::cli {

namespace {

constexpr Option kWatch{.name = "watch",
                        .letter = 'w',
                        .meaning = "show it again every second, and at once when something happens"};
constexpr Option kStatusOptions[] = {kWatch, kSocket, kJson};
constexpr milliseconds kBetweenPictures{1000};
constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J\x1b[3J";

int show_status(const Arguments& arguments, Console& console) {
    ctl::Status asked;
    if (!arguments.words.empty()) asked.instance = arguments.words.front();
    return ask_and_show(arguments, asked, console);
}

// The time between two pictures, shorter if the daemon tells that something has happened.
class Pause {
public:
    explicit Pause(std::string socket) : socket_(std::move(socket)) {}

    void wait() {
        if (!news_) subscribe();
        if (!news_) return pause_for(kBetweenPictures);
        const auto entries = news_->wait(kBetweenPictures);
        if (entries && entries->empty()) return;
        // One event seldom comes alone.
        wait_a_moment();
        if (!entries || !news_->wait(milliseconds{0})) news_.reset();
    }

private:
    void subscribe() {
        if (auto opened = Subscription::open(socket_, {}, kPatience)) news_.emplace(*std::move(opened));
    }

    std::string socket_;
    std::optional<Subscription> news_;
};

// A daemon that does not answer may be back with the next picture.
int watch(const Arguments& arguments, Console& console) {
    Pause pause{arguments.value("socket").value_or(kDefaultSocket)};
    for (;;) {
        if (console.colour) console.out << kClearScreen;
        show_status(arguments, console);
        if (!console.colour) console.out << "\n";
        if (!console.out.flush()) return kFailed;
        pause.wait();
    }
}

int status(const Arguments& arguments, Console& console) {
    return arguments.has("watch") ? watch(arguments, console) : show_status(arguments, console);
}

}  // namespace

constinit const Command kStatus{
    .name = "status",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Show what the instances do, and since when",
    .details =
        "Asks the running daemon: state and why, priority, addresses wanted and present, other\n"
        "routers that are heard and what does not match, what is tracked and how it last was,\n"
        "what an instance in FAULT is waiting for, and the sync groups.",
    .options = kStatusOptions,
    .run = status};

}  // namespace understudy::cli
