#include "command_status.hpp"

#include <poll.h>

#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr Option kWatch{
    .name = "watch", .letter = 'w', .meaning = "show it again every second, until interrupted"};
constexpr Option kStatusOptions[] = {kWatch, kSocket, kJson};
constexpr int kBetweenPicturesInMilliseconds = 1000;
constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J\x1b[3J";

int show_status(const Arguments& arguments, Console& console) {
    ctl::Status asked;
    if (!arguments.words.empty()) asked.instance = arguments.words.front();
    return ask_and_show(arguments, asked, console);
}

// A daemon that does not answer may be back with the next picture.
int watch(const Arguments& arguments, Console& console) {
    for (;;) {
        if (console.colour) console.out << kClearScreen;
        show_status(arguments, console);
        if (!console.colour) console.out << "\n";
        if (!console.out.flush()) return kFailed;
        ::poll(nullptr, 0, kBetweenPicturesInMilliseconds);
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
