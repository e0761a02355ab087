// A small HTTP/1.1 server for answers that fit in memory, for people and programs that only look: it takes
// requests without a body, tells each as a plain value, and sends what it is given.
//
// Whoever can connect may be rude, and that costs nobody else anything: there are so many connections, and
// the one that has been quiet longest makes room; a request has so many octets and so much time, an answer so
// much time to be taken; one request of a connection is looked at at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct HttpRequest {
    std::string method;  // "GET"
    std::string target;  // "/metrics?x=1", as it was sent
    std::string accept;  // the header; empty if there is none
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type;
    std::string body;  // not sent to HEAD, but its length
    std::vector<std::pair<std::string_view, std::string>> headers = {};
};

struct HttpServerOptions {
    net::Address address;
    std::uint16_t port = 0;
    std::size_t most_connections = 64;
    std::uint32_t longest_header = 8192;  // octets, request line included
    seconds request_patience{10};         // for the first request of a connection, from its beginning
    seconds idle_patience{75};            // for each further one
    seconds answer_patience{20};          // for the client to take an answer
};

class HttpServer {
public:
    using Answer = std::move_only_function<void(HttpResponse)>;
    // The answer may be given at once or later, or be dropped, which ends the connection.
    using Asked = std::move_only_function<void(const HttpRequest&, Answer)>;

    [[nodiscard]] static std::expected<HttpServer, SysError> open(Loop& loop,
                                                                  const HttpServerOptions& options,
                                                                  Asked asked);
    HttpServer(HttpServer&&) noexcept;
    HttpServer& operator=(HttpServer&&) noexcept;
    ~HttpServer();

    // Where it listens: the port that the kernel chose if none was given.
    [[nodiscard]] std::uint16_t port() const;

private:
    struct State;
    explicit HttpServer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
