#include "subscription.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "understudy/ctl/reply.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/sys_error.hpp"

#include "control_client.hpp"

namespace understudy::cli {

std::expected<Subscription, std::string> Subscription::open(const std::string& path,
                                                            const ctl::Subscribe& wanted, seconds patience) {
    const Instant until = os::now() + patience;
    auto fd = connect_to(path, until);
    if (!fd) return std::unexpected(std::move(fd.error()));
    if (auto sent = send_line(*fd, ctl::to_line(ctl::Request{1, wanted}), until); !sent)
        return std::unexpected(std::move(sent.error()));
    Subscription made{*std::move(fd)};
    const auto line = made.next_line(until);
    if (!line) return std::unexpected(line.error());
    if (!*line) return std::unexpected("the daemon does not answer");
    if (auto result = result_in(**line); !result) return std::unexpected(std::move(result.error()));
    return made;
}

// None: nothing has come by then.
std::expected<std::optional<std::string>, std::string> Subscription::next_line(Instant until) {
    std::array<char, 65536> buffer{};
    for (;;) {
        if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        if (received_.size() > kLongestAnswer) return std::unexpected("the daemon's line is too long");
        if (!wait_for(fd_, POLLIN, until)) return std::nullopt;
        const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size == 0) return std::unexpected("the daemon has hung up");
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            return std::unexpected(os::SysError::last("hear the daemon").to_string());
        if (size > 0) received_.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

std::expected<std::optional<nlohmann::json>, std::string> Subscription::next(Instant until) {
    const auto line = next_line(until);
    if (!line) return std::unexpected(line.error());
    if (!*line) return std::nullopt;
    if (auto event = ctl::parse_event(**line)) return std::move(event->what);
    const auto result = result_in(**line);
    return std::unexpected(result ? "what answers there does not speak our language" : result.error());
}

std::expected<std::vector<nlohmann::json>, std::string> Subscription::wait(milliseconds patience) {
    if (!problem_.empty()) return std::unexpected(problem_);
    std::vector<nlohmann::json> entries;
    const Instant until = os::now() + patience;
    for (;;) {
        auto entry = next(entries.empty() ? until : os::now());
        if (!entry) problem_ = entry.error();
        if (!entry && entries.empty()) return std::unexpected(problem_);
        if (!entry || !*entry) return entries;
        entries.push_back(**std::move(entry));
    }
}

}  // namespace understudy::cli
