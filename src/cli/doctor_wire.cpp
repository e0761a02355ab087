#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "understudy/os/advert_tap.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/prober.hpp"

#include "control_client.hpp"
#include "doctor_facts.hpp"

namespace understudy::cli {

namespace {

constexpr seconds kPatienceWithDaemon{5};
constexpr milliseconds kPatienceWithNeighbours{1000};
constexpr std::size_t kMostQuestions = 100;  // one must not flood the network

const doctor::Interface* find_interface(const Gathered& gathered, const std::string& name) {
    const auto found =
        std::ranges::find_if(gathered.facts.interfaces,
                             [&](const doctor::Interface& candidate) { return candidate.link.name == name; });
    return found == gathered.facts.interfaces.end() ? nullptr : &*found;
}

// What the daemon says of its instances; one that has been master before or after the listening counts as
// one.
void ask_daemon(const std::string& socket, doctor::Facts& facts) {
    const auto status = ask(socket, ctl::Status{}, kPatienceWithDaemon);
    if (!status || !status->is_object() || !status->contains("instances")) return;
    if (!facts.instances) facts.instances.emplace();
    for (const auto& instance : (*status)["instances"]) {
        if (!instance.is_object()) continue;
        doctor::Standing& standing = (*facts.instances)[instance.value("name", "")];
        standing.master = standing.master || instance.value("state", "") == "MASTER";
    }
}

// The daemon that answers is not another program; nor is one that cannot be asked, if it is alone.
void leave_out_own(const std::string& socket, Gathered& gathered) {
    std::vector<doctor::Program>& others = gathered.facts.others;
    const auto is_ours = [](const doctor::Program& program) {
        return program.name.starts_with("understudy");
    };
    const auto told = ask(socket, ctl::Ping{}, kPatienceWithDaemon);
    if (told && told->is_object()) {
        const auto process = told->value("process", std::uint32_t{0});
        std::erase_if(others, [&](const doctor::Program& program) {
            return program.process == process || program.parent == process;
        });
        return;
    }
    gathered.remarks.push_back(
        fmt::format("No daemon was asked: {}", told ? "it gave no answer" : told.error()));
    if (std::ranges::count_if(others, is_ours) == 1) std::erase_if(others, is_ours);
}

std::vector<os::TapPlace> places(const model::Config& config, const Gathered& gathered) {
    std::map<net::LinkIndex, std::set<net::Address>> groups;
    for (const model::Instance& instance : config.instances) {
        const doctor::Interface* const interface = find_interface(gathered, instance.interface);
        if (interface == nullptr) continue;
        auto& joined = groups[interface->link.index];
        if (!instance.is_unicast()) joined.insert(instance.multicast_group);
    }
    std::vector<os::TapPlace> all;
    for (const auto& [link, joined] : groups) all.push_back({link, {joined.begin(), joined.end()}});
    return all;
}

void listen_on_wire(const Gathering& asked, Gathered& gathered) {
    const auto wanted = places(*asked.config, gathered);
    if (wanted.empty() || asked.listening == milliseconds{0}) {
        if (!asked.config->instances.empty())
            gathered.remarks.emplace_back("Nothing was listened for on the wire.");
        return;
    }
    auto heard = os::overhear_adverts(wanted, asked.listening);
    if (!heard) {
        gathered.unchecked.push_back({"adverts on the wire", heard.error().to_string()});
        return;
    }
    for (os::OverheardPacket& packet : *heard) {
        const auto interface = std::ranges::find_if(
            gathered.facts.interfaces,
            [&](const doctor::Interface& candidate) { return candidate.link.index == packet.link; });
        gathered.facts.heard.push_back({interface->link.name, packet.outgoing, packet.family,
                                        std::move(packet.bytes), packet.source, packet.destination,
                                        packet.hop_limit, packet.at});
    }
    gathered.remarks.push_back(fmt::format("Listened for {} s and heard {} adverts.",
                                           static_cast<double>(asked.listening.count()) / 1000,
                                           gathered.facts.heard.size()));
}

// A master that is heard or is ourselves answers, and so it should.
std::vector<os::Question> questions(const model::Config& config, const Gathered& gathered) {
    std::vector<os::Question> all;
    for (const model::Instance& instance : config.instances)
        for (const model::VirtualAddress& address : instance.addresses) {
            const doctor::Interface* const interface = find_interface(gathered, address.dev);
            if (interface == nullptr || !interface->link.is_up() || interface->link.no_arp) continue;
            os::Question question;
            question.kind = os::Question::Kind::Neighbour;
            question.host = address.prefix.address;
            question.interface = address.dev;
            // A question from nobody teaches nobody a wrong address (RFC 5227).
            if (question.host.is_v4()) question.source = net::Address{};
            if (all.size() < kMostQuestions) all.push_back(question);
        }
    return all;
}

void ask_neighbours(const model::Config& config, Gathered& gathered) {
    const std::vector<os::Question> asked = questions(config, gathered);
    if (asked.empty()) return;
    os::Loop loop{1};
    std::size_t open = asked.size();
    os::Prober prober{loop, [&](std::uint64_t id, const os::ProbeAnswer& answer) {
                          const os::Question& question = asked.at(id);
                          if (answer.good)
                              gathered.facts.answered.insert({question.interface, question.host});
                          if (--open == 0) loop.stop();
                      }};
    for (std::size_t i = 0; i < asked.size(); ++i) prober.ask(i, asked[i]);
    loop.run_for(kPatienceWithNeighbours);
}

}  // namespace

void gather_from_wire(const Gathering& asked, Gathered& gathered) {
    leave_out_own(asked.socket, gathered);
    ask_daemon(asked.socket, gathered.facts);
    const Instant begin = os::now();
    const WallTime clock = os::wall_time();
    listen_on_wire(asked, gathered);
    const auto moved = (os::wall_time() - clock) - (os::now() - begin);
    if (gathered.facts.clock) gathered.facts.clock->stepped = std::chrono::round<seconds>(moved);
    ask_daemon(asked.socket, gathered.facts);
    if (asked.listening > milliseconds{0}) ask_neighbours(*asked.config, gathered);
}

Gathered gather(const Gathering& asked) {
    Gathered gathered;
    gather_interfaces(gathered);
    gather_settings(*asked.config, gathered);
    gather_firewall(gathered);
    gather_host(*asked.config, gathered);
    gather_from_wire(asked, gathered);
    return gathered;
}

}  // namespace understudy::cli
