#include "command_status.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr Option kStatusOptions[] = {kSocket, kJson};

int status(const Arguments& arguments, Console& console) {
    ctl::Status asked;
    if (!arguments.words.empty()) asked.instance = arguments.words.front();
    return ask_and_show(arguments, asked, console);
}

}  // namespace

constinit const Command kStatus{
    .name = "status",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Show what the instances do, and since when",
    .details =
        "Asks the running daemon: state, priority, addresses wanted and present, what is\n"
        "tracked and how it last was, and what an instance in FAULT is waiting for.",
    .options = kStatusOptions,
    .run = status};

}  // namespace understudy::cli
