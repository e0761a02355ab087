#include "site.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "command_exporter.hpp"
#include "web_files.hpp"

namespace understudy::cli {
namespace {

using nlohmann::json;

std::string header(const os::HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

os::HttpResponse got(const char* target, const char* accept = "", const char* method = "GET") {
    return answer({method, target, accept}, {{{}, json::object(), ""}, json::array(), "now"});
}

TEST(Site, HasMetricsInTheFormatThatIsAskedFor) {
    const os::HttpResponse plain = got("/metrics");
    EXPECT_EQ(plain.status, 200u);
    EXPECT_EQ(plain.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_TRUE(plain.body.contains("understudy_up 1\n"));
    const os::HttpResponse open = got("/metrics?all=1", "application/openmetrics-text");
    EXPECT_EQ(open.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_TRUE(open.body.ends_with("# EOF\n"));
    EXPECT_EQ(header(open, "Vary"), "Accept");
}

TEST(Site, AnswersWithoutADaemonToo) {
    EXPECT_TRUE(answer({"GET", "/metrics", ""}, {}).body.contains("understudy_up 0\n"));
    EXPECT_EQ(json::parse(answer({"GET", "/status.json", ""}, {}).body)["up"], false);
}

TEST(Site, ServesThePageAndWhatItIsMadeOf) {
    EXPECT_EQ(got("/").content_type, "text/html; charset=utf-8");
    EXPECT_EQ(got("/page.css").content_type, "text/css; charset=utf-8");
    EXPECT_EQ(got("/page.js").content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(got("/icon.svg").content_type, "image/svg+xml");
    for (const char* path : {"/", "/page.css", "/page.js", "/icon.svg"})
        EXPECT_FALSE(got(path).body.empty()) << path;
}

TEST(Site, LetsNothingIntoThePageThatIsNotItsOwn) {
    const std::string policy = header(got("/"), "Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none';")) << policy;
    EXPECT_FALSE(policy.contains("unsafe")) << policy;
    for (const std::string_view file : {kPageHtml, kPageStyle, kPageProgram}) {
        EXPECT_FALSE(file.contains("://")) << "a resource from elsewhere";
        for (const char* unsafe : {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("})
            EXPECT_FALSE(file.contains(unsafe)) << unsafe;
    }
    for (const char* inline_code : {"<style", " style=", " onclick", " onload", "javascript:"})
        EXPECT_FALSE(kPageHtml.contains(inline_code)) << inline_code;
}

TEST(Site, MakesEveryAnswerFreshAndPlain) {
    for (const char* target : {"/", "/metrics", "/status.json", "/nothing"}) {
        EXPECT_EQ(header(got(target), "Cache-Control"), "no-store");
        EXPECT_EQ(header(got(target), "X-Content-Type-Options"), "nosniff");
    }
}

TEST(Site, HasNothingElse) {
    for (const char* target : {"/nothing", "", "/metrics/", "/../etc/passwd", "*", "http://192.0.2.1/"})
        EXPECT_EQ(got(target).status, 404u) << target;
}

TEST(Site, CanOnlyBeLookedAt) {
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", ""}) {
        const os::HttpResponse refused = got("/metrics", "", method);
        EXPECT_EQ(refused.status, 405u) << method;
        EXPECT_EQ(header(refused, "Allow"), "GET, HEAD") << method;
    }
    EXPECT_EQ(got("/metrics", "", "HEAD").body, got("/metrics").body);
}

TEST(Site, AsksTheDaemonOnlyForWhatTheDaemonKnows) {
    EXPECT_TRUE(needs_daemon({"GET", "/metrics", ""}));
    EXPECT_TRUE(needs_daemon({"HEAD", "/status.json?x", ""}));
    EXPECT_FALSE(needs_daemon({"POST", "/metrics", ""}));
    EXPECT_FALSE(needs_daemon({"GET", "/", ""}));
    EXPECT_FALSE(needs_daemon({"GET", "/nothing", ""}));
    EXPECT_TRUE(needs_history({"GET", "/status.json", ""}));
    EXPECT_FALSE(needs_history({"GET", "/metrics", ""}));
}

TEST(WantedFormat, IsOpenMetricsForWhoeverPrefersIt) {
    for (const char* accept :
         {"application/openmetrics-text", "application/openmetrics-text;version=1.0.0, text/plain;q=0.5",
          "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
          "APPLICATION/OpenMetrics-Text ; q=1", "text/plain, application/openmetrics-text"})
        EXPECT_EQ(wanted_format(accept), TextFormat::OpenMetrics) << accept;
}

TEST(WantedFormat, IsPrometheusForEverybodyElse) {
    for (const char* accept :
         {"", "*/*", "text/plain", "text/html,*/*;q=0.8", "application/openmetrics-text;q=0",
          "application/openmetrics-text;q=0.3,text/plain;q=0.5", "application/openmetrics-text;q=much",
          ",,;;=,"})
        EXPECT_EQ(wanted_format(accept), TextFormat::Prometheus) << accept;
}

TEST(Listen, IsAnAddressWithAPort) {
    EXPECT_EQ(parse_listen("127.0.0.1:9112"), (Listen{net::Address::v4(127, 0, 0, 1), 9112}));
    EXPECT_EQ(parse_listen("[2001:db8::1]:80"), (Listen{*net::Address::parse("2001:db8::1"), 80}));
    for (const char* text : {"", ":9112", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                             "2001:db8::1:80", "[127.0.0.1]:80", "localhost:80", "[]:80", "[::1:80"})
        EXPECT_EQ(parse_listen(text), std::nullopt) << text;
}

}  // namespace
}  // namespace understudy::cli
