#include "understudy/os/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "log_flood.hpp"
#include "log_sinks.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr mode_t kLogFileMode = 0640;

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
        case LogLevel::Notice:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
        case LogLevel::Critical:
            return spdlog::level::critical;
    }
    return spdlog::level::info;
}

// systemd.exec(5): the service manager says which stream it connected to the journal by its device and inode.
bool standard_error_is_the_journal() {
    const std::optional<std::string> stream = environment("JOURNAL_STREAM");
    struct stat status{};
    if (!stream || ::fstat(STDERR_FILENO, &status) < 0) return false;
    return *stream == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

std::expected<UniqueFd, SysError> open_log_file(const std::string& path) {
    // O_NONBLOCK: a FIFO that nobody reads must not stop us.
    constexpr int kHow = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    UniqueFd fd{uninterrupted([&] { return ::open(path.c_str(), kHow, kLogFileMode); })};
    if (!fd) return std::unexpected(SysError::last("open the log file " + path));
    return fd;
}

}  // namespace

struct Log::State {
    explicit State(const LogOptions& the_options) : options(the_options) {}

    void add(std::shared_ptr<LossySink> sink) { sinks.push_back(std::move(sink)); }

    void add_system_sinks() {
        const bool journal = options.syslog_facility && standard_error_is_the_journal();
        if (journal)
            add(std::make_shared<JournalSink>(current, options));
        else if (options.syslog_facility)
            add(std::make_shared<SyslogSink>(current, options));
        // Otherwise the journal would have every line twice.
        if (options.console && !journal) add(std::make_shared<StreamSink>(current, options, STDERR_FILENO));
    }

    void finish() {
        logger = std::make_unique<spdlog::logger>(options.ident, sinks.begin(), sinks.end());
        logger->set_level(spdlog::level::trace);  // ours is finer, see write()
        logger->set_error_handler([this](const std::string&) { ++failures; });
    }

    void put(const LogRecord& record) {
        current.record = &record;
        // spdlog hands what its sinks throw to the error handler.
        logger->log(spdlog_level(record.level),
                    spdlog::string_view_t{record.text.data(), record.text.size()});
        current.record = nullptr;
    }

    void put(const std::vector<LogFlood::Sum>& sums) {
        for (const LogFlood::Sum& sum : sums) {
            std::vector<LogField> about;
            if (sum.about) about.push_back({sum.about->first, sum.about->second});
            put(LogRecord{sum.id, sum.level, sum.text, about});
        }
    }

    LogOptions options;
    CurrentRecord current;
    LogFlood flood;
    std::move_only_function<void(Instant)> when_summing;
    Instant told_sum = Instant::max();
    std::vector<std::shared_ptr<LossySink>> sinks;
    std::shared_ptr<StreamSink> file;
    std::unique_ptr<spdlog::logger> logger;
    std::uint64_t failures = 0;  // of spdlog, as when memory runs out
};

std::expected<Log, SysError> Log::open(const LogOptions& options) {
    auto state = std::make_unique<State>(options);
    state->add_system_sinks();
    if (options.file) {
        auto fd = open_log_file(*options.file);
        if (!fd) return std::unexpected(fd.error());
        state->file = std::make_shared<StreamSink>(state->current, options, *std::move(fd));
        state->add(state->file);
    }
    state->finish();
    return Log{std::move(state)};
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

Log::~Log() {
    if (state_) state_->put(state_->flood.take_all());
}

void Log::write(const LogRecord& record) noexcept {
    if (record.level < state_->options.level) return;
    const Instant at = now();
    state_->put(state_->flood.take_sums(at));
    if (record.each || state_->flood.admits(record, at)) return state_->put(record);
    const Instant over = state_->flood.next_sum();
    if (over != std::exchange(state_->told_sum, over) && state_->when_summing) state_->when_summing(over);
}

void Log::write(std::string_view id, LogLevel level, std::string_view text,
                std::initializer_list<LogField> fields) noexcept {
    write(LogRecord{id, level, text, fields});
}

void Log::write(LogLevel level, std::string_view text) noexcept { write(LogRecord{{}, level, text, {}}); }

void Log::set_level(LogLevel level) noexcept { state_->options.level = level; }

std::expected<void, SysError> Log::reopen_file() {
    if (!state_->file) return {};
    auto fd = open_log_file(*state_->options.file);
    if (!fd) return std::unexpected(fd.error());
    state_->file->replace(*std::move(fd));
    return {};
}

void Log::when_summing(std::move_only_function<void(Instant)> told) {
    state_->when_summing = std::move(told);
}

Instant Log::catch_up() noexcept {
    state_->put(state_->flood.take_sums(now()));
    return state_->told_sum = state_->flood.next_sum();
}

void Log::abandon_sums() noexcept {
    state_->when_summing = nullptr;
    state_->flood = {};
}

std::uint64_t Log::lost() const noexcept {
    std::uint64_t lost = state_->failures;
    for (const auto& sink : state_->sinks) lost += sink->lost();
    return lost;
}

}  // namespace understudy::os
