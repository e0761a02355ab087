#include "sim/node.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"

#include "sim/lan.hpp"
#include "support/printers.hpp"

namespace understudy::sim {

namespace {

net::InterfaceAddress own_address(const net::Address& own, net::LinkIndex link) {
    const bool v6 = own.is_v6();
    net::InterfaceAddress address = desired::on_link(own.to_string() + (v6 ? "/64" : "/24"), link.value);
    address.scope = v6 ? 253 : 0;
    return address;
}

// The date at the origin of the Lan's time, on hosts whose clocks are right: the first of January 2026.
constexpr WallTime kWallAtZero = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

std::string v4_of(std::size_t number) { return "192.0.2." + std::to_string(number + 1); }
std::string v6_of(std::size_t number) { return "fe80::" + std::to_string(number + 1); }

}  // namespace

Node::Node(Lan& lan, std::size_t number, std::shared_ptr<const model::Config> config)
    : lan_(lan),
      number_(number),
      name_("R" + std::to_string(number + 1)),
      own_v4_(net::Address::parse(v4_of(number)).value()),
      own_v6_(net::Address::parse(v6_of(number)).value()),
      config_(std::move(config)),
      kernel_(net::Mac::of(2, 0, 0, 0, 0, static_cast<std::uint8_t>(number + 1)),
              {own_address(own_v4_, kFirstLan), own_address(own_v6_, kFirstLan)}) {}

void Node::boot() {
    kernel_ = Kernel{kernel_.mac(), {own_address(own_v4_, kFirstLan), own_address(own_v6_, kFirstLan)}};
    powered_ = true;
    frozen_ = false;
    start_agent();
}

void Node::power_off() {
    kill_agent();
    powered_ = false;
    recorder_.reset();
    orders_.clear();
    for (const net::InterfaceAddress& held : std::vector{kernel_.addresses()})
        kernel_.remove(held.prefix.address);
    static_cast<void>(kernel_.take_news());
    lan_.trace.note(lan_.now(), name_, "power off");
}

void Node::kill_agent() {
    if (!frozen_) at_work_ = lan_.now();
    ++life_;
    agent_.reset();
    twin_.forget();
    listeners_.clear();
    guarded_.clear();
    inbox_.clear();
    programs_.clear();
    frozen_ = false;
    dies_after_.reset();
    lan_.trace.note(lan_.now(), name_, "agent gone");
    lan_.disturbed();
}

void Node::start_agent() {
    UNDERSTUDY_ASSERT(powered_ && !agent_);
    ++life_;
    stop_asked_ = false;
    agent_ = std::make_unique<agent::Agent>(config_, lan_.now());
    record_anew();
    static_cast<void>(kernel_.take_news());
    lan_.trace.note(lan_.now(), name_, "agent starts");
    lan_.disturbed();
    tell_wall_clock();
    if (!orders_.empty()) deliver({agent::OrdersInherited{orders_}, nullptr});
    deliver({kernel_.picture(), nullptr});
}

void Node::stop_agent() {
    lan_.trace.note(lan_.now(), name_, "stop");
    lan_.disturbed();
    stop_asked_ = true;
    deliver({agent::StopAsked{}, nullptr});
}

void Node::order(agent::Event event) {
    lan_.trace.note(lan_.now(), name_, "the operator orders");
    lan_.disturbed();
    deliver({std::move(event), nullptr});
}

void Node::freeze() {
    if (!frozen_) at_work_ = lan_.now();
    frozen_ = true;
    lan_.trace.note(lan_.now(), name_, "freezes");
    lan_.disturbed();
}

void Node::thaw() {
    frozen_ = false;
    lan_.trace.note(lan_.now(), name_, "thaws");
    lan_.disturbed();
    const bool timer_first = lan_.conditions.timer_may_come_first && lan_.random.chance(50);
    if (timer_first) time_reached();
    for (const Input& input : std::exchange(inbox_, {})) handle(input);
}

void Node::set_carrier(bool up) {
    lan_.trace.note(lan_.now(), name_, up ? "carrier up" : "carrier down");
    lan_.disturbed();
    kernel_.set_carrier(up);
    publish_news();
}

std::vector<net::InterfaceAddress> Node::own_addresses() const {
    return {own_address(own_v4_, kernel_.lan()), own_address(own_v6_, kernel_.lan())};
}

void Node::remove_interface() {
    lan_.trace.note(lan_.now(), name_, "its interface is removed");
    lan_.disturbed();
    lan_.address_deleted(*this);
    kernel_.remove_lan();
    publish_news();
}

void Node::make_interface() {
    lan_.trace.note(lan_.now(), name_, "its interface is made anew");
    lan_.disturbed();
    lan_.address_deleted(*this);
    kernel_.make_lan(own_addresses());
    publish_news();
}

void Node::rename_interface(const std::string& name) {
    lan_.trace.note(lan_.now(), name_, "its interface is renamed " + name);
    lan_.disturbed();
    kernel_.rename_lan(name);
    publish_news();
}

void Node::set_mtu(std::uint32_t mtu) {
    lan_.trace.note(lan_.now(), name_, "its MTU is " + std::to_string(mtu));
    kernel_.set_mtu(mtu);
    publish_news();
}

void Node::change_own_address(const std::string& prefix) {
    lan_.trace.note(lan_.now(), name_, "its own address is " + prefix);
    lan_.disturbed();
    kernel_.add(desired::on_link(prefix, kernel_.lan().value));
    kernel_.remove(std::exchange(own_v4_, net::Prefix::parse(prefix).value().address));
    publish_news();
}

void Node::remove_own_addresses() {
    lan_.trace.note(lan_.now(), name_, "its own addresses are removed");
    lan_.disturbed();
    for (const net::InterfaceAddress& own : own_addresses()) kernel_.remove(own.prefix.address);
    publish_news();
}

void Node::add_own_addresses() {
    lan_.trace.note(lan_.now(), name_, "its own addresses are back");
    lan_.disturbed();
    for (const net::InterfaceAddress& own : own_addresses()) kernel_.add(own);
    publish_news();
}

void Node::act_unheard(const std::function<void()>& act) {
    overrun_ = true;
    act();
    overrun_ = false;
    lan_.trace.note(lan_.now(), name_, "its netlink socket has overrun");
    perform(agent::ReadKernel{});
}

void Node::step_clock(microseconds by) {
    lan_.trace.note(lan_.now(), name_, "its date is set by " + std::to_string(by.count()) + " us");
    clock_error_ += by;
    tell_wall_clock();
}

WallTime Node::wall_time() const { return kWallAtZero + lan_.now().time_since_epoch() + clock_error_; }

void Node::tell_wall_clock() { deliver({agent::WallClockRead{wall_time()}, nullptr}); }

void Node::reload(std::shared_ptr<const model::Config> config) {
    lan_.trace.note(lan_.now(), name_, "reload");
    lan_.disturbed();
    config_ = std::move(config);
    deliver({agent::ConfigLoaded{config_}, nullptr});
}

void Node::set_script(const std::string& name, Behaviour behaviour) {
    lan_.trace.note(lan_.now(), name_, name + (behaviour.succeeds ? " will succeed" : " will fail"));
    behaviours_[name] = behaviour;
}

void Node::set_file(const std::string& path, std::optional<std::string> content) {
    lan_.trace.note(lan_.now(), name_, path + (content ? " holds " + *content : " is deleted"));
    lan_.disturbed();
    files_[path] = std::move(content);
    tell_file(path);
}

void Node::tell_file(const std::string& path) {
    const std::optional<std::string>& content = files_[path];
    deliver_later(agent::FileRead{path, content.value_or(""), content ? 0 : ENOENT}, timing_.news);
}

void Node::set_processes(const std::string& name, std::size_t count) {
    lan_.trace.note(lan_.now(), name_, name + " runs " + std::to_string(count) + " times");
    lan_.disturbed();
    processes_[name] = count;
    deliver_later(agent::ProcessesCounted{name, count}, timing_.news);
}

void Node::stranger_deletes(const std::string& address) {
    const bool exact = address.contains('/');
    const int error = exact
                          ? kernel_.carry_out(desired::Change{desired::Change::Kind::Remove,
                                                              desired::on_link(address, kernel_.lan().value)})
                          : kernel_.remove(net::Address::parse(address).value());
    if (error != 0) return;
    lan_.trace.note(lan_.now(), name_, "a stranger deletes " + address);
    lan_.address_deleted(*this);
    publish_news();
}

void Node::stranger_adds(const std::string& prefix) {
    lan_.trace.note(lan_.now(), name_, "a stranger adds " + prefix);
    kernel_.add(desired::on_link(prefix, kernel_.lan().value));
    publish_news();
}

void Node::stranger_deletes_route(const std::string& destination) {
    const net::Prefix prefix = net::Prefix::parse(destination).value();
    for (const net::Route& route : std::vector{kernel_.routes().routes()}) {
        if (route.destination != prefix) continue;
        kernel_.carry_out(desired::RouteChange{desired::ChangeKind::Remove, {.route = route}});
        lan_.trace.note(lan_.now(), name_, "a stranger deletes the route to " + destination);
    }
    publish_news();
}

void Node::stranger_deletes_rule(const std::string& source) {
    const net::Prefix prefix = net::Prefix::parse(source).value();
    for (const net::Rule& rule : std::vector{kernel_.routes().rules()}) {
        if (rule.from != prefix) continue;
        kernel_.carry_out(desired::RuleChange{desired::ChangeKind::Remove, {.rule = rule}});
        lan_.trace.note(lan_.now(), name_, "a stranger deletes the rule from " + source);
    }
    publish_news();
}

bool Node::has_route(const std::string& destination) const {
    const net::Prefix prefix = net::Prefix::parse(destination).value();
    return std::ranges::find(kernel_.routes().routes(), prefix, &net::Route::destination) !=
           kernel_.routes().routes().end();
}

bool Node::has_rule(const std::string& source) const {
    const net::Prefix prefix = net::Prefix::parse(source).value();
    return std::ranges::any_of(kernel_.routes().rules(),
                               [&](const net::Rule& rule) { return rule.from == prefix; });
}

vrrp::Role Node::role(std::size_t instance) const {
    return agent_ ? standing(instance).role : vrrp::Role::Idle;
}

net::Priority Node::priority(std::size_t instance) const { return standing(instance).priority; }

agent::Standing Node::standing(std::size_t instance) const { return agent_->standing(instance).value(); }

bool Node::has_own_addresses() const { return kernel_.holds(own_v4_); }

bool Node::holds(const std::string& address) const {
    return kernel_.holds(net::Address::parse(address).value());
}

const net::Address& Node::address(net::Family family) const {
    return family == net::Family::Ipv4 ? own_v4_ : own_v6_;
}

std::size_t Node::told(std::string_view id) const {
    const auto found = told_.find(id);
    return found == told_.end() ? 0 : found->second;
}

std::optional<Instant> Node::deadline() const {
    return agent_ && !frozen_ ? agent_->deadline() : std::nullopt;
}

void Node::time_reached() { handle({agent::TimeReached{}, nullptr}); }

const agent::Listener* Node::listener_of(const Packet& packet) const {
    const auto found = std::ranges::find_if(listeners_, [&](const agent::Listener& listener) {
        if (listener.family != packet.family || !kernel_.has_link(listener.link)) return false;
        const bool joined = std::ranges::find(listener.groups, packet.destination) != listener.groups.end();
        return (joined || kernel_.holds(packet.destination)) &&
               std::ranges::find(listener.vrids, packet.vrid) != listener.vrids.end();
    });
    return found == listeners_.end() ? nullptr : &*found;
}

void Node::receive(const std::shared_ptr<const Packet>& packet) {
    const agent::Listener* const listener = listener_of(*packet);
    if (!agent_ || !kernel_.has_carrier() || !listener) return;
    agent::PacketHeard heard;
    heard.link = listener->link;
    heard.family = packet->family;
    heard.bytes = packet->bytes;
    heard.source = packet->source;
    heard.destination = packet->destination;
    heard.hop_limit = packet->hop_limit;
    deliver({heard, packet});
}

void Node::deliver(Input input) {
    if (!agent_) return;
    if (frozen_)
        inbox_.push_back(std::move(input));
    else
        handle(input);
}

void Node::deliver_later(agent::Event event, microseconds delay) {
    lan_.at(lan_.now() + delay, [this, life = life_, event = std::move(event)] {
        if (life == life_) deliver({event, nullptr});
    });
}

void Node::handle(const Input& input) {
    if (!agent_) return;
    if (input.packet && input.packet->sound && !dies_after_) lan_.heard(*this, *input.packet);
    const vrrp::Role before = role();
    if (recorder_) recorder_->told(input.event, lan_.now());
    const std::span<const agent::Action> orders = agent_->handle(input.event, lan_.now());
    if (lan_.conditions.with_twins) compare_twin(input.event, orders);
    if (!carry_out(orders)) return;
    if (recorder_) static_cast<void>(recorder_->ordered(*agent_, orders, lan_.now(), wall_time()));
    if (role() == before) return;
    lan_.trace.note(lan_.now(), name_, "is " + std::string{vrrp::name(role())});
    lan_.look();
}

// Unless it dies at it.
bool Node::carry_out(std::span<const agent::Action> orders) {
    for (const agent::Action& order : orders) {
        if (dies_after_ && (*dies_after_)-- == 0) break;
        std::visit([this](const auto& o) { perform(o); }, order);
    }
    if (dies_after_) die();
    return agent_ != nullptr;
}

void Node::compare_twin(const agent::Event& event, std::span<const agent::Action> orders) {
    const auto difference = twin_.follow(*agent_, event, lan_.now(), orders);
    if (difference) lan_.differences.push_back(name_ + ": " + *difference);
}

// News keep their order; they are read a little after what they tell of.
void Node::publish_news() {
    if (overrun_) return kernel_.lose_news();
    last_news_ = std::max(last_news_, lan_.now() + timing_.news);
    for (agent::Event& event : kernel_.take_news()) deliver_later(std::move(event), last_news_ - lan_.now());
}

void Node::refuse_sockets(std::optional<int> error) {
    lan_.trace.note(lan_.now(), name_, error ? "sockets are refused" : "sockets are possible again");
    lan_.disturbed();
    socket_refusal_ = error;
}

void Node::perform(const agent::Listen& order) {
    const std::vector<agent::Listener> before = std::exchange(listeners_, {});
    for (const agent::Listener& wanted : order.listeners) {
        const bool open = std::ranges::find(before, wanted) != before.end();
        const int error = socket_refusal_.value_or(kernel_.has_link(wanted.link) ? 0 : ENODEV);
        if (open || error == 0) listeners_.push_back(wanted);
        if (open) continue;
        const agent::ListenAnswered answer{wanted.link, wanted.family, error};
        deliver_later(answer, timing_.answer);
    }
}

void Node::perform(const agent::SendPacket& order) {
    Packet packet;
    packet.family = order.family;
    packet.source = order.source;
    packet.destination = order.destination;
    packet.hop_limit = order.hop_limit;
    packet.bytes = order.bytes;
    const auto decoded = order.family == net::Family::Ipv4
                             ? wire::decode_ipv4(packet.bytes)
                             : wire::decode_ipv6(packet.bytes, {packet.source, packet.destination, 255});
    UNDERSTUDY_ASSERT(decoded.has_value());
    packet.vrid = decoded->advert.vrid;
    packet.priority = decoded->advert.priority;
    adverts_.push_back({lan_.now(), packet.priority, packet.source});
    if (kernel_.has_carrier()) lan_.transmit(*this, std::move(packet));
}

void Node::perform(const agent::ChangeKernel& order) {
    const auto errors = std::make_shared<std::vector<int>>();
    microseconds after{0};
    for (const agent::KernelChange& change : order.changes) {
        after += timing_.change;
        lan_.at(lan_.now() + after, [this, change, errors, powered = powered_] {
            if (!powered_ || !powered) return;
            kernel_.time_is(lan_.now());
            errors->push_back(refusal_ ? *refusal_ : kernel_.carry_out(change));
            publish_news();
            await_end_of_lease(change);
        });
    }
    lan_.at(lan_.now() + after + timing_.answer, [this, life = life_, errors, after] {
        if (life == life_) deliver({agent::ChangesAnswered{*errors, after}, nullptr});
    });
}

void Node::await_end_of_lease(const agent::KernelChange& change) {
    const auto* const one = std::get_if<desired::Change>(&change);
    if (!one || !one->object.valid_lifetime) return;
    lan_.at(lan_.now() + *one->object.valid_lifetime, [this] {
        kernel_.time_is(lan_.now());
        publish_news();
    });
}

void Node::perform(const agent::SendAnnouncements& order) {
    for (const agent::Announcement& announcement : order.announcements) {
        announcements_.push_back(announcement);
        if (kernel_.has_carrier()) lan_.announced(*this, announcement);
    }
}

void Node::perform(const agent::AskNeighbours& order) {
    questions_ += order.questions.size();
    if (!kernel_.has_carrier()) return;
    for (const agent::Announcement& question : order.questions) lan_.asked(*this, question);
}

std::optional<agent::Announcement> Node::answer_to(const agent::Announcement& question) const {
    if (!powered_ || !kernel_.has_carrier() || !holds(question.address.to_string())) return std::nullopt;
    return agent::Announcement{kernel_.lan(), kernel_.mac(), question.address};
}

void Node::perform(const agent::WatchNeighbours& order) {
    guarded_ = order.links.empty() ? std::vector<net::Address>{} : order.links.front().addresses;
}

void Node::hear_claim(const agent::Announcement& announcement) {
    if (!kernel_.has_carrier() || std::ranges::find(guarded_, announcement.address) == guarded_.end()) return;
    deliver({agent::AddressClaimed{kernel_.lan(), announcement.address, announcement.mac}, nullptr});
}

void Node::perform(const agent::RunProgram& order) {
    const std::string& name = order.command.words.front();
    if (name == "notify") {  // its words: INSTANCE name STATE priority
        notifications_.push_back(order.command.words.at(3));
        deliver_later(agent::ProgramEnded{order.run, true, 0}, milliseconds{1});
        return;
    }
    programs_[order.run] = name;
    const Behaviour& behaviour = behaviours_[name];
    if (behaviour.hangs) return;
    lan_.at(lan_.now() + behaviour.duration, [this, life = life_, run = order.run, behaviour] {
        if (life == life_) end_program(run, behaviour.succeeds, behaviour.succeeds ? 0 : 1);
    });
}

void Node::perform(const agent::EndProgram& order) {
    const auto program = programs_.find(order.run);
    if (program == programs_.end()) return;
    if (!order.kill && behaviours_[program->second].ignores_term) return;
    lan_.at(lan_.now() + milliseconds{1}, [this, life = life_, order] {
        if (life == life_) end_program(order.run, false, order.kill ? -SIGKILL : -SIGTERM);
    });
}

void Node::end_program(std::uint64_t run, bool success, int status) {
    if (programs_.erase(run) > 0) deliver({agent::ProgramEnded{run, success, status}, nullptr});
}

// A probe behaves as the script that bears its host's name.
void Node::perform(const agent::RunProbe& order) {
    const Behaviour& behaviour = behaviours_[order.probe.host.to_string()];
    if (behaviour.hangs) return;
    const bool good = behaviour.succeeds;
    deliver_later(agent::ProbeEnded{order.run, good, good ? "connected" : "refused"}, behaviour.duration);
}

void Node::perform(const agent::WithdrawProbe&) {}

void Node::stranger_removes_link(const std::string& name) {
    UNDERSTUDY_ASSERT(kernel_.remove_virtual_link(name) == 0);
    publish_news();
}

void Node::perform(const agent::ChangeLinks& order) {
    std::vector<int> errors;
    for (const desired::LinkChange& change : order.changes) errors.push_back(kernel_.carry_out(change));
    deliver_later(agent::LinksAnswered{std::move(errors)}, timing_.answer);
    publish_news();
}

// The model of a kernel has no settings that matter to it.
void Node::perform(const agent::HoldSettings&) {}

void Node::perform(const agent::SetFilter& order) {
    filter_ = order.filter;
    deliver_later(agent::FilterAnswered{0}, timing_.answer);
}

void Node::perform(const agent::OpenPipes& order) {
    for (const agent::Pipe& pipe : order.pipes)
        deliver_later(agent::PipeAnswered{pipe.path, 0}, timing_.answer);
}

void Node::perform(const agent::WriteNotifyLine& order) { pipe_lines_.push_back(order.line); }

void Node::perform(const agent::KeepOrders& order) { orders_ = order.orders; }

// Nobody in this world keeps a history.
void Node::perform(const agent::Remember&) {}

// Nobody in this world reads mail.
void Node::perform(const agent::SendMail&) {}

void Node::perform(const agent::WatchFiles& order) {
    for (const agent::WatchedFile& file : order.files) {
        std::optional<std::string>& content = files_[file.path];
        if (file.init && (!content || file.init->overwrite)) content = std::to_string(file.init->value);
        tell_file(file.path);
    }
}

void Node::perform(const agent::WatchProcesses& order) {
    for (const model::TrackProcess& process : order.processes)
        deliver_later(agent::ProcessesCounted{process.name, processes_[process.name]}, timing_.news);
}

void Node::perform(const agent::PollLinks& order) {
    agent::LinksPolled answer;
    for (const agent::LinkToPoll& link : order.links)
        answer.links.push_back({link.link, kernel_.has_carrier()});
    deliver_later(answer, timing_.answer);
}

void Node::perform(const agent::SetScheduling&) {
    deliver_later(agent::SchedulingAnswered{}, timing_.answer);
}

void Node::perform(const agent::ReadKernel&) {
    lan_.at(lan_.now() + timing_.picture, [this, life = life_] {
        if (life == life_) deliver({kernel_.picture(), nullptr});
    });
}

void Node::perform(const agent::Tell& order) {
    ++told_[std::string{order.record.id}];
    lan_.trace.note(lan_.now(), name_, order.record.text);
}

void Node::perform(const agent::Finished&) {
    orders_.clear();
    // The agent is still in handle(); it goes once that has returned.
    lan_.at(lan_.now(), [this, life = life_] {
        if (life == life_) kill_agent();
    });
}

}  // namespace understudy::sim
