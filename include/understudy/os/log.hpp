// Writes log lines where the operator wants them: syslog, the journal, a file, standard error. Writing never
// throws and never waits for a slow reader: what a full pipe or a stuck log daemon does not take at once is
// dropped and counted, and the next line that gets through is preceded by how many were lost. A flood of
// one message is summed up: of one id about one thing (the first field) 60 lines in 10 s are written, then
// one line says how many more there were.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

enum class LogLevel : std::uint8_t { Debug, Info, Notice, Warning, Error, Critical };

struct LogField {
    std::string_view name;  // "instance": in the journal UNDERSTUDY_INSTANCE
    std::string_view value;
};

struct LogRecord {
    std::string_view id;  // names the message, whatever its wording: in the journal UNDERSTUDY_MESSAGE
    LogLevel level = LogLevel::Info;
    std::string_view text;
    std::span<const LogField> fields;
    bool each = false;  // of this message every single one is written, however many they are
};

struct LogOptions {
    std::string ident = "understudyd";  // in front of each line
    LogLevel level = LogLevel::Info;    // what is below is dropped
    bool console = false;               // standard error, with a time stamp
    // LOG_DAEMON and so on; none: no syslog. When the service manager connected our standard error to the
    // journal, lines go to the journal with their fields instead.
    std::optional<int> syslog_facility;
    std::optional<std::string> file;  // appended to; each line is written at once
    bool json = false;                // lines are JSON objects; the journal has its own form

    // Where the system listens; other paths are for tests.
    std::string syslog_socket = "/dev/log";
    std::string journal_socket = "/run/systemd/journal/socket";
};

class Log {
public:
    // Fails only if the file cannot be opened. A missing syslog socket is tried again at each line.
    [[nodiscard]] static std::expected<Log, SysError> open(const LogOptions& options);
    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;
    ~Log();

    void write(const LogRecord& record) noexcept;
    void write(std::string_view id, LogLevel level, std::string_view text,
               std::initializer_list<LogField> fields = {}) noexcept;
    // Without id and fields: of this, no flood is summed up.
    void write(LogLevel level, std::string_view text) noexcept;

    // Told when a flood begins to be summed up, with the time at which it is over and catch_up() is due.
    void when_summing(std::move_only_function<void(Instant over)> told);
    // Writes what was summed up of floods that are over, as each line does, and gives the end of the next;
    // Instant::max() if there is none.
    Instant catch_up() noexcept;
    // In a forked process: what is summed up is the parent's to tell.
    void abandon_sums() noexcept;

    void set_level(LogLevel level) noexcept;
    // After rotation.
    [[nodiscard]] std::expected<void, SysError> reopen_file();
    // Lines that some destination did not take.
    [[nodiscard]] std::uint64_t lost() const noexcept;

private:
    struct State;
    explicit Log(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace understudy::os
