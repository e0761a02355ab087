#include "understudy/os/mail.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "understudy/os/clock.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kLongestLine = 4096;  // RFC 5321 §4.5.3.1.5 asks for 512

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::unexpected<MailFailure> mail_failed(const SysError& error) {
    return std::unexpected(MailFailure{error.to_string(), false});
}

std::expected<Addresses, MailFailure> resolve(const MailServer& server) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &wanted, &found);
    const std::string what = "look up " + server.host;
    if (error == EAI_SYSTEM) return mail_failed(SysError::last(what));
    if (error != 0) return std::unexpected(MailFailure{what + ": " + ::gai_strerror(error), false});
    return Addresses{found, &::freeaddrinfo};
}

// 0, or why there was nothing: ETIMEDOUT, not in time.
int wait_for(int fd, short what, Instant until) {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - now()).count();
        pollfd entry{fd, what, 0};
        const int ready = ::poll(&entry, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready > 0) return 0;
        if (ready == 0) return ETIMEDOUT;
        if (errno != EINTR) return errno;
    }
}

std::expected<UniqueFd, SysError> connect_to(const addrinfo& address, const std::string& what,
                                             Instant until) {
    UniqueFd fd{
        ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol)};
    if (!fd) return std::unexpected(SysError::last(what));
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
    if (errno != EINPROGRESS) return std::unexpected(SysError::last(what));
    if (const int late = wait_for(fd.get(), POLLOUT, until)) return std::unexpected(SysError{what, late});
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) < 0) error = errno;
    if (error != 0) return std::unexpected(SysError{what, error});
    return fd;
}

std::expected<UniqueFd, MailFailure> connect_to(const MailServer& server) {
    const auto addresses = resolve(server);
    if (!addresses) return std::unexpected(addresses.error());
    const std::string what = "connect to " + server.host + " port " + std::to_string(server.port);
    SysError last{what, EADDRNOTAVAIL};
    for (const addrinfo* address = addresses->get(); address != nullptr; address = address->ai_next) {
        auto connected = connect_to(*address, what, now() + server.patience);
        if (connected) return *std::move(connected);
        last = connected.error();
    }
    return mail_failed(last);
}

std::expected<void, SysError> send_all(int fd, std::string_view text, Instant until) {
    while (!text.empty()) {
        const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            text.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const int late = wait_for(fd, POLLOUT, until))
                return std::unexpected(SysError{"write to the mail server", late});
        } else if (errno != EINTR) {
            return std::unexpected(SysError::last("write to the mail server"));
        }
    }
    return {};
}

// The lines of one connection.
class Lines {
public:
    explicit Lines(int fd) : fd_(fd) {}

    std::expected<std::string, SysError> next(Instant until) {
        const std::string what = "read the answer of the mail server";
        for (;;) {
            if (const std::size_t end = waiting_.find('\n'); end != std::string::npos) {
                std::string line = waiting_.substr(0, end);
                waiting_.erase(0, end + 1);
                return line;
            }
            if (waiting_.size() > kLongestLine) return std::unexpected(SysError{what, EMSGSIZE});
            if (const int late = wait_for(fd_, POLLIN, until)) return std::unexpected(SysError{what, late});
            std::array<char, 1024> piece;
            const ssize_t size = ::recv(fd_, piece.data(), piece.size(), 0);
            if (size > 0) waiting_.append(piece.data(), static_cast<std::size_t>(size));
            if (size == 0) return std::unexpected(SysError{what, ECONNRESET});
            if (size < 0 && errno != EINTR && errno != EAGAIN) return std::unexpected(SysError::last(what));
        }
    }

private:
    int fd_;
    std::string waiting_;
};

// However many lines the server makes of its answers.
std::expected<void, SysError> talk(int fd, wire::SmtpDialogue& dialogue, const MailServer& server) {
    const Instant end = now() + server.all_together;
    Lines lines{fd};
    while (!dialogue.over()) {
        const auto line = lines.next(std::min(now() + server.patience, end));
        if (!line) return std::unexpected(line.error());
        const Instant until = std::min(now() + server.patience, end);
        if (const auto sent = send_all(fd, dialogue.heard(*line), until); !sent) return sent;
    }
    return {};
}

}  // namespace

std::expected<void, MailFailure> deliver(const MailServer& server, wire::SmtpDialogue dialogue) {
    const auto connection = connect_to(server);
    if (!connection) return std::unexpected(connection.error());
    const auto talked = talk(connection->get(), dialogue, server);
    if (dialogue.delivered()) return {};
    // That it was cut off may be over next time, whatever was said before of one recipient.
    if (!talked && !dialogue.over()) return mail_failed(talked.error());
    if (const auto& refusal = dialogue.refusal())
        return std::unexpected(MailFailure{refusal->text, refusal->permanent});
    return mail_failed(talked.error());
}

}  // namespace understudy::os
