#include "command_metrics.hpp"

#include <utility>

#include "understudy/os/files.hpp"

#include "control_client.hpp"
#include "metrics.hpp"

namespace understudy::cli {

namespace {

constexpr Option kMetricsOptions[] = {
    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .meaning = "write to FILE, which is replaced at once",
     .completion = Completion::Files},
    {.name = "openmetrics", .meaning = "write OpenMetrics, which a textfile collector does not read"},
    kSocket};
constexpr seconds kMetricsPatience{8};
constexpr mode_t kMetricsMode = 0644;

Observed observe(const std::string& socket) {
    Observed observed;
    auto daemon = ask(socket, ctl::Ping{}, kMetricsPatience);
    if (!daemon) {
        observed.problem = daemon.error();
        return observed;
    }
    observed.daemon = *std::move(daemon);
    auto status = ask(socket, ctl::Status{}, kMetricsPatience);
    if (status)
        observed.status = *std::move(status);
    else
        observed.problem = status.error();
    return observed;
}

int metrics(const Arguments& arguments, Console& console) {
    const Observed observed = observe(arguments.value("socket").value_or(kDefaultSocket));
    const std::string text = metrics_text(
        observed, arguments.has("openmetrics") ? TextFormat::OpenMetrics : TextFormat::Prometheus);
    if (!observed.problem.empty()) console.err << "understudyctl: " << observed.problem << "\n";
    const auto file = arguments.value("output");
    if (!file) {
        console.out << text;
    } else if (const auto written = os::replace_file(*file, text, kMetricsMode); !written) {
        console.err << "understudyctl: " << written.error().to_string() << "\n";
        return kFailed;
    }
    return observed.is_up() ? kDone : kFailed;
}

}  // namespace

constinit const Command kMetrics{
    .name = "metrics",
    .meaning = "Print metrics for Prometheus",
    .details =
        "States, priorities, addresses, trackers and the counters of RFC 8347, in the format that\n"
        "Prometheus reads. With --output they are for the textfile collector of its node exporter:\n"
        "a reader of the file sees the old text or the new, never a part. If the daemon does not\n"
        "answer, understudy_up is 0, and the exit status is 1.",
    .options = kMetricsOptions,
    .run = metrics};

}  // namespace understudy::cli
