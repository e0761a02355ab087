// Keeps what has happened in a file of the state directory, so that restarts, upgrades and reboots forget
// nothing, and answers questions about it. It is the supervisor's: no slow disk makes an advert late. Two
// files of a bounded size, the older one named PATH.1. Whatever keeps it from writing is said once, and what
// could not be written is remembered for a while and written as soon as it can be.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/ctl/history.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/appended_file.hpp"
#include "understudy/os/log.hpp"

#include "control.hpp"
#include "options.hpp"

namespace understudy::daemon {

// None: none is to be kept. Without the option it is in /var/lib/understudy/, or beside the pid file when
// that was given on the command line, as with the control socket.
[[nodiscard]] std::optional<std::string> history_path(const Options& options, const model::Globals& globals);

class HistoryKeeper {
public:
    static constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;  // octets of each of the two files
    static constexpr std::size_t kMostUnwritten = 1000;
    static constexpr seconds kPatience{30};  // until the disk is tried again

    explicit HistoryKeeper(os::Log& log) : log_(&log) {}
    HistoryKeeper(const HistoryKeeper&) = delete;

    // None: it is only remembered while we run. The group may read the file beside root.
    void open(std::optional<std::string> path, std::optional<gid_t> group, Instant now);
    void add(std::span<const ctl::HistoryEntry> entries, Instant now);
    // `instances`: those that are configured.
    [[nodiscard]] Outcome answer(const ctl::History& asked, const std::vector<std::string>& instances);
    // What is in no file yet.
    [[nodiscard]] std::vector<ctl::HistoryEntry> unwritten() const {
        return {unwritten_.begin(), unwritten_.end()};
    }
    // In a forked process.
    void abandon() { file_.reset(); }

private:
    using Done = std::expected<void, std::string>;

    void flush(Instant now);
    [[nodiscard]] Done write_waiting();
    [[nodiscard]] Done open_file();
    [[nodiscard]] Done continue_file(std::string_view present);
    void note(const Done& done, Instant now);

    os::Log* log_;
    std::optional<std::string> path_;
    std::optional<gid_t> group_;
    std::optional<os::AppendedFile> file_;
    std::deque<ctl::HistoryEntry> unwritten_;
    std::uint64_t lost_ = 0;  // entries, since the last that was written
    std::string problem_;     // that has been told
    std::optional<Instant> again_at_;
};

}  // namespace understudy::daemon
