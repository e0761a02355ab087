// The wording of what files, processes and links say.
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "words.hpp"

namespace understudy::agent::words {

namespace {

double seconds_of(microseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::string trouble(track::FileContent content, int error) {
    if (error == ENOENT) return "does not exist";
    if (error != 0) return fmt::format("cannot be read ({})", std::strerror(error));
    switch (content) {
        case track::FileContent::Number:
            return "";
        case track::FileContent::Nothing:
            return "is empty";
        case track::FileContent::NoNumber:
            return "does not begin with a number";
        case track::FileContent::OutOfRange:
            return "holds a number beyond 32 bits";
    }
    return "";
}

std::string question(const model::Probe& probe) {
    const std::string host = probe.host.to_string();
    const std::string service =
        fmt::format("{}:{}", probe.host.is_v6() ? "[" + host + "]" : host, probe.port);
    switch (probe.kind) {
        case model::ProbeKind::Ping:
            return "ping " + host;
        case model::ProbeKind::Tcp:
            return "tcp " + service;
        case model::ProbeKind::Http:
            return "http://" + service + probe.path;
        case model::ProbeKind::Neighbour:
            return fmt::format("arp {} on {}", host, probe.interface);
        case model::ProbeKind::Gateway:
            return fmt::format("ping of the {} gateway", net::name(probe.host.family()));
    }
    return "";
}

}  // namespace

std::string check_answer(const model::Probe& probe, const std::string& reason) {
    return fmt::format("{}: {}", question(probe), reason);
}

Record check_result(const model::Script& check, bool success, const std::string& answer) {
    return {"check-result",
            success ? Level::Info : Level::Warning,
            fmt::format("VRRP_Check({}) {}: {}", check.name, success ? "succeeded" : "failed", answer),
            {{"check", check.name}}};
}

Record check_changed(const model::Script& check, bool good) {
    return {"check-changed",
            Level::Notice,
            fmt::format("VRRP_Check({}) is now {}", check.name, good ? "good" : "bad"),
            {{"check", check.name}}};
}

Record file_changed(const model::TrackFile& file, std::int64_t number) {
    return {"file-changed",
            Level::Info,
            fmt::format("tracked file {} now holds {}", file.name, number),
            {{"file", file.name}}};
}

Record file_unclear(const model::TrackFile& file, track::FileContent content, int error, std::int64_t used) {
    const bool harmless = error == ENOENT || (error == 0 && content == track::FileContent::Nothing);
    return {"file-unclear",
            harmless ? Level::Info : Level::Warning,
            fmt::format("tracked file {}: {} {}: it counts as {}", file.name, file.path,
                        trouble(content, error), used),
            {{"file", file.name}}};
}

std::string file_result(std::optional<std::int64_t> number, track::FileContent content, int error) {
    if (!number) return "";
    const std::string why = trouble(content, error);
    return why.empty() ? fmt::format("holds {}", *number) : fmt::format("counts as {}: it {}", *number, why);
}

Record process_changed(const model::TrackProcess& process, std::size_t count, bool good) {
    return {"process-changed",
            Level::Notice,
            fmt::format("Quorum {} for tracked process {}: {} running", good ? "gained" : "lost",
                        process.name, count),
            {{"process", process.name}}};
}

Record link_steady(const std::string& link, bool up) {
    return {"link-steady",
            Level::Info,
            fmt::format("interface {} has been {} for its delay and now counts as {}", link,
                        up ? "up" : "down", up ? "up" : "down"),
            {{"interface", link}}};
}

Record link_polled(const std::string& link, bool up) {
    return {"link-polled",
            Level::Notice,
            fmt::format("interface {} says that it has {}", link, up ? "a link" : "no link"),
            {{"interface", link}}};
}

Record delay_shortened(const std::string& link, const std::string& instance, microseconds asked,
                       microseconds used) {
    return {"delay-shortened",
            Level::Warning,
            fmt::format("interface {}: a down delay of {:g} s is longer than the others wait for {}, so that "
                        "they would take over beside it: {:g} s is used",
                        link, seconds_of(asked), instance, seconds_of(used)),
            {{"interface", link}}};
}

}  // namespace understudy::agent::words
