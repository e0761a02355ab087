#include "command_history.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "understudy/base/text.hpp"
#include "understudy/ctl/history.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"

#include "control_client.hpp"
#include "history_text.hpp"
#include "when.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kSince{
    .name = "since", .argument = "WHEN", .meaning = "from then on: 2h, 22:15, yesterday, '2026-01-31 22:15'"};
constexpr Option kHistoryFile{.name = "file",
                              .argument = "PATH",
                              .meaning = "read this file instead of asking the daemon",
                              .completion = Completion::Files};
constexpr Option kHistoryOptions[] = {kSince, kHistoryFile, kSocket, kJson};

struct Found {
    std::vector<ctl::HistoryEntry> entries;
    std::size_t unreadable = 0;
    std::string file;
    std::string problem;  // of the daemon with keeping it
};

// The older file first. A file that is not there has nothing.
std::expected<void, std::string> read_into(Found& found, const std::string& path,
                                           const ctl::HistoryFilter& filter) {
    const auto content = os::read_file(path);
    if (!content) return std::unexpected(content.error().error.to_string());
    const ctl::HistoryText text = ctl::parse_history(*content);
    if (text.format == ctl::HistoryFormat::Foreign)
        return std::unexpected(path + " holds something else than a history");
    if (text.format == ctl::HistoryFormat::Newer)
        return std::unexpected(path + " is the history of a newer version of understudy");
    for (const ctl::HistoryEntry& entry : text.entries)
        if (filter.takes(entry)) found.entries.push_back(entry);
    found.unreadable += text.unreadable;
    return {};
}

std::expected<Found, std::string> from_file(const std::string& path, const ctl::HistoryFilter& filter) {
    Found found;
    found.file = path;
    // Most daemons never had so much to keep.
    static_cast<void>(read_into(found, path + ".1", filter));
    if (const auto read = read_into(found, path, filter); !read) return std::unexpected(read.error());
    return found;
}

Found from_answer(const json& answer) {
    Found found;
    const json entries = answer.value("entries", json::array());
    for (const json& one : entries) {
        if (auto entry = ctl::history_entry(one))
            found.entries.push_back(*std::move(entry));
        else
            ++found.unreadable;
    }
    const auto text_at = [&](const char* key) {
        const auto member = answer.find(key);
        return member != answer.end() && member->is_string() ? member->get<std::string>() : std::string{};
    };
    if (const auto lines = answer.find("unreadable_lines");
        lines != answer.end() && lines->is_number_unsigned())
        found.unreadable += lines->get<std::size_t>();
    found.file = text_at("file");
    found.problem = text_at("problem");
    return found;
}

// From the daemon; from its file if it cannot be reached.
std::expected<Found, std::string> look_up(const Arguments& arguments, const ctl::HistoryFilter& filter,
                                          Console& console) {
    if (const auto path = arguments.value("file")) return from_file(*path, filter);
    const std::string socket = arguments.value("socket").value_or(kDefaultSocket);
    const auto answer = ask_or_say_why(socket, ctl::History{filter.instance, filter.since}, kPatience);
    if (answer) return answer->is_object() ? from_answer(*answer) : Found{};
    if (answer.error().by_daemon) return std::unexpected(answer.error().text);
    const std::string path = history_file_beside(socket);
    auto found = from_file(path, filter);
    if (!found)
        return std::unexpected(answer.error().text +
                               "\nunderstudyctl: nor is there a file: " + found.error());
    console.err << fmt::format("understudyctl: {}\nThe daemon does not answer; this is what {} holds.\n",
                               answer.error().text, path);
    return found;
}

void tell(const Found& found, Console& console) {
    console.out << (found.entries.empty() ? "nothing has happened\n" : history_text(found.entries));
    if (found.unreadable > 0)
        console.err << fmt::format("understudyctl: {} lines could not be read and are left out\n",
                                   found.unreadable);
    if (!found.problem.empty())
        console.err << fmt::format("understudyctl: the daemon cannot keep its history: {}\n", found.problem);
}

void tell_json(const Found& found, Console& console) {
    json entries = json::array();
    for (const ctl::HistoryEntry& entry : found.entries) entries.push_back(ctl::to_json(entry));
    console.out << json{{"entries", std::move(entries)},
                        {"unreadable_lines", found.unreadable},
                        {"file", found.file.empty() ? json(nullptr) : json(found.file)},
                        {"problem", found.problem.empty() ? json(nullptr) : json(found.problem)}}
                       .dump(2, ' ', false, json::error_handler_t::replace)
                << "\n";
}

int history(const Arguments& arguments, Console& console) {
    ctl::HistoryFilter filter;
    if (!arguments.words.empty()) filter.instance = arguments.words.front();
    if (const auto since = arguments.value("since")) {
        filter.since = parse_when(*since, os::wall_time());
        if (!filter.since) {
            console.err << "understudyctl: " << quote(*since) << " is no time: " << kWhenForms << "\n";
            return kBadUsage;
        }
    }
    const auto found = look_up(arguments, filter, console);
    if (!found) {
        console.err << "understudyctl: " << found.error() << "\n";
        return kFailed;
    }
    if (arguments.has("json"))
        tell_json(*found, console);
    else
        tell(*found, console);
    return kDone;
}

}  // namespace

std::string history_file_beside(const std::string& socket) {
    constexpr std::string_view kDirectory = "/run/understudy/";
    constexpr std::string_view kName = "control.sock";
    constexpr std::string_view kEnd = ".sock";
    std::string_view stem = socket;
    if (stem.starts_with(kDirectory) && stem.ends_with(kName)) {
        stem.remove_prefix(kDirectory.size());
        stem.remove_suffix(kName.size());
        return fmt::format("/var/lib/understudy/{}history.jsonl", stem);
    }
    if (stem.ends_with(kEnd)) stem.remove_suffix(kEnd.size());
    return fmt::format("{}.history.jsonl", stem);
}

constinit const Command kHistory{
    .name = "history",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Show what has happened, and why",
    .details =
        "Each change of a role, of a priority and of the reasons of a FAULT, each repair, reload and\n"
        "order, and each start and end of the vrrp process: when, how long the state before had\n"
        "lasted, and the reason. It outlives restarts and reboots. When no daemon answers, its file\n"
        "is read. Times are those of this host's time zone; in JSON they are universal time.",
    .options = kHistoryOptions,
    .run = history};

}  // namespace understudy::cli
