#include "executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/links.hpp"
#include "understudy/os/sysctl.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

#include "receive_buffer.hpp"

namespace understudy::daemon {

namespace {

// keepalived, too, looks at the forwarding setting again after this time.
constexpr microseconds kForwardingValid = seconds{5};
constexpr seconds kWatchAgain{1};
constexpr milliseconds kPatience{50};  // of words, while there is no end of what is more urgent
// Whoever lets every advert be logged wants to see each of them.
constexpr std::array<std::string_view, 2> kNeverSummed{"advert-heard", "advert-sent"};

// Nobody on the network waits for it.
bool can_wait(const agent::Action& action) {
    return std::holds_alternative<agent::Tell>(action) || std::holds_alternative<agent::Remember>(action) ||
           std::holds_alternative<agent::WatchNeighbours>(action);
}

os::LogLevel translate(agent::Level level) {
    switch (level) {
        case agent::Level::Debug:
            return os::LogLevel::Debug;
        case agent::Level::Info:
            return os::LogLevel::Info;
        case agent::Level::Notice:
            return os::LogLevel::Notice;
        case agent::Level::Warning:
            return os::LogLevel::Warning;
        case agent::Level::Error:
            return os::LogLevel::Error;
    }
    return os::LogLevel::Error;
}

os::VridSet vrid_set(const agent::Listener& listener) {
    os::VridSet set;
    for (const net::Vrid vrid : listener.vrids) set.set(vrid.value());
    return set;
}

// The same socket with another filter and another buffer will do.
bool same_socket(agent::Listener a, const agent::Listener& b) {
    a.vrids = b.vrids;
    a.receive_buffer = b.receive_buffer;
    return a == b;
}

std::optional<os::ReceiveBuffer> buffer_for(const agent::Listener& listener) {
    return receive_buffer({listener.receive_buffer, false});
}

os::ChangeKind translate(desired::ChangeKind kind) {
    switch (kind) {
        case desired::ChangeKind::Add:
            return os::ChangeKind::Add;
        case desired::ChangeKind::Remove:
            return os::ChangeKind::Remove;
        case desired::ChangeKind::Renew:
            return os::ChangeKind::Renew;
    }
    return os::ChangeKind::Add;
}

wire::RoutePlace translate(model::Insertion insertion) {
    switch (insertion) {
        case model::Insertion::Before:
            return wire::RoutePlace::First;
        case model::Insertion::After:
            return wire::RoutePlace::Last;
        case model::Insertion::Alone:
            return wire::RoutePlace::Alone;
    }
    return wire::RoutePlace::First;
}

os::KernelChange translate(const agent::KernelChange& change) {
    return std::visit(overloaded{
                          [](const desired::Change& one) -> os::KernelChange {
                              return os::AddressChange{translate(one.kind), one.object};
                          },
                          [](const desired::RouteChange& one) -> os::KernelChange {
                              return os::RouteChange{translate(one.kind), one.object.route,
                                                     translate(one.object.insertion)};
                          },
                          [](const desired::RuleChange& one) -> os::KernelChange {
                              return os::RuleChange{translate(one.kind), one.object.rule};
                          },
                      },
                      change);
}

std::vector<os::KernelChange> translate(const std::vector<agent::KernelChange>& changes) {
    std::vector<os::KernelChange> translated;
    translated.reserve(changes.size());
    for (const agent::KernelChange& change : changes) translated.push_back(translate(change));
    return translated;
}

}  // namespace

std::expected<Executor, os::SysError> Executor::open(os::Loop& loop, os::Log& log, Surroundings surroundings,
                                                     Handlers handlers) {
    auto changes = os::KernelChanges::open(
        receive_buffer(surroundings.buffers.vrrp_command).value_or(os::KernelChanges::kDefaultReceiveBuffer));
    if (!changes) return std::unexpected(changes.error());
    auto frames = os::FrameSocket::open();
    if (!frames) return std::unexpected(frames.error());
    auto scheduling = os::OwnScheduling::open(
        loop, [deliver = handlers.deliver] { deliver(agent::RealtimeLimitReached{}); });
    if (!scheduling) return std::unexpected(scheduling.error());
    return Executor{loop,
                    log,
                    std::move(surroundings),
                    std::move(handlers),
                    *std::move(changes),
                    *std::move(frames),
                    *std::move(scheduling)};
}

Executor::Executor(os::Loop& loop, os::Log& log, Surroundings surroundings, Handlers handlers,
                   os::KernelChanges changes, os::FrameSocket frames, os::OwnScheduling scheduling)
    : loop_(&loop),
      log_(&log),
      handlers_(std::move(handlers)),
      changes_(std::move(changes)),
      frames_(std::move(frames)),
      scheduling_(std::move(scheduling)),
      answers_(loop, handlers_.deliver),
      hooks_(surroundings.hooks),
      process_buffer_(surroundings.buffers.process_monitor),
      observers_(loop, {.deliver = handlers_.deliver,
                        .later =
                            [&loop, deliver = handlers_.deliver](agent::Event event) {
                                boost::asio::post(loop,
                                                  [deliver, event = std::move(event)] { deliver(event); });
                            }}),
      virtual_links_(log),
      settings_(log, std::move(surroundings.settings_file)) {}

// What is learned at once is told in a later turn: the agent is never called while its actions are carried
// out.
void Executor::later(agent::Event event) {
    boost::asio::post(*loop_, [deliver = handlers_.deliver, event = std::move(event)] { deliver(event); });
}

void Executor::run(std::span<const agent::Action> actions, bool more_is_due) {
    if (actions.empty() && patient_.empty()) return;  // as after most adverts of a master
    for (const agent::Action& action : actions) {
        if (const auto* const packet = std::get_if<agent::SendPacket>(&action)) {
            waiting_.push_back(packet);  // adverts that follow each other leave in one system call
            continue;
        }
        if (can_wait(action)) continue;
        send_packets();
        std::visit(overloaded{
                       [&](const agent::Listen& a) { listen(a); },
                       [&](const agent::SendPacket&) {},
                       [&](const agent::ChangeKernel& a) { change(a); },
                       [&](const agent::ChangeLinks& a) {
                           later(agent::LinksAnswered{virtual_links_.change(a.changes)});
                       },
                       [&](const agent::HoldSettings& a) { settings_.hold(a.settings); },
                       [&](const agent::SetFilter& a) { set_filter(a); },
                       [&](const agent::SendAnnouncements& a) { announce(a); },
                       [&](const agent::AskNeighbours& a) { ask(a); },
                       [](const agent::WatchNeighbours&) {},
                       [&](const agent::RunProgram& a) { hooks_->run(a); },
                       [&](const agent::EndProgram& a) { hooks_->end(a); },
                       [&](const agent::RunProbe& a) { observers_.ask(a); },
                       [&](const agent::WithdrawProbe& a) { observers_.withdraw(a); },
                       [&](const agent::OpenPipes& a) { hooks_->open(a); },
                       [&](const agent::WriteNotifyLine& a) { hooks_->write(a); },
                       [&](const agent::SendMail& a) { handlers_.tell(ctl::MailWanted{a.subject, a.text}); },
                       [&](const agent::KeepOrders& a) { handlers_.tell(ctl::OrdersChanged{a.orders}); },
                       [&](const agent::Remember&) {},
                       [&](const agent::WatchFiles& a) { hooks_->watch(a); },
                       [&](const agent::WatchProcesses& a) { hooks_->count(a, process_buffer_); },
                       [&](const agent::PollLinks& a) { observers_.poll(a); },
                       [&](const agent::SetScheduling& a) { schedule(a); },
                       [&](const agent::ReadKernel&) { handlers_.read_kernel(); },
                       [&](const agent::Tell&) {},
                       [&](const agent::Finished&) { handlers_.finished(); },
                   },
                   action);
    }
    send_packets();
    const bool hurries = has_answer() || more_is_due;
    if (patient_.empty() && !hurries) return run_patient(actions);
    if (patient_.empty()) patient_until_ = os::now() + kPatience;
    std::ranges::copy_if(actions, std::back_inserter(patient_), can_wait);
    if (!hurries || os::now() >= patient_until_) catch_up();
}

void Executor::catch_up() { run_patient(std::exchange(patient_, {})); }

void Executor::run_patient(std::span<const agent::Action> actions) {
    const agent::WatchNeighbours* newest = nullptr;  // replaces those before
    for (const agent::Action& action : actions) {
        if (const auto* const wanted = std::get_if<agent::WatchNeighbours>(&action)) newest = wanted;
        if (const auto* const tell = std::get_if<agent::Tell>(&action)) write(tell->record);
    }
    if (newest != nullptr) watch(*newest);
    remember(actions);
}

// All of it in one message.
void Executor::remember(std::span<const agent::Action> actions) {
    ctl::Happened happened;
    for (const agent::Action& action : actions)
        if (const auto* const one = std::get_if<agent::Remember>(&action))
            happened.entries.push_back(one->entry);
    if (!happened.entries.empty()) handlers_.tell(happened);
}

void Executor::listen(const agent::Listen& wanted) {
    std::erase_if(sockets_, [&](const auto& entry) {
        return std::ranges::none_of(wanted.listeners, [&](const agent::Listener& listener) {
            return same_socket(listener, entry.second.listener);
        });
    });
    for (const agent::Listener& listener : wanted.listeners) {
        const auto open = sockets_.find({listener.link, listener.family});
        if (open == sockets_.end()) {
            open_socket(listener);
        } else if (open->second.listener != listener) {
            os::AdvertSocket& socket = open->second.socket;
            const auto before = std::exchange(open->second.listener, listener);
            const auto heard = socket.hear(vrid_set(listener));
            if (before.receive_buffer != listener.receive_buffer)
                if (const auto resized = socket.resize_buffer(buffer_for(listener)); !resized)
                    log_->write("receive-buffer-refused", os::LogLevel::Warning, resized.error().to_string());
            later(agent::ListenAnswered{listener.link, listener.family, heard ? 0 : heard.error().code});
        }
    }
}

void Executor::watch(const agent::WatchNeighbours& wanted) {
    guarded_.clear();
    for (const agent::GuardedLink& link : wanted.links)
        for (const net::Address& address : link.addresses)
            guarded_[{link.link, address.family()}].push_back(address);
    std::erase_if(watches_, [&](const auto& entry) { return !guarded_.contains(entry.first); });
    const auto done = watch_as_wanted();
    if (done) return watch_again_.reset();
    log_->write("neighbour-watch-failed", os::LogLevel::Warning, done.error().to_string());
    watch_later();
}

// All that can be done is done; the first refusal is told.
std::expected<void, os::SysError> Executor::watch_as_wanted() {
    std::expected<void, os::SysError> first;
    for (const auto& [key, guarded] : guarded_) {
        const auto open = watches_.find(key);
        auto done = open == watches_.end() ? open_watch(key, guarded) : open->second.guard(guarded);
        if (!done && first) first = std::move(done);
    }
    return first;
}

// The host may have run out of descriptors or memory for a while.
void Executor::watch_later() {
    watch_again_ = std::make_unique<boost::asio::steady_timer>(*loop_, kWatchAgain);
    watch_again_->async_wait([this](const boost::system::error_code& error) {
        if (!error && !watch_as_wanted()) watch_later();
    });
}

std::expected<void, os::SysError> Executor::open_watch(const SocketKey& key,
                                                       std::span<const net::Address> guarded) {
    const auto claimed = [deliver = handlers_.deliver, link = key.first](const os::NeighbourClaim& claim) {
        deliver(agent::AddressClaimed{link, claim.address, claim.mac});
    };
    auto opened = os::NeighbourWatch::open(*loop_, key.first, key.second, guarded, claimed);
    if (!opened) return std::unexpected(opened.error());
    watches_.insert_or_assign(key, *std::move(opened));
    return {};
}

void Executor::hear_waiting() {
    std::vector<SocketKey> keys;
    for (const auto& [key, sockets] : sockets_) keys.push_back(key);
    for (const SocketKey& key : keys)
        if (const auto open = sockets_.find(key); open != sockets_.end()) open->second.socket.hear_waiting();
}

void Executor::open_socket(const agent::Listener& listener) {
    os::AdvertSocketOptions options;
    options.family = listener.family;
    options.link = listener.link;
    options.groups = listener.groups;
    options.vrids = vrid_set(listener);
    options.hear_ah = listener.authentication_header;
    options.foreign_source = listener.speaks_for_another;
    options.receive_buffer = buffer_for(listener);
    // Through a VRF packets come in by one of its members; to the instance it is the VRF.
    const auto heard = [hear = handlers_.hear, bound = listener.link](const os::ReceivedPacket& packet) {
        hear(agent::PacketHeard{bound.value != 0 ? bound : packet.link, packet.family, packet.bytes,
                                packet.source, packet.destination, packet.hop_limit},
             packet);
    };
    const auto failed = [this](const os::SysError& error) {
        log_->write("advert-receive-failed", os::LogLevel::Error, error.to_string());
    };
    auto socket = os::AdvertSocket::open(*loop_, options, {heard, failed, handlers_.all_heard});
    if (!socket) {
        log_->write("advert-socket-failed", os::LogLevel::Debug, socket.error().to_string());
        later(agent::ListenAnswered{listener.link, listener.family, socket.error().code});
        return;
    }
    later(agent::ListenAnswered{listener.link, listener.family, 0});
    sockets_.insert_or_assign({listener.link, listener.family}, Sockets{listener, *std::move(socket)});
}

void Executor::send_packets() {
    if (waiting_.empty()) return;
    const auto key = [](const agent::SendPacket* packet) { return SocketKey{packet->link, packet->family}; };
    // By socket, and in the order in which they were ordered, which is that of their addresses.
    if (waiting_.size() > 1)
        std::ranges::sort(waiting_, {},
                          [&](const agent::SendPacket* packet) { return std::pair{key(packet), packet}; });
    std::span<const agent::SendPacket* const> rest{waiting_};
    while (!rest.empty()) {
        const SocketKey first = key(rest.front());
        const auto end = std::ranges::find_if(rest, [&](const auto* packet) { return key(packet) != first; });
        const auto count = static_cast<std::size_t>(end - rest.begin());
        send_packets(first, rest.first(count));
        rest = rest.subspan(count);
    }
    waiting_.clear();
}

void Executor::send_packets(const SocketKey& key, std::span<const agent::SendPacket* const> packets) {
    const auto open = sockets_.find(key);
    std::vector<int> errors(packets.size(), ENODEV);
    if (open != sockets_.end()) {
        std::vector<os::OutgoingPacket> outgoing;
        outgoing.reserve(packets.size());
        for (const agent::SendPacket* const packet : packets)
            outgoing.push_back(
                {packet->bytes, packet->destination, packet->source, packet->hop_limit, packet->link});
        errors = open->second.socket.send(outgoing);
    }
    for (std::size_t i = 0; i < packets.size(); ++i)
        if (errors[i] != 0) later(agent::SendFailed{packets[i]->instance, errors[i]});
}

void Executor::change(const agent::ChangeKernel& order) {
    auto applied = changes_.apply(translate(order.changes));
    if (!applied) {
        log_->write("kernel-change-failed", os::LogLevel::Error, applied.error().to_string());
        return answers_.add({std::vector<int>(order.changes.size(), applied.error().code), microseconds{0}});
    }
    answers_.add({std::move(applied->errors), applied->took});
}

void Executor::set_filter(const agent::SetFilter& order) {
    const auto set = filter_.set(order.filter);
    if (!set) log_->write("filter-attempt-failed", os::LogLevel::Debug, set.error().to_string());
    later(agent::FilterAnswered{set ? 0 : set.error().code});
}

bool Executor::is_router(net::LinkIndex link) {
    const Instant now = os::now();
    const auto known = forwarding_.find(link);
    if (known != forwarding_.end() && now < known->second.read_at + kForwardingValid)
        return known->second.router;
    const std::string name = os::link_name(link).value_or("all");
    const bool router = os::read_sysctl("net/ipv6/conf/" + name + "/forwarding").value_or("0") != "0";
    forwarding_[link] = {router, now};
    return router;
}

void Executor::announce(const agent::SendAnnouncements& order) {
    std::vector<std::array<std::byte, wire::kNeighbourAdvertFrameSize>> frames(order.announcements.size());
    std::vector<os::OutgoingFrame> outgoing;
    outgoing.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const agent::Announcement& announcement = order.announcements[i];
        std::size_t size = wire::kArpFrameSize;
        if (announcement.address.is_v4()) {
            std::ranges::copy(wire::gratuitous_arp(announcement.mac, announcement.address),
                              frames[i].begin());
        } else {
            frames[i] = wire::unsolicited_neighbour_advert(announcement.mac, announcement.address,
                                                           is_router(announcement.link));
            size = frames[i].size();
        }
        outgoing.push_back({Bytes{frames[i]}.first(size), announcement.link});
    }
    const std::vector<int> errors = frames_.send(outgoing);
    const auto refused = std::ranges::find_if(errors, [](int error) { return error != 0; });
    if (refused !=
        errors.end())  // the burst is repeated anyway, and an interface that went away is told as such
        log_->write("announcement-failed", os::LogLevel::Debug,
                    os::SysError{"send a gratuitous ARP or neighbour advert", *refused}.to_string());
}

void Executor::ask(const agent::AskNeighbours& order) {
    static const net::Address kNobody = net::Address::v4(0, 0, 0, 0);
    std::vector<std::array<std::byte, wire::kNeighbourProbeFrameSize>> frames(order.questions.size());
    std::vector<os::OutgoingFrame> outgoing;
    outgoing.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const agent::Announcement& question = order.questions[i];
        std::size_t size = wire::kArpFrameSize;
        if (question.address.is_v4()) {
            std::ranges::copy(wire::arp_request(question.mac, kNobody, question.address), frames[i].begin());
        } else {
            frames[i] = wire::neighbour_probe(question.mac, question.address);
            size = frames[i].size();
        }
        outgoing.push_back({Bytes{frames[i]}.first(size), question.link});
    }
    const std::vector<int> errors = frames_.send(outgoing);
    const auto refused = std::ranges::find_if(errors, [](int error) { return error != 0; });
    if (refused != errors.end())  // it is asked again anyway
        log_->write("question-failed", os::LogLevel::Debug,
                    os::SysError{"ask who has a virtual address", *refused}.to_string());
}

void Executor::schedule(const agent::SetScheduling& order) {
    later(agent::SchedulingAnswered{scheduling_.apply(order.wanted)});
}

void Executor::write(const agent::Record& record) {
    std::vector<os::LogField> fields;
    fields.reserve(record.fields.size());
    for (const auto& [name, value] : record.fields) fields.push_back({name, value});
    const bool each = std::ranges::count(kNeverSummed, record.id) > 0;
    log_->write({record.id, translate(record.level), record.text, fields, each});
}

}  // namespace understudy::daemon
