#include "history_keeper.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"

#include "pid_files.hpp"

namespace understudy::daemon {

namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP;

std::string older(const std::string& path) { return path + ".1"; }

// What is there is somebody else's, or of a daemon that knows more than we do.
std::string refusal_of(ctl::HistoryFormat format, const std::string& path) {
    return format == ctl::HistoryFormat::Newer
               ? path + " is the history of a newer version: it is left as it is; move it away"
               : path + " holds something else than a history: it is left as it is; move it away";
}

// The entries of a file that are asked for; a file that is none of ours has none.
std::size_t gather(const std::string& path, const ctl::HistoryFilter& filter, nlohmann::json& entries) {
    const auto content = os::read_file(path);
    if (!content) return 0;
    const ctl::HistoryText text = ctl::parse_history(*content);
    for (const ctl::HistoryEntry& entry : text.entries)
        if (filter.takes(entry)) entries.push_back(ctl::to_json(entry));
    return text.unreadable;
}

}  // namespace

std::optional<std::string> history_path(const Options& options, const model::Globals& globals) {
    if (options.history) return options.history->empty() ? std::nullopt : options.history;
    if (!options.pid_file) return "/var/lib/understudy/" + distinction(options, globals) + "history.jsonl";
    std::string path = *options.pid_file;
    if (path.ends_with(".pid")) path.resize(path.size() - std::string_view{".pid"}.size());
    return path + ".history.jsonl";
}

void HistoryKeeper::open(std::optional<std::string> path, std::optional<gid_t> group, Instant now) {
    path_ = std::move(path);
    group_ = group;
    flush(now);
}

void HistoryKeeper::add(std::span<const ctl::HistoryEntry> entries, Instant now) {
    for (const ctl::HistoryEntry& entry : entries) unwritten_.push_back(entry);
    flush(now);
    for (; unwritten_.size() > kMostUnwritten; ++lost_) unwritten_.pop_front();
}

void HistoryKeeper::flush(Instant now) {
    if (!path_ || (again_at_ && now < *again_at_)) return;
    note(write_waiting(), now);
}

// Told once, until it is another one or it is over.
void HistoryKeeper::note(const Done& done, Instant now) {
    if (!done) {
        file_.reset();
        again_at_ = now + kPatience;
        if (std::exchange(problem_, done.error()) != done.error())
            log_->write(
                "history-not-kept", os::LogLevel::Warning,
                "history is not kept: " + done.error() + "; what happens is remembered until this ends",
                {{"file", *path_}});
        return;
    }
    again_at_.reset();
    if (std::exchange(problem_, "").empty()) return;
    log_->write(
        "history-kept-again", os::LogLevel::Notice,
        fmt::format("history is kept again in {}; {} entries are lost", *path_, std::exchange(lost_, 0)),
        {{"file", *path_}});
}

HistoryKeeper::Done HistoryKeeper::write_waiting() {
    if (file_ && !file_->is_in_place()) file_.reset();
    if (!file_)
        if (auto opened = open_file(); !opened) return opened;
    std::string text;
    for (const ctl::HistoryEntry& entry : unwritten_) text += ctl::to_line(entry) + '\n';
    if (file_->size() + text.size() > kLargest) {
        if (const auto aside = os::rename_file(*path_, older(*path_)); !aside)
            return std::unexpected(aside.error().to_string());
        if (auto opened = open_file(); !opened) return opened;
    }
    if (text.empty()) return {};
    if (const auto written = file_->append(text); !written)
        return std::unexpected(written.error().to_string());
    unwritten_.clear();
    return {};
}

HistoryKeeper::Done HistoryKeeper::open_file() {
    const auto present = os::read_file(*path_);
    if (!present && present.error().fault != os::ReadFault::Missing)
        return std::unexpected(present.error().error.to_string());
    const std::string_view text = present ? std::string_view{*present} : std::string_view{};
    const ctl::HistoryFormat format = ctl::format_of(text);
    if (format == ctl::HistoryFormat::Newer || format == ctl::HistoryFormat::Foreign)
        return std::unexpected(refusal_of(format, *path_));
    auto opened = os::AppendedFile::open(*path_, kMode, group_);
    if (!opened) return std::unexpected(opened.error().to_string());
    file_.emplace(*std::move(opened));
    return continue_file(format == ctl::HistoryFormat::Ours ? text : std::string_view{});
}

// A line that was cut short by a crash gets its end, so that it spoils no other.
HistoryKeeper::Done HistoryKeeper::continue_file(std::string_view present) {
    std::expected<void, os::SysError> done;
    if (present.empty()) {
        done = file_->clear();
        if (done) done = file_->append(std::string{ctl::kHistoryHead} + '\n');
    } else if (!present.ends_with('\n')) {
        done = file_->append("\n");
    }
    if (!done) return std::unexpected(done.error().to_string());
    return {};
}

Outcome HistoryKeeper::answer(const ctl::History& asked, const std::vector<std::string>& instances) {
    const ctl::HistoryFilter filter{asked.instance, asked.since};
    nlohmann::json entries = nlohmann::json::array();
    std::size_t unreadable = 0;
    if (path_)
        for (const std::string& path : {older(*path_), *path_}) unreadable += gather(path, filter, entries);
    for (const ctl::HistoryEntry& entry : unwritten_)
        if (filter.takes(entry)) entries.push_back(ctl::to_json(entry));
    const auto is_about_it = [&](const nlohmann::json& entry) {
        return entry.value("instance", "") == *asked.instance;
    };
    if (asked.instance && !std::ranges::count(instances, *asked.instance) &&
        std::ranges::none_of(entries, is_about_it))
        return std::unexpected(no_such_instance(*asked.instance, instances));
    return nlohmann::json{{"entries", std::move(entries)},
                          {"unreadable_lines", unreadable},
                          {"file", path_ ? nlohmann::json(*path_) : nlohmann::json(nullptr)},
                          {"problem", problem_.empty() ? nlohmann::json(nullptr) : nlohmann::json(problem_)}};
}

}  // namespace understudy::daemon
