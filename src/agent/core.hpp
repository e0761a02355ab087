// The inside of the agent. One class, its work split over files by subject: core_kernel (links, addresses,
// sockets), core_announcements (gratuitous ARP and neighbour adverts), core_packets (adverts in and out),
// core_routers (state machines, faults, priorities, groups), core_routes (routes, rules, everything static),
// core_programs (scripts and hooks), core_trackers (files and processes), core_links (whether a link counts
// as up), core_pipes (notify pipes), core_mail (letters about transitions), core_claims (what neighbours may
// wrongly believe), core_split_brain (a second machine with our addresses), core_witness (whether we are cut
// off), core_virtual_links (interfaces with virtual MACs), core_settings (of the kernel), core_filter (the
// packet filter), core_scheduling (how our own process runs), core_steering (what the operator orders),
// core_drain (how the role is given away), core_history (what is to be remembered), core_report, core_why,
// core_dump, core_reload, core_snapshot, core_succession. Every event that may have changed more than how
// long a router waits or when it speaks (`restless`) ends in settle(), which turns what is desired now into
// orders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/base/scheduling.hpp"
#include "understudy/desired/addresses.hpp"
#include "understudy/desired/routes.hpp"
#include "understudy/desired/rules.hpp"
#include "understudy/desired/virtual_links.hpp"
#include "understudy/model/diff.hpp"
#include "understudy/track/file.hpp"
#include "understudy/track/process.hpp"
#include "understudy/track/script.hpp"
#include "understudy/track/steady.hpp"

#include "announcer.hpp"
#include "claim.hpp"
#include "deadlines.hpp"
#include "hooks.hpp"
#include "links.hpp"
#include "pacing.hpp"
#include "strangers.hpp"
#include "virtual_router.hpp"

namespace understudy {
class ArchiveReader;
class ArchiveWriter;
}  // namespace understudy

namespace understudy::agent {

// A track_file at run time.
struct FileRun {
    model::TrackFile settings;
    std::optional<std::int64_t> number;  // none: not read yet
    track::FileContent content = track::FileContent::Number;
    int error = 0;  // of the last reading, told when it changes
    std::optional<Instant> last_at = std::nullopt;
};

struct ScriptRun {
    std::size_t id = 0;
    model::Script settings;
    track::ScriptTracker tracker{{}, {}};
    std::optional<std::uint64_t> run;
    std::optional<int> last_status = std::nullopt;  // told when it changes
    bool succeeded = false;                         // its last run, counted or not
    std::string last_result = {};                   // of that run, where it has no status
    std::uint64_t completed = 0;
    std::string because = {};                       // of a check: the last result that agrees with its health
    std::optional<Instant> last_at = std::nullopt;  // of its last answer or end
    bool told_postponed = false;                    // since it last ran
};

// How long the peers of a router may need, whatever their priority.
struct PeerWait {
    microseconds patience{0};  // until they have taken over from a weaker master
    microseconds interval{0};  // until they have from one that resigns
};

// A sync group at run time.
struct Group {
    std::size_t id = 0;  // owner of its hooks
    model::SyncGroup settings;
    std::vector<VirtualRouter*> members = {};
    PeerWait slowest = {};  // of its members
    // Those with a fault of their own, by id: none of hundreds of members has to ask all the others.
    std::map<std::size_t, const VirtualRouter*> to_blame = {};
    std::set<std::size_t> awaited = {};  // ids of those that cannot tell yet how they go on
    vrrp::Role reported = vrrp::Role::Idle;
    std::vector<std::string> lines_to_come = {};  // held until those of its members are written
};

// A notify pipe, and the program that was started to read it.
struct PipeRun {
    model::NotifyPipe settings;
    bool open = false;
    std::optional<std::uint64_t> reader;
};

// What the kernel has needed for a change of an address, and so how many make a batch.
struct BatchCost {
    std::chrono::nanoseconds each = std::chrono::microseconds{15};
    std::size_t most = 64;  // grows fourfold at a time, because a first guess may be far off

    void learn(std::size_t changes, microseconds took);
    [[nodiscard]] std::size_t size_for(microseconds room) const;
    // What was read from outside can be calculated with.
    [[nodiscard]] bool is_sound() const;
};

// The owner of static addresses, routes and rules; no virtual router ever has this number.
inline constexpr std::size_t kStatics = std::numeric_limits<std::size_t>::max();

// The scripts that anybody tracks, by index.
[[nodiscard]] std::vector<bool> used_scripts(const model::Config& config);

struct Agent::Core {
    using ClaimKey = std::pair<net::LinkIndex, net::Address>;
    using GuardKey = std::pair<ClaimKey, std::size_t>;  // and the router that guards it
    struct Assessment {
        std::vector<Fault> faults;
        bool undecided = false;
        bool group_undecided = false;  // another member of its sync group is
        net::Priority priority{1};

        [[nodiscard]] bool has_verdict() const { return !faults.empty() || (!undecided && !group_undecided); }
    };

    Core(std::shared_ptr<const model::Config> configuration, Instant boot);

    void handle(const Event& event, Instant time);
    void retire_who_slept();

    void on(const KernelPictured& event);
    void on(const LinkSeen& event);
    void on(const LinkVanished& event);
    void on(const AddressSeen& event);
    void on(const AddressVanished& event);
    void on(const RouteSeen& event);
    void on(const RouteVanished& event);
    void on(const RuleSeen& event);
    void on(const RuleVanished& event);
    void on(const PacketHeard& event);
    void on(const AddressClaimed& event);
    void on(const ChangesAnswered& event);
    void on(const LinksAnswered& event);
    void on(const FilterAnswered& event);
    void on(const SendFailed& event);
    void on(const ListenAnswered& event);
    void on(const ProgramEnded& event);
    void on(const ProgramNotStarted& event);
    void on(const ProbeEnded& event);
    void on(const PipeAnswered& event);
    void on(const FileRead& event);
    void on(const ProcessesCounted& event);
    void on(const LinksPolled& event);
    void on(const SchedulingAnswered& event);
    void on(const RealtimeLimitReached& event);
    void on(const ConfigLoaded& event);
    void on(const StopAsked& event);
    void on(const WallClockRead& event);
    void on(const StatisticsReset& event);
    void on(const PriorityOrdered& event);
    void on(const DrainAsked& event);
    void on(const ResumeAsked& event);
    void on(const FailoverAsked& event);
    void on(const OrdersInherited& event);
    void on(const PredecessorDied& event);
    void on(const CheckAsked& event);
    void on(const TimeReached& event);

    // core_kernel
    void bind_everything();
    void bind_all_of(std::span<VirtualRouter* const> these);  // the others are bound as they should be
    void bind_those_on(const std::string& link);
    void heard_of_link(const std::string& link);
    void heard_of_address(net::LinkIndex link);
    void bind(VirtualRouter& router);
    void choose_source(VirtualRouter& router);
    [[nodiscard]] std::uint32_t receive_buffer(const VirtualRouter& router) const;
    void listen();
    void listen_again();
    void settle();
    void settle_routers();
    [[nodiscard]] std::size_t batch_size() const;
    void settle_addresses();
    void found(const desired::Finding& finding);
    void settle_router(VirtualRouter& router);
    [[nodiscard]] std::string link_name(net::LinkIndex index) const;

    // core_announcements
    void bind_announcements(VirtualRouter& router);
    [[nodiscard]] bool is_forgotten(const VirtualRouter& router, const model::VirtualAddress& address,
                                    net::LinkIndex link) const;
    void announce_again(VirtualRouter& router, const net::InterfaceAddress& address);
    void announce_all_later(VirtualRouter& router);
    void announce_own_address(const VirtualRouter& router);
    void arm_extra_announcements(const VirtualRouter& router);
    void extra_announcements_due(const VirtualRouter& router);
    void announce(std::size_t owner, const Announcer::List& list, std::uint32_t rounds);
    void settle_announcements();

    // core_routes
    void bind_routes(VirtualRouter& router);
    void bind_statics();
    void want(std::size_t owner, bool wanted);
    [[nodiscard]] std::size_t outstanding(std::size_t owner) const;
    void routes_lost_with(net::LinkIndex link);
    void retry_routes();
    [[nodiscard]] std::vector<KernelChange> take_batch(std::size_t most);
    void hand_out_answers(const std::vector<KernelChange>& changes, const std::vector<int>& errors);
    void tell_of_routes();
    template <typename Object>
    void found_about(const desired::FindingOf<Object>& finding);
    // core_virtual_links
    [[nodiscard]] std::optional<desired::LinkWish> wish_for(const VirtualRouter& router,
                                                            const std::string& dev, net::Family family) const;
    [[nodiscard]] std::optional<desired::LinkWish> own_wish(const VirtualRouter& router) const;
    [[nodiscard]] std::optional<desired::LinkWish> carrier_wish(const VirtualRouter& router,
                                                                const model::VirtualAddress& address) const;
    [[nodiscard]] std::optional<net::InterfaceAddress> ipvlan_address(const VirtualRouter& router) const;
    void wish_links(VirtualRouter& router);
    [[nodiscard]] std::optional<net::LinkIndex> advert_link(const VirtualRouter& router) const;
    [[nodiscard]] const net::Link* carrier(const VirtualRouter& router,
                                           const model::VirtualAddress& address) const;
    void assess_virtual_link(const VirtualRouter& router, Assessment& assessment) const;
    void settle_links();
    void rebind(const std::set<desired::Owner>& touched);

    // core_filter
    void refuse_addresses_of(const VirtualRouter& router, net::PacketFilter& wanted) const;
    [[nodiscard]] net::PacketFilter wanted_filter() const;
    [[nodiscard]] bool needs_filter() const;
    void settle_filter();
    void set_filter_again();
    [[nodiscard]] bool filter_is_done() const;

    // core_settings
    void settle_settings();
    void hold_settings_again();

    // core_packets
    void send_advert(VirtualRouter& router, net::Priority priority);
    void judge_last_advert(VirtualRouter& router);
    [[nodiscard]] net::Address source_of_advert(VirtualRouter& router, net::Priority priority);
    void send_to(VirtualRouter& router, const AdvertEnds& ends, net::Priority priority);
    [[nodiscard]] WallTime clock() const;
    void note_signature(VirtualRouter& router, const vrrp::Accepted& accepted);
    void refuse(VirtualRouter& router, const net::Address& source, vrrp::Refusal why);
    void note_oddities(VirtualRouter& router, const vrrp::Accepted& accepted);
    void note_checksum_form(VirtualRouter& router, const net::Address& source, wire::ChecksumForm form);
    void index_receivers();
    [[nodiscard]] VirtualRouter* receiver(net::LinkIndex link, net::Family family, net::Vrid vrid) const;
    void note_peer(VirtualRouter& router, const wire::Received& packet,
                   const std::expected<vrrp::Accepted, vrrp::Refusal>& verdict);
    void note_stranger(const PacketHeard& event, const wire::Received& packet);
    [[nodiscard]] bool is_configured_on(net::LinkIndex wire, net::Family family, net::Vrid vrid) const;
    void count_faulty(const PacketHeard& event, wire::PacketFault why);

    // core_routers
    void start(VirtualRouter& router);
    void evaluate(VirtualRouter& router, bool by_operator = false);
    void evaluate_all(bool by_operator = false);
    [[nodiscard]] Assessment assess(const VirtualRouter& router) const;
    [[nodiscard]] bool counts_anyway(const VirtualRouter& router, const std::string& link) const;
    void assess_links(const VirtualRouter& router, std::span<const model::TrackedLink> tracked,
                      Assessment& assessment, int& sum) const;
    void assess_scripts(std::span<const model::TrackedScript> tracked, Assessment& assessment,
                        int& sum) const;
    void assess_files(std::span<const model::TrackedFile> tracked, Assessment& assessment, int& sum) const;
    void assess_processes(std::span<const model::TrackedProcess> tracked, Assessment& assessment,
                          int& sum) const;
    void assess_source(const VirtualRouter& router, Assessment& assessment) const;
    void assess_track_groups(const VirtualRouter& router, Assessment& assessment) const;
    void assess_routes(const VirtualRouter& router, Assessment& assessment) const;
    void assess_group(const VirtualRouter& router, Assessment& assessment) const;
    void note_faults(VirtualRouter& router, std::vector<Fault> faults);
    void blame(const VirtualRouter& router, std::span<const Fault> faults);
    void note_undecided(const VirtualRouter& router, const Assessment& found);
    void start_all();
    void feed(VirtualRouter& router, const vrrp::Event& event);
    void note_experience(VirtualRouter& router);
    void perform(VirtualRouter& router, const vrrp::Action& action);
    void begin_announcing(VirtualRouter& router, vrrp::Announce::Occasion occasion);
    void announce_rest_of_group(const VirtualRouter& router);
    void explain(VirtualRouter& router, const vrrp::Explain& why);
    void find_beat(VirtualRouter& router);
    void entered(VirtualRouter& router, vrrp::Role before);
    void arm(const VirtualRouter& router);
    void router_due(VirtualRouter& router);
    [[nodiscard]] VirtualRouter* find_router(std::size_t id) const;
    void settle_groups();
    void settle_group(Group& group);
    void stir_group(const VirtualRouter& router);
    void unsettle(const VirtualRouter& router);
    [[nodiscard]] static vrrp::Role common_role(const Group& group);
    void report_group(Group& group);
    void build_groups();
    void take_stock(Group& group);

    // core_steering
    [[nodiscard]] VirtualRouter* find_router(std::string_view instance) const;
    // The instance and all others of its sync group, nobody if there is none of that name; or all that run.
    [[nodiscard]] std::vector<VirtualRouter*> companions(const std::optional<std::string>& instance) const;
    // What the operator's orders make of a priority.
    [[nodiscard]] static net::Priority steered(const VirtualRouter& router, net::Priority tracked);
    void settle_orders();

    // core_drain
    [[nodiscard]] static PeerWait peer_wait(const vrrp::Router& router);
    [[nodiscard]] PeerWait slowest(const VirtualRouter& router) const;
    void drain(VirtualRouter& router, const Drain& order);
    void resume(VirtualRouter& router, Record why);
    void drain_due(VirtualRouter& router);
    void drain_goes_on(VirtualRouter& router);
    void drained_role_changed(VirtualRouter& router, vrrp::Role before);
    void arm_drain(const VirtualRouter& router);
    void inherit_drain(VirtualRouter& router, const ctl::StandingOrders::Drain& order);
    [[nodiscard]] bool hands_over_first(const StopAsked& event) const;
    [[nodiscard]] bool is_said_twice() const;
    void begin_farewell();
    void settle_farewell();

    // core_programs
    void start_scripts();
    void run_program(std::uint64_t run, model::Command command);
    void script_due(ScriptRun& script);
    void ask(ScriptRun& script);
    void withdraw(ScriptRun& script);
    void end_run(ScriptRun& script);
    void check_said(ScriptRun& check, bool success, const std::string& reason);
    void check_counted(ScriptRun& check, bool changed);
    void postpone(ScriptRun& script, int error);
    void script_ended(ScriptRun& script, bool success, int status);
    void evaluate_users(const ScriptRun& changed);
    void report_role(VirtualRouter& router);
    void report_gone(VirtualRouter& router, bool deleted);
    void queue_hook(VirtualRouter& router, const std::optional<model::Command>& command,
                    const std::string& what);
    void queue_generic(VirtualRouter& router, const std::string& state);
    void queue_group_hooks(const Group& group, const std::optional<model::Command>& specific,
                           const std::string& state);
    void flush_hooks(VirtualRouter& router);
    void settle_hooks();
    void stop(bool keep_addresses);
    [[nodiscard]] bool may_finish() const;

    // core_pipes
    void open_pipes();
    void start_reader(PipeRun& pipe);
    void end_readers();
    [[nodiscard]] bool reader_gone(std::uint64_t run);
    void queue_line(VirtualRouter& router, std::string_view state);
    void queue_group_line(Group& group, std::string_view state);
    void queue_all_states();
    void flush_lines(VirtualRouter& router);
    void settle_lines();

    // core_mail
    [[nodiscard]] bool mails(const model::Notifications& asked, vrrp::Role role) const;
    void mail_about(const VirtualRouter& router, vrrp::Role role);
    void mail_about_end(const VirtualRouter& router, std::string_view how);
    void mail_about(const Group& group, vrrp::Role role);
    void send_mail(const std::string& about, const std::string& text);

    // core_claims
    void doubt(VirtualRouter& router);
    void doubt_those_on(net::LinkIndex link);
    void doubt_neighbours_of_claimed(VirtualRouter& router);
    [[nodiscard]] bool should_guard(const VirtualRouter& router) const;
    void guard(VirtualRouter& router, bool guards);
    void guard_instead(const VirtualRouter& router, const std::vector<Announcement>& others);
    void settle_guard();
    [[nodiscard]] std::map<GuardKey, Claim>::iterator find_guard(const ClaimKey& key);
    void claims_due();
    void answer_claim(const std::pair<Instant, ClaimKey>& entry);

    // core_split_brain
    void arm_split_brain(VirtualRouter& router);
    void split_brain_due(VirtualRouter& router);
    void conflict_news(const VirtualRouter& router, Record record);
    void split_brain_begins(VirtualRouter& router, bool gives_way);
    void split_brain_is_over(VirtualRouter& router, Instant since);
    void end_split_brain(VirtualRouter& router);
    void queue_split_brain_hook(VirtualRouter& router, const std::optional<model::Command>& given,
                                const std::string& state, const std::string& what);
    void note_second_master(VirtualRouter& router, const wire::Received& packet);
    void follow_after_split_brain(VirtualRouter& router, const wire::Received& packet);

    // core_witness
    [[nodiscard]] bool reaches_a_witness(const VirtualRouter& router) const;
    [[nodiscard]] bool waits_for_a_witness(const VirtualRouter& router) const;
    void witnesses_changed(VirtualRouter& router);
    void cut_off(VirtualRouter& router, Cut how);
    void rejoin(VirtualRouter& router, const std::string& why);
    [[nodiscard]] bool stays_away(VirtualRouter& router);
    void note_heard(VirtualRouter& router, net::Priority priority);

    // core_trackers
    void reload_trackers();
    void watch_trackers();
    void process_due(std::size_t index);
    void process_changed(const track::ProcessTracker& tracker);
    void arm_process(std::size_t index);

    // core_links
    void reload_links();
    void observe_link(std::string_view name);
    void arm_delay(std::string_view name);
    void delay_due(std::size_t index);
    [[nodiscard]] std::set<std::string> links_of_track_group(std::size_t index) const;
    [[nodiscard]] bool is_in_track_group(const VirtualRouter& router, std::size_t index) const;
    [[nodiscard]] bool is_of_a_track_group(const VirtualRouter& router, const std::string& link) const;
    void poll_links();
    [[nodiscard]] bool is_up(std::string_view name) const;
    [[nodiscard]] bool is_up_now(const net::Link& link) const;

    // core_scheduling
    [[nodiscard]] Scheduling wanted_scheduling() const;
    void schedule();
    void schedule_again();
    void notice_lateness();

    // core_history
    void remember(ctl::HistoryEntry entry);
    void remember_transition(VirtualRouter& router, const vrrp::State& before,
                             std::span<const vrrp::Action> steps);
    void remember_priority(VirtualRouter& router, net::Priority next);
    void remember_faults(const VirtualRouter& router);
    void remember_repair(std::size_t owner, const std::string& what);
    void remember_reload(Record record);
    void tell_and_remember(const VirtualRouter& router, Record order);
    [[nodiscard]] static std::string all_faults(const VirtualRouter& router);

    // core_why
    [[nodiscard]] WhyFacts why(const VirtualRouter& router) const;

    // core_report
    [[nodiscard]] InstanceReport report(const VirtualRouter& router) const;
    [[nodiscard]] GroupReport report(const Group& group) const;
    [[nodiscard]] std::vector<TrackerReport> report_trackers(const VirtualRouter& router) const;
    void report_witnesses(const VirtualRouter& router, std::vector<TrackerReport>& list) const;
    void report_addresses(const VirtualRouter& router, std::span<const model::VirtualAddress> asked,
                          bool advertised, InstanceReport& report) const;
    template <typename Tracking>
    void report_trackers(const Tracking& tracking, bool by_group, std::vector<TrackerReport>& list) const;
    void report_links(const VirtualRouter& router, std::span<const model::TrackedLink> tracked, bool by_group,
                      std::vector<TrackerReport>& list) const;

    // core_dump
    [[nodiscard]] InstanceDump dump(const VirtualRouter& router) const;
    template <typename Matches>
    [[nodiscard]] std::vector<TrackingInstance> tracking(Matches weight) const;
    [[nodiscard]] SharedDump shared_dump() const;

    // core_reload
    VirtualRouter& add_router(const model::Instance& instance);
    void remove_router(VirtualRouter& router);
    void inherit_orders(const VirtualRouter& before, VirtualRouter& router);
    void reload_scripts(std::span<const model::Succession> successions);
    void continue_reloaded(std::span<VirtualRouter* const> altered);
    void forget_departed();

    // core_snapshot
    template <typename Self, typename With>
    static void with_members(Self& self, With with);
    void save(ArchiveWriter& out) const;
    void load(ArchiveReader& in);
    [[nodiscard]] bool is_sound() const;
    [[nodiscard]] bool has_its_routers() const;
    [[nodiscard]] bool awaits_its_own(const Group& group) const;
    [[nodiscard]] bool has_its_scripts() const;
    [[nodiscard]] static std::uint64_t shape();

    // core_succession
    void tell_of_succession();
    void forget_runs();
    void order_again();
    void give_up_on_answers();
    void remove_leftovers();

    void tell(Record record) { actions.push_back(Tell{std::move(record)}); }

    std::shared_ptr<const model::Config> config;
    Instant now;
    Instant last_turn{};          // the one before
    microseconds wall_offset{0};  // of the wall clock from `now`
    std::vector<Action> actions;
    bool restless = false;  // this event has changed something that settle() looks at

    Links links;
    desired::Addresses addresses;
    desired::Routes routes;
    desired::Rules rules;
    desired::VirtualLinks virtual_links;
    Deadlines deadlines;
    Pacing pacing;
    Announcer announcer;
    Hooks hooks;
    std::vector<std::unique_ptr<VirtualRouter>> routers;  // in configuration order; leaving ones at the end
    std::vector<Group> groups;
    std::vector<std::unique_ptr<ScriptRun>> scripts;   // by index in config->scripts; null: nobody tracks it
    std::map<std::uint64_t, std::size_t> script_runs;  // run → script id

    std::vector<FileRun> files;                    // by index in config->track_files
    std::vector<track::ProcessTracker> processes;  // by index in config->track_processes
    bool watching_files = false;
    bool watching_processes = false;
    std::map<std::string, track::Steady::Delays, std::less<>> link_delays;  // those in force
    std::map<std::string, track::Steady, std::less<>> slow_links;           // those that were ever seen
    std::map<std::string, model::LinkProbe, std::less<>> polled_links;
    std::map<net::LinkIndex, bool> polled;  // what they said last

    Scheduling scheduling;  // as last ordered
    std::uint32_t raised_priority = 0;
    bool realtime_refused = false;
    std::optional<Instant> limit_told;

    std::vector<PipeRun> pipes;
    std::vector<std::string> due_lines;  // of this turn: they follow the scripts of the same transition

    struct ReceiverKey {
        net::LinkIndex link;
        net::Family family = net::Family::Ipv4;
        std::uint8_t vrid = 0;
        friend auto operator<=>(const ReceiverKey&, const ReceiverKey&) = default;
    };
    std::map<ReceiverKey, VirtualRouter*> receivers;
    Strangers strangers;
    std::unordered_map<std::size_t, VirtualRouter*> routers_by_id;
    // Routers that wait for the kernel before hooks and further announcements.
    std::set<std::size_t> unsettled;
    std::vector<std::size_t> settling;     // those of them that nothing may be outstanding for
    std::set<std::size_t> stirred_groups;  // by index: a member's role, fault or wish has changed
    using ListenerKey = std::pair<net::LinkIndex, net::Family>;
    std::vector<Listener> listening;
    std::map<ListenerKey, int> deaf;    // listeners that could not be opened, with the errno
    std::map<GuardKey, Claim> guarded;  // the addresses of masters, which nobody else may claim
    std::vector<GuardedLink> watching;
    std::set<std::pair<Instant, ClaimKey>> claims_to_answer;
    std::vector<std::size_t> guard_due;      // routers that may have begun or ceased to guard their addresses
    std::vector<HeldSetting> held_settings;  // as last ordered
    bool settings_due = true;
    bool managed_changed = false;             // what addresses, routes and rules manage, since a reload began
    std::optional<net::PacketFilter> filter;  // as last ordered; none: never, or it was refused
    bool filter_due = true;
    bool filter_in_flight = false;
    int filter_error = 0;    // of the latest answer
    bool inherited = false;  // a predecessor has died and left things in the kernel
    struct RepairsTold {
        Instant at;              // when one was remembered last
        std::uint32_t more = 0;  // since
    };
    std::map<std::string, RepairsTold> repairs_told;   // by what was repaired
    std::map<std::string, Instant> processes_counted;  // by vrrp_track_process: when they were last
    std::vector<KernelChange> in_flight;
    bool answers_lost = false;  // those to what is in flight
    BatchCost batch;
    std::size_t next_id = 0;
    std::uint64_t next_run = 1;
    bool pictured = false;
    // Roles are given away before the daemon stops (graceful_handover).
    struct Farewell {
        Instant since;
        Instant until;
    };
    std::optional<Farewell> farewell;
    std::vector<ctl::StandingOrders> told_orders;
    bool orders_due = false;  // something has happened that may change what is to be kept of them
    bool stopping = false;
    bool keeping_addresses = false;
    bool finished = false;
};

}  // namespace understudy::agent
