#include "understudy/wire/http.hpp"

#include <gtest/gtest.h>

namespace understudy::wire {
namespace {

TEST(HttpRequest, AsksOnceAndCloses) {
    EXPECT_EQ(http_request("192.0.2.1:8080", "/health?deep"),
              "GET /health?deep HTTP/1.1\r\nHost: 192.0.2.1:8080\r\nUser-Agent: understudy\r\n"
              "Accept: */*\r\nConnection: close\r\n\r\n");
}

TEST(HttpStatus, IsInTheFirstLine) {
    EXPECT_EQ(http_status("HTTP/1.1 200 OK\r"), 200);
    EXPECT_EQ(http_status("HTTP/1.0 503 Service Unavailable"), 503);
    EXPECT_EQ(http_status("HTTP/1.1 204\r"), 204);
    EXPECT_EQ(http_status("HTTP/1.1 204"), 204);
}

TEST(HttpStatus, IsNowhereElse) {
    for (const char* line :
         {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 abc", "HTTP/1.1 -20",
          "HTTP/1.1 099", "HTTP/2 200", "SSH-2.0-x", "HTTP/1.1200 OK", "ICY 200 OK"})
        EXPECT_EQ(http_status(line), std::nullopt) << line;
}

}  // namespace
}  // namespace understudy::wire
