// Carries out what the agent orders, through the adapters of os/, and turns what they learn into events. It
// decides nothing. Within one turn adverts go first and log lines last, so that nothing on the wire waits for
// a log.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/ctl/news.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/advert_socket.hpp"
#include "understudy/os/frame_socket.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/neighbour_watch.hpp"
#include "understudy/os/netlink.hpp"
#include "understudy/os/own_scheduling.hpp"

#include "filter_keeper.hpp"
#include "hooks_link.hpp"
#include "kernel_answers.hpp"
#include "observers.hpp"
#include "settings_keeper.hpp"
#include "virtual_links.hpp"

namespace understudy::daemon {

class Executor {
public:
    struct Handlers {
        std::function<void(const agent::Event&)> deliver;  // from the loop
        // Packets may come together: with the one before, until all are heard.
        std::function<void(const agent::PacketHeard&, const os::ReceivedPacket&)> hear;
        std::function<void()> all_heard;
        std::function<void()> read_kernel;
        std::function<void()> finished;
        std::function<void(const ctl::News&)> tell;  // the supervisor
    };

    struct Surroundings {
        model::Buffers buffers;
        std::expected<os::KeptFile, os::SysError> settings_file;
        HooksLink* hooks = nullptr;
    };

    [[nodiscard]] static std::expected<Executor, os::SysError> open(os::Loop& loop, os::Log& log,
                                                                    Surroundings surroundings,
                                                                    Handlers handlers);

    // In their order; but what nobody on the network waits for, as words, is left for a later turn while the
    // kernel's answer to a change is to be heard or more is due at once.
    void run(std::span<const agent::Action> actions, bool more_is_due);
    // Does what was left. Whoever ends the loop has to ask for it.
    void catch_up();
    // What the kernel has answered to a change and nobody has been told yet; else the loop delivers it.
    [[nodiscard]] std::optional<agent::ChangesAnswered> take_answer() { return answers_.take(); }
    [[nodiscard]] bool has_answer() const { return !answers_.empty(); }
    // Delivers the packets that are waiting on the sockets now.
    void hear_waiting();
    // Once the first orders have been carried out.
    void give_back_leftovers() { settings_.give_back_leftovers(); }

private:
    struct Sockets {
        agent::Listener listener;
        os::AdvertSocket socket;
    };
    using SocketKey = std::pair<net::LinkIndex, net::Family>;
    struct ForwardingKnown {
        bool router = false;
        Instant read_at;
    };

    Executor(os::Loop& loop, os::Log& log, Surroundings surroundings, Handlers handlers,
             os::KernelChanges changes, os::FrameSocket frames, os::OwnScheduling scheduling);

    void run_patient(std::span<const agent::Action> actions);
    void later(agent::Event event);
    void listen(const agent::Listen& wanted);
    void open_socket(const agent::Listener& listener);
    void watch(const agent::WatchNeighbours& wanted);
    [[nodiscard]] std::expected<void, os::SysError> watch_as_wanted();
    void watch_later();
    [[nodiscard]] std::expected<void, os::SysError> open_watch(const SocketKey& key,
                                                               std::span<const net::Address> guarded);
    void send_packets();
    void send_packets(const SocketKey& key, std::span<const agent::SendPacket* const> packets);
    void change(const agent::ChangeKernel& order);
    void set_filter(const agent::SetFilter& order);
    void announce(const agent::SendAnnouncements& order);
    void ask(const agent::AskNeighbours& order);
    [[nodiscard]] bool is_router(net::LinkIndex link);
    void schedule(const agent::SetScheduling& order);
    void write(const agent::Record& record);
    void remember(std::span<const agent::Action> actions);

    os::Loop* loop_;
    os::Log* log_;
    Handlers handlers_;
    os::KernelChanges changes_;
    os::FrameSocket frames_;
    os::OwnScheduling scheduling_;
    KernelAnswers answers_;
    HooksLink* hooks_;
    model::Buffer process_buffer_;  // of the news of processes
    Observers observers_;
    VirtualLinkMaker virtual_links_;
    SettingsKeeper settings_;
    FilterKeeper filter_;
    std::map<SocketKey, Sockets> sockets_;
    std::map<SocketKey, os::NeighbourWatch> watches_;
    std::map<SocketKey, std::vector<net::Address>> guarded_;
    std::unique_ptr<boost::asio::steady_timer> watch_again_;
    std::map<net::LinkIndex, ForwardingKnown> forwarding_;
    std::vector<const agent::SendPacket*> waiting_;  // adverts of this turn that have not been sent yet
    std::vector<agent::Action> patient_;             // of earlier turns
    Instant patient_until_;
};

}  // namespace understudy::daemon
