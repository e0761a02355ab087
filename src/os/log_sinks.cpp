#include "log_sinks.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

#include "uninterrupted.hpp"
#include "unix_datagram.hpp"

namespace understudy::os {
namespace {

int syslog_severity(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return LOG_DEBUG;
        case LogLevel::Info:
            return LOG_INFO;
        case LogLevel::Notice:
            return LOG_NOTICE;
        case LogLevel::Warning:
            return LOG_WARNING;
        case LogLevel::Error:
            return LOG_ERR;
        case LogLevel::Critical:
            return LOG_CRIT;
    }
    return LOG_INFO;
}

std::tm local_time(const spdlog::details::log_msg& message) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(message.time);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return local;
}

// A value with a line end in it, which would look like the next field, is preceded by its length instead of
// '='.
void append_field(std::string& datagram, std::string_view name, std::string_view value) {
    datagram += name;
    if (value.find('\n') == std::string_view::npos) {
        datagram += '=';
    } else {
        datagram += '\n';
        for (unsigned shift = 0; shift < 64; shift += 8)
            datagram += static_cast<char>(static_cast<std::uint64_t>(value.size()) >> shift & 0xff);
    }
    datagram += value;
    datagram += '\n';
}

// The journal takes capital letters, digits and underscores.
std::string journal_name(std::string_view name) {
    std::string result = "UNDERSTUDY_";
    for (const char c : name) {
        const auto octet = static_cast<unsigned char>(c);
        result += std::isalnum(octet) != 0 && octet < 0x80 ? static_cast<char>(std::toupper(octet)) : '_';
    }
    return result;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Notice:
            return "notice";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
        case LogLevel::Critical:
            return "critical";
    }
    return "info";
}

// RFC 3339, in universal time.
std::string utc(const spdlog::details::log_msg& message) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(message.time);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(message.time - whole);
    const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
    std::tm civil{};
    ::gmtime_r(&seconds, &civil);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", civil, rest.count());
}

// One line. What the fields are called is a promise to whoever reads them; a field of the message never takes
// the place of one of ours.
std::string json_line(const LogRecord& record, const spdlog::details::log_msg& message,
                      const std::string& ident) {
    nlohmann::ordered_json line{{"time", utc(message)},
                                {"program", ident},
                                {"process", ::getpid()},
                                {"level", level_name(record.level)},
                                {"id", record.id},
                                {"message", record.text},
                                {"fields", nlohmann::ordered_json::object()}};
    for (const LogField& field : record.fields) line["fields"][std::string{field.name}] = field.value;
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

void LossySink::sink_it_(const spdlog::details::log_msg& message) {
    if (lost_ > told_) {
        const std::string text = fmt::format("{} log messages were lost", lost_ - told_);
        spdlog::details::log_msg notice{message};
        notice.payload = text;
        if (put({"log-lost", LogLevel::Warning, text, {}}, notice)) told_ = lost_;
    }
    if (!put(*current_.record, message)) ++lost_;
}

StreamSink::StreamSink(const CurrentRecord& current, const LogOptions& options, int fd)
    : LossySink(current), fd_(fd), json_(options.json), ident_(options.ident) {
    set_pattern_("%c: %v");
}

StreamSink::StreamSink(const CurrentRecord& current, const LogOptions& options, UniqueFd file)
    : StreamSink(current, options, file.get()) {
    owned_ = std::move(file);
}

void StreamSink::replace(UniqueFd file) {
    fd_ = file.get();
    owned_ = std::move(file);
}

bool StreamSink::put(const LogRecord& record, const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    if (json_)
        fmt::format_to(std::back_inserter(line), "{}\n", json_line(record, message, ident_));
    else
        formatter_->format(message, line);
    // Making the descriptor non-blocking would do that to everybody who shares it. A pipe that polls as
    // writable takes PIPE_BUF octets, more than a line has.
    pollfd writable{fd_, POLLOUT, 0};
    if (uninterrupted([&] { return ::poll(&writable, 1, 0); }) <= 0 || (writable.revents & POLLOUT) == 0)
        return false;
    return uninterrupted([&] { return ::write(fd_, line.data(), line.size()); }) ==
           static_cast<ssize_t>(line.size());
}

bool DatagramSink::put(const LogRecord& record, const spdlog::details::log_msg& message) {
    const std::string text = datagram(record, message);
    const int error = send(text);
    if (error == 0) return true;
    if (error == EAGAIN || error == ENOBUFS) return false;
    socket_ = UniqueFd{};  // the reader was restarted
    return send(text) == 0;
}

int DatagramSink::send(std::string_view text) {
    if (!socket_) {
        auto connected = connect_datagram(path_);
        if (!connected) return connected.error().code;
        socket_ = *std::move(connected);
    }
    return send_datagram(socket_.get(), std::as_bytes(std::span{text}));
}

SyslogSink::SyslogSink(const CurrentRecord& current, const LogOptions& options)
    : DatagramSink(current, options.syslog_socket),
      facility_(options.syslog_facility.value_or(LOG_DAEMON)),
      json_(options.json),
      ident_(options.ident) {}

std::string SyslogSink::datagram(const LogRecord& record, const spdlog::details::log_msg& message) {
    return fmt::format("<{}>{:%b %e %H:%M:%S} {}[{}]: {}", facility_ | syslog_severity(record.level),
                       local_time(message), ident_, ::getpid(),
                       json_ ? json_line(record, message, ident_) : std::string{record.text});
}

JournalSink::JournalSink(const CurrentRecord& current, const LogOptions& options)
    : DatagramSink(current, options.journal_socket),
      facility_(options.syslog_facility.value_or(LOG_DAEMON)),
      ident_(options.ident) {}

std::string JournalSink::datagram(const LogRecord& record, const spdlog::details::log_msg&) {
    std::string result;
    append_field(result, "MESSAGE", record.text);
    append_field(result, "PRIORITY", std::to_string(syslog_severity(record.level)));
    append_field(result, "SYSLOG_FACILITY", std::to_string(LOG_FAC(facility_)));
    append_field(result, "SYSLOG_IDENTIFIER", ident_);
    append_field(result, "SYSLOG_PID", std::to_string(::getpid()));
    if (!record.id.empty()) append_field(result, "UNDERSTUDY_MESSAGE", record.id);
    for (const LogField& field : record.fields) append_field(result, journal_name(field.name), field.value);
    return result;
}

}  // namespace understudy::os
