#include "metrics.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

namespace understudy::cli {
namespace {

using nlohmann::json;

std::string golden(const char* name) { return std::string{UNDERSTUDY_GOLDEN_METRICS} + "/" + name; }

std::string content(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

Observed pair() {
    const json told = json::parse(content(golden("pair.json")));
    return {told["daemon"], told["status"], ""};
}

// The text that a golden file holds; with UNDERSTUDY_ACCEPT the file is given the text.
void expect_golden(const std::string& text, const char* name) {
    if (std::getenv("UNDERSTUDY_ACCEPT") != nullptr) std::ofstream{golden(name)} << text;
    EXPECT_EQ(text, content(golden(name))) << name;
}

Observed with_instance(json instance) { return {{}, {{"instances", {std::move(instance)}}}, ""}; }

TEST(MetricsGolden, AreWhatPrometheusReads) {
    expect_golden(metrics_text(pair(), TextFormat::Prometheus), "pair.prom");
}

TEST(MetricsGolden, AreOpenMetricsToo) {
    expect_golden(metrics_text(pair(), TextFormat::OpenMetrics), "pair.openmetrics");
}

TEST(Metrics, SayThatTheDaemonIsAway) {
    EXPECT_EQ(metrics_text({{}, {}, "no daemon"}, TextFormat::Prometheus),
              "# HELP understudy_up 1 if the daemon told its status, 0 if it could not be asked.\n"
              "# TYPE understudy_up gauge\n"
              "understudy_up 0\n");
    EXPECT_TRUE(metrics_text({}, TextFormat::OpenMetrics).ends_with("understudy_up 0\n# EOF\n"));
}

TEST(Metrics, LeaveOutWhatTheDaemonDoesNotTell) {
    const std::string text =
        metrics_text(with_instance({{"name", "VI_1"}, {"priority", "high"}}), TextFormat::Prometheus);
    EXPECT_TRUE(text.contains("understudy_up 1\n"));
    for (const char* missing : {"priority", "refused", "errors", "drained", "addresses", "timestamp"})
        EXPECT_FALSE(text.contains(missing)) << missing;
}

TEST(Metrics, BearAnswersOfAnotherVersion) {
    EXPECT_TRUE(metrics_text({7, {{"instances", 7}}, ""}, TextFormat::Prometheus)
                    .contains("understudy_vrrp_virtual_routers 0\n"));
    EXPECT_TRUE(metrics_text({{}, {{"instances", {1, {{"trackers", {3}}, {"counters", 4}}}}}, ""},
                             TextFormat::Prometheus)
                    .contains("understudy_vrrp_virtual_routers 1\n"));
}

TEST(Metrics, HaveOneSampleForAThingThatIsTrackedTwice) {
    const json tracker{{"kind", "script"}, {"name", "web"}, {"health", "good"}};
    const std::string text = metrics_text(with_instance({{"name", "VI_1"}, {"trackers", {tracker, tracker}}}),
                                          TextFormat::Prometheus);
    const std::string sample = "understudy_vrrp_tracker_healthy{vrrp_instance=\"VI_1\"";
    const std::size_t first = text.find(sample);
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(text.find(sample, first + 1), std::string::npos);
}

TEST(Exposition, EscapesWhatALabelMayHold) {
    Exposition out{TextFormat::Prometheus};
    out.begin({"x", MetricType::Gauge, "What it is."});
    out.add({{"a", "back\\slash \"quoted\"\nnext"}, {"b", ""}}, 1);
    EXPECT_EQ(out.text(),
              "# HELP x What it is.\n# TYPE x gauge\nx{a=\"back\\\\slash \\\"quoted\\\"\\nnext\"} 1\n");
}

TEST(Exposition, WritesNumbersAsReadersTakeThem) {
    Exposition out{TextFormat::Prometheus};
    out.begin({"x", MetricType::Gauge, "What it is."});
    out.add({{"n", "1"}}, std::numeric_limits<double>::quiet_NaN());
    out.add({{"n", "2"}}, -std::numeric_limits<double>::infinity());
    out.add({{"n", "3"}}, 1795309321.75);
    out.add({{"n", "4"}}, 123456789012345);
    EXPECT_TRUE(out.text().ends_with(
        "x{n=\"1\"} NaN\nx{n=\"2\"} -Inf\nx{n=\"3\"} 1795309321.75\nx{n=\"4\"} 123456789012345\n"));
}

TEST(Exposition, NamesAFamilyAsItsFormatDoes) {
    const Family counter{"x_seconds", MetricType::Counter, "What it is.", "seconds"};
    Exposition old{TextFormat::Prometheus};
    old.begin(counter);
    old.add({}, 1);
    EXPECT_EQ(old.text(),
              "# HELP x_seconds_total What it is.\n# TYPE x_seconds_total counter\n"
              "x_seconds_total 1\n");
    Exposition open{TextFormat::OpenMetrics};
    open.begin(counter);
    open.add({}, 1);
    EXPECT_EQ(open.text(),
              "# HELP x_seconds What it is.\n# TYPE x_seconds counter\n# UNIT x_seconds seconds\n"
              "x_seconds_total 1\n# EOF\n");
}

TEST(Exposition, LeavesNoTraceOfAFamilyWithoutSamples) {
    Exposition out{TextFormat::Prometheus};
    out.begin({"x", MetricType::Gauge, "What it is."});
    EXPECT_EQ(out.text(), "");
}

}  // namespace
}  // namespace understudy::cli
