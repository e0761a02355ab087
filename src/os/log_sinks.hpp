// Where log lines go, for spdlog's logger: each destination drops and counts what cannot be taken at once.
#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "understudy/os/log.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// What spdlog's message has no room for: the record being written.
struct CurrentRecord {
    const LogRecord* record = nullptr;
};

// Counts what was lost, and says so in front of the next line that gets through.
class LossySink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit LossySink(const CurrentRecord& current) : current_(current) {}
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

protected:
    // False: not taken.
    virtual bool put(const LogRecord& record, const spdlog::details::log_msg& message) = 0;
    void flush_() override {}

private:
    void sink_it_(const spdlog::details::log_msg& message) final;

    const CurrentRecord& current_;
    std::uint64_t lost_ = 0;
    std::uint64_t told_ = 0;
};

// Lines with a time stamp, or JSON objects, to standard error or a file. Not buffered.
class StreamSink : public LossySink {
public:
    StreamSink(const CurrentRecord& current, const LogOptions& options, int fd);
    // Closed here.
    StreamSink(const CurrentRecord& current, const LogOptions& options, UniqueFd file);

    void replace(UniqueFd file);

protected:
    bool put(const LogRecord& record, const spdlog::details::log_msg& message) override;

private:
    UniqueFd owned_;
    int fd_;
    bool json_;
    std::string ident_;
};

// A local datagram socket; connects when needed, and again when its reader was restarted.
class DatagramSink : public LossySink {
public:
    DatagramSink(const CurrentRecord& current, std::string path)
        : LossySink(current), path_(std::move(path)) {}

protected:
    virtual std::string datagram(const LogRecord& record, const spdlog::details::log_msg& message) = 0;

private:
    bool put(const LogRecord& record, const spdlog::details::log_msg& message) final;
    [[nodiscard]] int send(std::string_view text);

    std::string path_;
    UniqueFd socket_;
};

// As the C library's syslog(3) writes to /dev/log (RFC 3164 without the host name).
class SyslogSink : public DatagramSink {
public:
    SyslogSink(const CurrentRecord& current, const LogOptions& options);

protected:
    std::string datagram(const LogRecord& record, const spdlog::details::log_msg& message) override;

private:
    int facility_;
    bool json_;
    std::string ident_;
};

// The journal's own protocol, which keeps id and fields apart from the text.
class JournalSink : public DatagramSink {
public:
    JournalSink(const CurrentRecord& current, const LogOptions& options);

protected:
    std::string datagram(const LogRecord& record, const spdlog::details::log_msg& message) override;

private:
    int facility_;
    std::string ident_;
};

}  // namespace understudy::os
