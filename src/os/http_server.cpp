#include "understudy/os/http_server.hpp"

#include <algorithm>
#include <list>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "understudy/os/clock.hpp"

namespace understudy::os {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr seconds kRest{1};  // when descriptors have run out

SysError http_failed(std::string attempted, const ErrorCode& error) {
    return {std::move(attempted), error.value()};
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
    class Connection;
    using Connections = std::list<std::shared_ptr<Connection>>;  // that which was quiet longest first

    State(Loop& the_loop, const HttpServerOptions& the_options, Asked the_asked)
        : loop(the_loop), options(the_options), asked(std::move(the_asked)), acceptor(the_loop) {}

    void accept();
    void accepted(tcp::socket socket);
    void close();

    Loop& loop;
    HttpServerOptions options;
    Asked asked;
    tcp::acceptor acceptor;
    std::optional<Timer> timer;
    Connections connections;
    bool closed = false;
};

class HttpServer::State::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const std::shared_ptr<State>& server, tcp::socket socket)
        : server_(server), stream_(std::move(socket)), patience_(server->options.request_patience) {}

    [[nodiscard]] bool waits_for_us() const { return waits_for_us_; }

    void read() {
        const auto server = server_.lock();
        if (!server) return;
        parser_.emplace();
        parser_->header_limit(server->options.longest_header);
        parser_->body_limit(0);
        stream_.expires_after(patience_);
        http::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->heard(error); });
    }

    void close() {
        ErrorCode ignored;
        stream_.socket().close(ignored);
    }

private:
    void heard(const ErrorCode& error) {
        const auto server = server_.lock();
        if (!server || error == asio::error::operation_aborted) return leave();
        if (error) return complain(error);
        const auto& request = parser_->get();
        is_head_ = request.method() == http::verb::head;
        keeps_ = request.keep_alive();
        patience_ = server->options.idle_patience;
        waits_for_us_ = true;
        refresh(*server);
        const HttpRequest told{std::string{request.method_string()}, std::string{request.target()},
                               std::string{request[http::field::accept]}};
        server->asked(told, [weak = weak_from_this()](HttpResponse response) {
            if (const auto self = weak.lock()) self->answer(std::move(response));
        });
    }

    // What no program that means well sends is answered once, as far as it was a request at all.
    void complain(const ErrorCode& error) {
        keeps_ = false;
        is_head_ = false;
        if (error == http::error::header_limit)
            return answer({431, "text/plain; charset=utf-8", "The request is too long.\n"});
        if (error == http::error::body_limit || error == http::error::unexpected_body)
            return answer({413, "text/plain; charset=utf-8", "A request has no body here.\n"});
        if (error.category() == http::make_error_code(http::error::bad_version).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message)
            return answer({400, "text/plain; charset=utf-8", "This is no HTTP request.\n"});
        leave();
    }

    void answer(HttpResponse response) {
        const auto server = server_.lock();
        if (!server) return;
        waits_for_us_ = false;
        response_.emplace(http::int_to_status(response.status), 11);
        response_->set(http::field::content_type, response.content_type);
        for (const auto& [name, value] : response.headers)
            response_->set(boost::string_view{name.data(), name.size()}, value);
        response_->keep_alive(keeps_);
        response_->content_length(response.body.size());
        if (!is_head_) response_->body() = std::move(response.body);
        serializer_.emplace(*response_);
        stream_.expires_after(server->options.answer_patience);
        const auto done = [self = shared_from_this()](const ErrorCode& error, std::size_t) {
            self->sent(error);
        };
        if (is_head_)
            http::async_write_header(stream_, *serializer_, done);
        else
            http::async_write(stream_, *serializer_, done);
    }

    void sent(const ErrorCode& error) {
        if (error || !keeps_) return leave();
        read();
    }

    void refresh(State& server) {
        const auto found = std::ranges::find(server.connections, shared_from_this());
        if (found != server.connections.end())
            server.connections.splice(server.connections.end(), server.connections, found);
    }

    void leave() {
        ErrorCode ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        close();
        if (const auto server = server_.lock()) server->connections.remove(shared_from_this());
    }

    std::weak_ptr<State> server_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    seconds patience_;
    std::optional<http::request_parser<http::empty_body>> parser_;
    std::optional<http::response<http::string_body>> response_;
    std::optional<http::response_serializer<http::string_body>> serializer_;
    bool is_head_ = false;
    bool keeps_ = false;
    bool waits_for_us_ = false;
};

void HttpServer::State::accept() {
    acceptor.async_accept([weak = weak_from_this()](const ErrorCode& error, tcp::socket socket) {
        const auto self = weak.lock();
        if (!self || self->closed) return;
        if (!error) self->accepted(std::move(socket));
        // Without a free descriptor the connection stays waiting, and would wake us for ever.
        if (error && error != asio::error::connection_aborted && error != asio::error::interrupted)
            return self->timer->arm(now() + kRest);
        self->accept();
    });
}

void HttpServer::State::accepted(tcp::socket socket) {
    if (connections.size() >= options.most_connections) {
        const auto quiet = std::ranges::find_if(
            connections, [](const std::shared_ptr<Connection>& one) { return !one->waits_for_us(); });
        if (quiet == connections.end()) return;
        (*quiet)->close();
        connections.erase(quiet);
    }
    connections.push_back(std::make_shared<Connection>(shared_from_this(), std::move(socket)));
    connections.back()->read();
}

void HttpServer::State::close() {
    closed = true;
    ErrorCode ignored;
    acceptor.close(ignored);
    timer.reset();
    for (const auto& connection : std::exchange(connections, {})) connection->close();
}

std::expected<HttpServer, SysError> HttpServer::open(Loop& loop, const HttpServerOptions& options,
                                                     Asked asked) {
    auto state = std::make_shared<State>(loop, options, std::move(asked));
    ErrorCode error;
    const tcp::endpoint endpoint{asio::ip::make_address(options.address.to_string(), error), options.port};
    const std::string attempted =
        "listen at " + options.address.to_string() + " port " + std::to_string(options.port);
    if (!error) state->acceptor.open(endpoint.protocol(), error);
    if (!error) state->acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) state->acceptor.bind(endpoint, error);
    if (!error) state->acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return std::unexpected(http_failed(attempted, error));
    auto timer = Timer::open(loop, [weak = std::weak_ptr{state}] {
        if (const auto self = weak.lock()) self->accept();
    });
    if (!timer) return std::unexpected(timer.error());
    state->timer.emplace(*std::move(timer));
    state->accept();
    return HttpServer{std::move(state)};
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;

HttpServer& HttpServer::operator=(HttpServer&& other) noexcept {
    HttpServer old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

HttpServer::~HttpServer() {
    if (state_) state_->close();
}

std::uint16_t HttpServer::port() const {
    ErrorCode ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace understudy::os
