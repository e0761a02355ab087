#include "command_log_level.hpp"

#include <fmt/format.h>

#include "understudy/base/text.hpp"

#include "control_client.hpp"

namespace understudy::cli {

namespace {

constexpr Option kLogLevelOptions[] = {kSocket};

int log_level(const Arguments& arguments, Console& console) {
    const std::string& word = arguments.words.front();
    const auto level = ctl::parse_log_level(word);
    if (!level) {
        console.err << fmt::format(
            "understudyctl: {} is no level: debug, info, notice, warning, error or critical\n", quote(word));
        return kBadUsage;
    }
    const auto answer = ask(arguments, ctl::SetLogLevel{*level}, console);
    if (!answer) return answer.error();
    console.out << "until it ends, the daemon logs what is of level " << word << " or above\n";
    return kDone;
}

}  // namespace

constinit const Command kLogLevel{
    .name = "log-level",
    .words = {.synopsis = "LEVEL", .least = 1, .most = 1},
    .meaning = "Let the daemon log more, or less",
    .details =
        "LEVEL is debug, info, notice, warning, error or critical: what is less important is not\n"
        "logged. It lasts over a reload and a crash of the vrrp process, until the daemon ends.",
    .options = kLogLevelOptions,
    .run = log_level};

}  // namespace understudy::cli
