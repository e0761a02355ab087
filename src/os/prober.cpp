#include "understudy/os/prober.hpp"

#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <expected>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "understudy/os/routes.hpp"
#include "understudy/os/unique_fd.hpp"
#include "understudy/wire/http.hpp"

#include "neighbour_question.hpp"
#include "probe_socket.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

namespace asio = boost::asio;
using Wait = asio::posix::descriptor_base::wait_type;

constexpr std::size_t kLongestLine = 1024;  // of an answer by HTTP

// What the network says in one breath with what was asked; what this host refuses with what was attempted.
std::string in_words(const SysError& error) {
    if (!error.attempted.empty()) return error.to_string();
    std::string text = error.text();
    if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

// So that what answers to an earlier process, or to somebody else's ping, is not taken for ours.
std::uint64_t unlikely_number() {
    std::uint64_t number = 0;
    static_cast<void>(::getrandom(&number, sizeof number, GRND_NONBLOCK));
    return number;
}

}  // namespace

struct Prober::State : std::enable_shared_from_this<Prober::State> {
    struct Asked {
        Asked(Loop& loop, std::uint64_t the_id, Question the_question)
            : id(the_id), question(std::move(the_question)), descriptor(loop) {}
        std::uint64_t id;
        Question question;
        asio::posix::stream_descriptor descriptor;
        std::string received;
    };
    using Step = void (State::*)(const std::shared_ptr<Asked>&);

    State(Loop& the_loop, Answered the_answered) : loop(the_loop), answered(std::move(the_answered)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        for (const auto& [id, asked] : open) close(*asked);
    }

    // What still waits for the descriptor keeps the question alive, so that it has to be closed by name.
    static void close(Asked& asked) {
        boost::system::error_code ignored;
        asked.descriptor.close(ignored);
    }

    void ask(std::uint64_t id, const Question& question) {
        auto asked = std::make_shared<Asked>(loop, id, question);
        open[id] = asked;
        if (question.kind == Question::Kind::EchoOfGateway) {
            const auto gateway = default_gateway(question.host.family());
            if (!gateway) return finish_later(id, {false, in_words(gateway.error())});
            asked->question.kind = Question::Kind::Echo;
            asked->question.host = gateway->address;
            asked->question.interface = gateway->interface;
        }
        begin_asking(asked);
    }

    void begin_asking(const std::shared_ptr<Asked>& asked) {
        const Question& question = asked->question;
        const std::uint64_t id = asked->id;
        auto fd = begin(id, question);
        if (!fd) return finish_later(id, {false, in_words(fd.error())});
        boost::system::error_code error;
        asked->descriptor.assign(fd->get(), error);
        if (error) return finish_later(id, {false, "cannot wait for an answer: " + error.message()});
        static_cast<void>(fd->release());
        if (question.kind == Question::Kind::Echo) return wait(asked, Wait::wait_read, &State::hear_an_echo);
        if (question.kind == Question::Kind::Neighbour)
            return wait(asked, Wait::wait_read, &State::hear_a_neighbour);
        wait(asked, Wait::wait_write, &State::connected);
    }

    [[nodiscard]] std::expected<UniqueFd, SysError> begin(std::uint64_t id, const Question& question) const {
        if (question.kind == Question::Kind::Echo) return send_echo(question, first_mark + id);
        if (question.kind == Question::Kind::Neighbour) return ask_neighbours(question);
        return begin_connection(question);
    }

    void wait(const std::shared_ptr<Asked>& asked, Wait what, Step then) {
        asked->descriptor.async_wait(what, [weak = weak_from_this(), asked, then](const auto& error) {
            const auto self = weak.lock();
            if (self && !error && self->open.contains(asked->id)) ((*self).*then)(asked);
        });
    }

    void hear_an_echo(const std::shared_ptr<Asked>& asked) {
        const auto heard =
            hear_echo(asked->descriptor.native_handle(), asked->question, first_mark + asked->id);
        if (!heard) return finish(asked->id, {false, in_words(heard.error())});
        if (*heard == EchoHeard::Ours) return finish(asked->id, {true, "answered"});
        wait(asked, Wait::wait_read, &State::hear_an_echo);
    }

    void hear_a_neighbour(const std::shared_ptr<Asked>& asked) {
        const auto heard = hear_neighbour(asked->descriptor.native_handle(), asked->question);
        if (!heard) return finish(asked->id, {false, in_words(heard.error())});
        if (*heard) return finish(asked->id, {true, "answered by " + (*heard)->to_string()});
        wait(asked, Wait::wait_read, &State::hear_a_neighbour);
    }

    void connected(const std::shared_ptr<Asked>& asked) {
        const int fd = asked->descriptor.native_handle();
        if (const int error = connection_error(fd); error != 0)
            return finish(asked->id, {false, in_words({"", error})});
        if (asked->question.kind == Question::Kind::Connect) return finish(asked->id, {true, "connected"});
        const std::string& request = asked->question.request;
        const ssize_t sent =
            uninterrupted([&] { return ::send(fd, request.data(), request.size(), MSG_NOSIGNAL); });
        if (sent < 0) return finish(asked->id, {false, in_words(SysError::last(""))});
        // An empty send buffer takes the few octets of a sensible path whole.
        if (static_cast<std::size_t>(sent) < request.size())
            return finish(asked->id, {false, "the request is too long to be sent at once"});
        wait(asked, Wait::wait_read, &State::receive);
    }

    void receive(const std::shared_ptr<Asked>& asked) {
        std::array<char, kLongestLine> room;
        const ssize_t size =
            ::recv(asked->descriptor.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return wait(asked, Wait::wait_read, &State::receive);
        if (size < 0) return finish(asked->id, {false, in_words(SysError::last(""))});
        asked->received.append(room.data(), static_cast<std::size_t>(size));
        const std::size_t end = asked->received.find('\n');
        const bool more = size > 0 && end == std::string::npos && asked->received.size() < kLongestLine;
        if (more) return wait(asked, Wait::wait_read, &State::receive);
        if (asked->received.empty()) return finish(asked->id, {false, "connection closed without an answer"});
        judge(*asked, std::string_view{asked->received}.substr(0, end));
    }

    void judge(const Asked& asked, std::string_view line) {
        const auto status = wire::http_status(line);
        if (!status) return finish(asked.id, {false, "the answer is not HTTP"});
        const bool good = *status >= asked.question.least && *status <= asked.question.most;
        finish(asked.id, {good, "status " + std::to_string(*status)});
    }

    void finish_later(std::uint64_t id, ProbeAnswer answer) {
        asio::post(loop, [weak = weak_from_this(), id, answer = std::move(answer)] {
            if (const auto self = weak.lock()) self->finish(id, answer);
        });
    }

    void finish(std::uint64_t id, const ProbeAnswer& answer) {
        if (withdraw(id)) answered(id, answer);
    }

    bool withdraw(std::uint64_t id) {
        const auto found = open.find(id);
        if (found == open.end()) return false;
        close(*found->second);
        open.erase(found);
        return true;
    }

    Loop& loop;
    Answered answered;
    std::map<std::uint64_t, std::shared_ptr<Asked>> open;
    std::uint64_t first_mark = unlikely_number();
};

Prober::Prober(Loop& loop, Answered answered) : state_(std::make_shared<State>(loop, std::move(answered))) {}
Prober::Prober(Prober&&) noexcept = default;
Prober& Prober::operator=(Prober&&) noexcept = default;
Prober::~Prober() = default;

void Prober::ask(std::uint64_t id, const Question& question) { state_->ask(id, question); }
void Prober::withdraw(std::uint64_t id) { state_->withdraw(id); }

}  // namespace understudy::os
