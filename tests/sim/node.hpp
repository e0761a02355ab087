// One simulated host: its kernel, and on it the real agent, unchanged. It carries out the agent's orders in
// virtual time and tells it what it would hear. A host can be switched off, freeze, lose its carrier; its
// agent can be killed, stopped and started; strangers can meddle with its addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/agent/recording.hpp"

#include "sim/faults.hpp"
#include "sim/kernel.hpp"
#include "sim/plan.hpp"
#include "support/twin.hpp"

namespace understudy::sim {

class Lan;

// How a script or hook behaves when it is run.
struct Behaviour {
    bool succeeds = true;
    microseconds duration = milliseconds{5};
    bool hangs = false;  // runs until it is ended
    bool ignores_term = false;
};

// A packet on its way.
struct Packet {
    net::Family family = net::Family::Ipv4;
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 255;
    std::vector<std::byte> bytes;
    net::Vrid vrid{1};
    net::Priority priority{0};
    bool sound = true;  // else no agent may heed it
};

class Node {
public:
    struct Sent {
        Instant at;
        net::Priority priority{0};
        net::Address source;
    };

    Node(Lan& lan, std::size_t number, std::shared_ptr<const model::Config> config);

    // What happens to it. Each is a disturbance of the Lan.
    void boot();        // power on, and the agent starts
    void power_off();   // everything is lost, nothing is said
    void kill_agent();  // the kernel keeps what it has
    void start_agent();
    void stop_agent();  // as by SIGTERM
    // The vrrp process dies, now or with the next event, when so many of the orders that follow from it are
    // carried out. Another goes on where it has stopped, if it was recorded (Conditions::recorded).
    void die();
    void die_amid_next(std::size_t orders);
    [[nodiscard]] bool leaves_legacy() const { return !agent_ && recorder_.has_value() && !stop_asked_; }
    void go_on();
    void order(agent::Event event);  // of the operator
    void freeze();                   // the whole host stands still, or the agent does; its addresses stay
    void thaw();
    void set_carrier(bool up);
    void remove_interface();  // the one on the LAN, or it goes to another namespace
    void make_interface();    // anew, with the host's own addresses
    void rename_interface(const std::string& name);
    void set_mtu(std::uint32_t mtu);
    void change_own_address(const std::string& prefix);  // its IPv4 address
    void remove_own_addresses();                         // of both families
    void add_own_addresses();
    void act_unheard(const std::function<void()>& act);  // an overrun of netlink hides what it does
    void reload(std::shared_ptr<const model::Config> config);
    void set_script(const std::string& name, Behaviour behaviour);
    void set_file(const std::string& path, std::optional<std::string> content);  // none: deleted
    void set_processes(const std::string& name, std::size_t count);              // of that vrrp_track_process
    // These are not: an agent must cope with them in place.
    void step_clock(microseconds by);                   // somebody sets the date
    void stranger_deletes(const std::string& address);  // with /LENGTH: only that object
    void stranger_adds(const std::string& prefix);
    void stranger_deletes_route(const std::string& destination);
    void stranger_deletes_rule(const std::string& source);
    void stranger_removes_link(const std::string& name);  // with a virtual MAC
    void refuse_changes(std::optional<int> error) { refusal_ = error; }
    void refuse_sockets(std::optional<int> error);
    void set_kernel_timing(const KernelTiming& timing) { timing_ = timing; }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] bool powered() const { return powered_; }
    [[nodiscard]] bool frozen() const { return frozen_; }
    [[nodiscard]] bool has_agent() const { return agent_ != nullptr; }
    [[nodiscard]] const Kernel& kernel() const { return kernel_; }
    [[nodiscard]] const net::PacketFilter& filter() const { return filter_; }
    [[nodiscard]] const model::Config& config() const { return *config_; }
    [[nodiscard]] vrrp::Role role(std::size_t instance = 0) const;  // Idle without an agent
    [[nodiscard]] bool is_master(std::size_t instance = 0) const {
        return role(instance) == vrrp::Role::Master;
    }
    [[nodiscard]] net::Priority priority(std::size_t instance = 0) const;
    [[nodiscard]] agent::Standing standing(std::size_t instance = 0) const;  // of one that has an agent
    [[nodiscard]] bool holds(const std::string& address) const;
    [[nodiscard]] bool has_own_addresses() const;
    [[nodiscard]] bool has_route(const std::string& destination) const;
    [[nodiscard]] bool has_rule(const std::string& source) const;
    [[nodiscard]] const net::Address& address(net::Family family) const;

    // What it has said and done so far, all agents of this host together.
    [[nodiscard]] const std::vector<Sent>& adverts() const { return adverts_; }
    [[nodiscard]] const std::vector<std::string>& notifications() const { return notifications_; }
    [[nodiscard]] const std::vector<std::string>& pipe_lines() const { return pipe_lines_; }
    [[nodiscard]] const std::vector<agent::Announcement>& announcements() const { return announcements_; }
    [[nodiscard]] std::size_t questions() const { return questions_; }  // to neighbours
    [[nodiscard]] std::size_t told(std::string_view id) const;          // how many journal records of that id

    // For the Lan.
    [[nodiscard]] std::optional<Instant> deadline() const;
    void time_reached();
    void receive(const std::shared_ptr<const Packet>& packet);
    void hear_claim(const agent::Announcement& announcement);  // of another host
    // Its kernel answers for what it holds.
    [[nodiscard]] std::optional<agent::Announcement> answer_to(const agent::Announcement& question) const;

private:
    struct Input {
        agent::Event event;
        std::shared_ptr<const Packet> packet;  // keeps the event's bytes alive
    };

    void deliver(Input input);
    void deliver_later(agent::Event event, microseconds delay);
    void handle(const Input& input);
    [[nodiscard]] bool carry_out(std::span<const agent::Action> orders);
    void record_anew();
    [[nodiscard]] WallTime wall_time() const;
    void compare_twin(const agent::Event& event, std::span<const agent::Action> orders);
    void tell_wall_clock();
    void publish_news();
    void await_end_of_lease(const agent::KernelChange& change);
    [[nodiscard]] std::vector<net::InterfaceAddress> own_addresses() const;
    [[nodiscard]] const agent::Listener* listener_of(const Packet& packet) const;

    void perform(const agent::Listen& order);
    void perform(const agent::SendPacket& order);
    void perform(const agent::ChangeKernel& order);
    void perform(const agent::ChangeLinks& order);
    void perform(const agent::HoldSettings& order);
    void perform(const agent::SetFilter& order);
    void perform(const agent::SendAnnouncements& order);
    void perform(const agent::AskNeighbours& order);
    void perform(const agent::WatchNeighbours& order);
    void perform(const agent::RunProgram& order);
    void perform(const agent::EndProgram& order);
    void perform(const agent::RunProbe& order);
    void perform(const agent::WithdrawProbe& order);
    void perform(const agent::OpenPipes& order);
    void perform(const agent::WriteNotifyLine& order);
    void perform(const agent::SendMail& order);
    void perform(const agent::Remember& order);
    void perform(const agent::WatchFiles& order);
    void perform(const agent::WatchProcesses& order);
    void perform(const agent::PollLinks& order);
    void perform(const agent::SetScheduling& order);
    void perform(const agent::KeepOrders& order);
    void perform(const agent::ReadKernel& order);
    void perform(const agent::Tell& order);
    void perform(const agent::Finished& order);
    void end_program(std::uint64_t run, bool success, int status);

    Lan& lan_;
    std::size_t number_;
    std::string name_;
    net::Address own_v4_;
    net::Address own_v6_;
    std::shared_ptr<const model::Config> config_;
    Kernel kernel_;
    KernelTiming timing_;
    std::unique_ptr<agent::Agent> agent_;
    agent::Twin twin_{Seed{7}, 10};
    std::vector<agent::Listener> listeners_;
    std::vector<net::Address> guarded_;
    std::size_t questions_ = 0;
    net::PacketFilter filter_;
    bool powered_ = false;
    bool frozen_ = false;
    std::uint64_t life_ = 0;  // of the present agent: what was meant for another is void
    Instant last_news_{};
    bool overrun_ = false;  // news are lost
    bool stop_asked_ = false;
    std::optional<std::size_t> dies_after_;  // so many orders
    std::vector<std::byte> recording_;       // outlives the agent
    std::optional<agent::Recorder> recorder_;
    std::uint64_t run_ = 0;  // of the recorder
    Instant at_work_{};      // when it last was, if it stands still or has died
    microseconds clock_error_{0};
    std::vector<Input> inbox_;  // piled up while frozen
    std::map<std::uint64_t, std::string> programs_;
    std::map<std::string, Behaviour> behaviours_;
    void tell_file(const std::string& path);
    std::map<std::string, std::optional<std::string>> files_;
    std::map<std::string, std::size_t> processes_;
    std::vector<ctl::StandingOrders> orders_;  // what a supervisor keeps for the next agent
    std::optional<int> refusal_;
    std::optional<int> socket_refusal_;

    std::vector<Sent> adverts_;
    std::vector<std::string> notifications_;
    std::vector<std::string> pipe_lines_;
    std::vector<agent::Announcement> announcements_;
    std::map<std::string, std::size_t, std::less<>> told_;
};

}  // namespace understudy::sim
