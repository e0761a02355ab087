#include "understudy/os/control_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "understudy/os/clock.hpp"

#include "readiness.hpp"
#include "unix_listener.hpp"

namespace understudy::os {

namespace {

constexpr seconds kLookAgain{1};

}  // namespace

bool Peer::belongs_to(gid_t group) const { return std::ranges::find(groups, group) != groups.end(); }

struct ControlSocket::State : std::enable_shared_from_this<State> {
    struct Client {
        Peer peer;
        std::optional<LineStream> stream;
        Instant last_active;
        bool asked = false;                   // its question is not answered yet
        std::optional<Instant> unsent_since;  // its answer, or what it was told, is not taken yet
        std::optional<Instant> subscribed;
    };

    State(Loop& the_loop, ControlSocketOptions the_options, Handlers the_handlers, UniqueFd fd,
          std::optional<ino_t> inode)
        : loop(the_loop),
          options(std::move(the_options)),
          handlers(std::move(the_handlers)),
          listener(std::move(fd)),
          own_inode(inode) {}

    void watch() {
        readiness.emplace(loop, listener.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->accept_one();
        });
    }

    // One a turn, so that what a client says at once is heard before the next may take its place.
    void accept_one() {
        if (!has_room()) return rest();
        UniqueFd connection{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (connection) return welcome(std::move(connection));
        // Without a free descriptor the connection stays waiting, and would wake us for ever.
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) rest();
    }

    void rest() {
        readiness.reset();
        look_again();
    }

    // Those that wait to be accepted wait on while all that have been wait for answers of ours.
    [[nodiscard]] bool has_room() const {
        return askers() < options.most_clients || std::ranges::any_of(clients, is_idle);
    }

    [[nodiscard]] std::size_t askers() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            clients, [](const auto& entry) { return !entry.second.subscribed.has_value(); }));
    }

    // Neither waits for an answer of ours nor for what may happen.
    static bool is_idle(const std::pair<const ClientId, Client>& entry) {
        return !entry.second.asked && !entry.second.subscribed;
    }

    void welcome(UniqueFd connection) {
        auto peer = peer_of(connection.get());
        if (!peer) return;
        make_room();
        const ClientId id = ++last_id;
        Client& client = clients[id];
        client.peer = *std::move(peer);
        client.last_active = now();
        const auto with = [weak = weak_from_this(), id](auto does) {
            return [weak, id, does](auto... what) {
                if (const auto self = weak.lock()) ((*self).*does)(id, what...);
            };
        };
        client.stream.emplace(
            loop, std::move(connection), options.limits,
            LineStream::Handlers{with(&State::heard), with(&State::sent), with(&State::ended)});
    }

    // The one that has been quiet longest goes, of those that do not wait for an answer of ours.
    void make_room() {
        if (askers() < options.most_clients) return;
        auto quietest = clients.end();
        for (auto it = clients.begin(); it != clients.end(); ++it)
            if (is_idle(*it) &&
                (quietest == clients.end() || it->second.last_active < quietest->second.last_active))
                quietest = it;
        if (quietest != clients.end()) clients.erase(quietest);
    }

    void heard(ClientId id, std::string_view line) {
        const auto found = clients.find(id);
        if (found == clients.end()) return;
        Client& client = found->second;
        client.stream->hold();
        client.asked = true;
        client.last_active = now();
        const Peer peer = client.peer;  // the client may be gone before its question is looked at
        handlers.heard(id, peer, line);
    }

    void answer(ClientId id, std::string_view line) {
        const auto found = clients.find(id);
        if (found == clients.end()) return;
        Client& client = found->second;
        client.asked = false;
        client.unsent_since = now();
        client.stream->send(line);
        look_again();
        if (!readiness) watch();
    }

    void subscribe(ClientId id) {
        const auto found = clients.find(id);
        if (found == clients.end() || found->second.subscribed) return;
        drop_longest_subscriber();
        found->second.subscribed = now();
        if (!readiness) watch();  // its place is free
    }

    void drop_longest_subscriber() {
        std::size_t subscribers = 0;
        auto longest = clients.end();
        for (auto it = clients.begin(); it != clients.end(); ++it) {
            if (!it->second.subscribed) continue;
            ++subscribers;
            if (longest == clients.end() || it->second.subscribed < longest->second.subscribed) longest = it;
        }
        if (subscribers < options.most_subscribers) return;
        longest->second.stream->send(options.unsubscribed);
        clients.erase(longest);
    }

    [[nodiscard]] bool is_subscribed(ClientId id) const {
        const auto found = clients.find(id);
        return found != clients.end() && found->second.subscribed;
    }

    bool tell(ClientId id, std::string_view lines) {
        const auto found = clients.find(id);
        if (found == clients.end() || !found->second.subscribed) return false;
        Client& client = found->second;
        if (client.stream->unsent() > 0 && client.stream->unsent() + lines.size() > options.most_untold) {
            clients.erase(found);
            return false;
        }
        if (!client.unsent_since) client.unsent_since = now();
        client.stream->send(lines);
        look_again();
        return true;
    }

    void sent(ClientId id) {
        const auto found = clients.find(id);
        if (found == clients.end()) return;
        found->second.unsent_since.reset();
        if (!found->second.asked) found->second.stream->release();
    }

    void ended(ClientId id, LineStream::End how) {
        const auto found = clients.find(id);
        if (found == clients.end()) return;
        if (how == LineStream::End::LineTooLong) found->second.stream->send(options.too_long);
        clients.erase(found);
        if (!readiness) watch();
    }

    void look_again() {
        if (!std::exchange(timer_armed, true)) timer->arm(now() + kLookAgain);
    }

    void on_timer() {
        timer_armed = false;
        const Instant time = now();
        std::erase_if(clients, [&](const auto& entry) {
            return entry.second.unsent_since && time - *entry.second.unsent_since >= options.patience;
        });
        if (!readiness) watch();
        const auto waits = [](const auto& entry) { return entry.second.unsent_since.has_value(); };
        if (std::ranges::any_of(clients, waits)) look_again();
    }

    void close() {
        readiness.reset();
        timer.reset();
        clients.clear();
        listener = UniqueFd{};
    }

    Loop& loop;
    ControlSocketOptions options;
    Handlers handlers;
    UniqueFd listener;
    std::optional<ino_t> own_inode;
    std::optional<Readiness> readiness;  // none while descriptors have run out
    std::optional<Timer> timer;
    bool timer_armed = false;
    std::map<ClientId, Client> clients;
    ClientId last_id = 0;
};

std::expected<ControlSocket, SysError> ControlSocket::open(Loop& loop, const ControlSocketOptions& options,
                                                           Handlers handlers) {
    auto listener = listen_at(options);
    if (!listener) return std::unexpected(listener.error());
    auto state = std::make_shared<State>(loop, options, std::move(handlers), *std::move(listener),
                                         inode_at(options.path));
    auto timer = Timer::open(loop, [weak = std::weak_ptr{state}] {
        if (const auto self = weak.lock()) self->on_timer();
    });
    if (!timer) return std::unexpected(timer.error());
    state->timer.emplace(*std::move(timer));
    state->watch();
    return ControlSocket{std::move(state)};
}

ControlSocket::ControlSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
ControlSocket::ControlSocket(ControlSocket&&) noexcept = default;

ControlSocket& ControlSocket::operator=(ControlSocket&& other) noexcept {
    ControlSocket old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

ControlSocket::~ControlSocket() {
    if (!state_) return;
    if (state_->own_inode && stands_at(state_->options.path, *state_->own_inode))
        ::unlink(state_->options.path.c_str());
    state_->close();
}

void ControlSocket::answer(ClientId client, std::string_view line) { state_->answer(client, line); }

void ControlSocket::subscribe(ClientId client) { state_->subscribe(client); }

bool ControlSocket::tell(ClientId client, std::string_view lines) { return state_->tell(client, lines); }

bool ControlSocket::is_subscribed(ClientId client) const { return state_->is_subscribed(client); }

std::size_t ControlSocket::clients() const { return state_->clients.size(); }

void ControlSocket::abandon() {
    state_->own_inode.reset();
    state_->close();
}

}  // namespace understudy::os
