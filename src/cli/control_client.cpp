#include "control_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "understudy/ctl/reply.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/sys_error.hpp"

#include "control_text.hpp"

namespace understudy::cli {

namespace {

constexpr milliseconds kMoment{100};

std::unexpected<std::string> failed(const std::string& attempted) {
    return std::unexpected(os::SysError::last(attempted).to_string());
}

// A daemon whose queue is full for the moment is asked again.
int connect_in_time(const os::UniqueFd& fd, const sockaddr_un& address, Instant until) {
    constexpr int kPauseInMilliseconds = 20;
    for (;;) {
        const int result = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        if (result == 0 || errno != EAGAIN || os::now() >= until) return result;
        ::poll(nullptr, 0, kPauseInMilliseconds);
    }
}

// A reset says that the question was never read.
std::expected<std::string, Unanswered> read_line(const os::UniqueFd& fd, Instant until) {
    const auto nothing = [](std::string why) { return std::unexpected(Unanswered{std::move(why)}); };
    std::string line;
    std::array<char, 65536> buffer{};
    while (line.size() < kLongestAnswer) {
        if (!wait_for(fd, POLLIN, until)) return nothing("the daemon does not answer");
        const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
        if (size == 0) return nothing("the daemon hung up without an answer");
        if (size < 0 && errno != EAGAIN && errno != EINTR) {
            const bool unheard = errno == ECONNRESET && line.empty();
            return std::unexpected(Unanswered{failed("read the daemon's answer").error(), false, unheard});
        }
        if (size <= 0) continue;
        line.append(buffer.data(), static_cast<std::size_t>(size));
        if (line.back() != '\n') continue;
        line.pop_back();
        return line;
    }
    return nothing("the daemon's answer is too long");
}

// Half a line is no request; and whoever only asks may ask twice.
std::expected<nlohmann::json, Unanswered> ask_once(const std::string& path, const ctl::Question& question,
                                                   Instant until) {
    const auto fd = connect_to(path, until);
    if (!fd) return std::unexpected(Unanswered{fd.error()});
    if (const auto sent = send_line(*fd, ctl::to_line(ctl::Request{1, question}), until); !sent)
        return std::unexpected(Unanswered{sent.error(), false, true});
    auto line = read_line(*fd, until);
    if (!line) {
        line.error().unheard |= ctl::needed_access(question) == ctl::Access::Read;
        return std::unexpected(std::move(line.error()));
    }
    auto result = result_in(*line);
    if (!result) return std::unexpected(Unanswered{std::move(result.error()), true});
    return *std::move(result);
}

std::string words(const ctl::Problem& problem) {
    std::string text = problem.message;
    std::string known;
    for (const std::string& word : problem.known) known += (known.empty() ? "" : ", ") + word;
    return known.empty() ? text : text + " (known: " + known + ")";
}

}  // namespace

std::expected<os::UniqueFd, std::string> connect_to(const std::string& path, Instant until) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return std::unexpected("the path of the socket is too long, or empty: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    os::UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return failed("open a local socket");
    if (connect_in_time(fd, address, until) == 0) return fd;
    auto problem = failed("reach the daemon at " + path);
    if (errno == EACCES) problem.error() += "; only root and members of the control group may";
    if (errno == ENOENT || errno == ECONNREFUSED)
        problem.error() += "; is it running, and is this its socket?";
    return problem;
}

bool wait_for(const os::UniqueFd& fd, short what, Instant until) {
    pollfd waiting{fd.get(), what, 0};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - os::now()).count();
        const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

std::expected<void, std::string> send_line(const os::UniqueFd& fd, std::string line, Instant until) {
    line += '\n';
    for (std::size_t sent = 0; sent < line.size();) {
        if (!wait_for(fd, POLLOUT, until)) return std::unexpected("the daemon does not listen to us");
        const ssize_t size = ::send(fd.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (size < 0 && errno != EAGAIN && errno != EINTR) return failed("ask the daemon");
        if (size > 0) sent += static_cast<std::size_t>(size);
    }
    return {};
}

std::expected<nlohmann::json, std::string> result_in(std::string_view line) {
    auto reply = ctl::parse_reply(line);
    if (!reply) return std::unexpected("what answers there does not speak our language");
    if (!reply->outcome) return std::unexpected(words(reply->outcome.error()));
    return *std::move(reply->outcome);
}

std::expected<nlohmann::json, Unanswered> ask_or_say_why(const std::string& path,
                                                         const ctl::Question& question, seconds patience) {
    const Instant until = os::now() + patience;
    for (;;) {
        auto answer = ask_once(path, question, until);
        if (answer || !answer.error().unheard || os::now() >= until) return answer;
        wait_a_moment();
    }
}

std::expected<nlohmann::json, std::string> ask(const std::string& path, const ctl::Question& question,
                                               seconds patience) {
    auto answer = ask_or_say_why(path, question, patience);
    if (!answer) return std::unexpected(std::move(answer.error().text));
    return *std::move(answer);
}

std::expected<nlohmann::json, int> ask(const Arguments& arguments, const ctl::Question& question,
                                       Console& console) {
    auto answer = ask(arguments.value("socket").value_or(kDefaultSocket), question, kPatience);
    if (answer) return *std::move(answer);
    console.err << "understudyctl: " << answer.error() << "\n";
    return std::unexpected(kFailed);
}

void pause_for(milliseconds duration) { ::poll(nullptr, 0, static_cast<int>(duration.count())); }

void wait_a_moment() { pause_for(kMoment); }

int ask_and_show(const Arguments& arguments, const ctl::Question& question, Console& console) {
    const auto result = ask(arguments, question, console);
    if (!result) return result.error();
    show_instances(arguments, *result, console);
    return kDone;
}

}  // namespace understudy::cli
