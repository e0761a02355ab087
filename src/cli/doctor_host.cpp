#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "understudy/base/text.hpp"
#include "understudy/doctor/managers.hpp"
#include "understudy/host/this_host.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/host_facts.hpp"
#include "understudy/os/netlink.hpp"
#include "understudy/os/program_output.hpp"
#include "understudy/os/sysctl.hpp"
#include "understudy/os/users.hpp"

#include "doctor_facts.hpp"

namespace understudy::cli {

namespace {

constexpr seconds kPatienceWithTools{10};
constexpr seconds kPatienceWithKernel{5};
constexpr const char* kRunDirectory = "/run/understudy";

std::string text_of(const std::string& path) { return os::read_file(path).value_or(""); }

std::optional<doctor::Manager> manager_of(net::LinkIndex index) {
    const std::string number = std::to_string(index.value);
    if (auto manager = doctor::network_manager(text_of("/run/NetworkManager/devices/" + number)))
        return manager;
    const doctor::NetworkdLink link = doctor::networkd_link(text_of("/run/systemd/netif/links/" + number));
    if (!link.manages) return std::nullopt;
    std::string network = text_of(link.file);
    // What is dropped in beside it under /etc counts as well, in the order of the names.
    const std::string name = link.file.substr(link.file.rfind('/') + 1);
    for (const char* const folder : {"/run/systemd/network/", "/etc/systemd/network/"})
        for (const std::string& path :
             os::glob(folder + name + ".d/*.conf").value_or(std::vector<std::string>{}))
            network += "\n" + text_of(path);
    return doctor::Manager{"systemd-networkd", doctor::networkd_keeps_addresses(network), link.file};
}

// Complete or nothing.
std::optional<os::KernelPicture> kernel_picture() {
    os::Loop loop{1};
    std::optional<os::KernelPicture> picture;
    os::KernelMirrorHandlers handlers;
    handlers.changed = [](std::span<const wire::RtnlMessage>) {};
    handlers.resync_started = [] {};
    handlers.resynchronised = [&](const os::KernelPicture& whole) {
        picture = whole;
        loop.stop();
    };
    handlers.failed = [&](const os::SysError&) { loop.stop(); };
    const auto mirror = os::KernelMirror::open(loop, std::move(handlers));
    if (!mirror) return std::nullopt;
    loop.run_for(kPatienceWithKernel);
    return picture;
}

// Every interface of the configuration, "all" included.
std::set<std::string> interfaces_in(const model::Config& config) {
    std::set<std::string> names{"all"};
    for (const model::Instance& instance : config.instances) {
        if (!instance.interface.empty()) names.insert(instance.interface);
        for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
            for (const model::VirtualAddress& address : *list)
                if (!address.dev.empty()) names.insert(address.dev);
    }
    return names;
}

void gather_other_programs(Gathered& gathered) {
    for (const os::SocketHolder& holder : os::holders_of_raw_sockets(net::kVrrpProtocol))
        gathered.facts.others.push_back({holder.name, holder.process, holder.parent});
}

void gather_run_files(const model::Config& config, Gathered& gathered) {
    const std::string& instance = config.globals.instance_name;
    const std::string& space = config.globals.namespaces.vrrp;
    std::string prefix;
    for (const std::string* part : {&space, &instance})
        if (!part->empty()) prefix += *part + "_";
    const bool own_directory = config.globals.use_pid_dir || !prefix.empty();
    std::vector<std::string> bases{std::string{kRunDirectory} + "/" + prefix};
    if (!own_directory) bases.emplace_back("/run/");
    for (const std::string& base : bases)
        for (const char* const name : {"understudyd.pid", "understudyd-vrrp.pid"}) {
            const std::string text = text_of(base + name);
            const std::string_view digits = std::string_view{text}.substr(0, text.find('\n'));
            if (const auto process = parse_number<std::uint32_t>(digits))
                gathered.facts.pid_files.push_back({base + name, *process, os::program_name(*process)});
        }
    if (const auto service = os::lookup_user(host::kServiceUser)) gathered.facts.service_user = service->uid;
    if (const auto facts = os::file_facts(kRunDirectory))
        gathered.facts.run_directory = {kRunDirectory, facts->owner, facts->group, facts->mode};
}

void gather_features(const model::Config& config, Gathered& gathered) {
    const bool wants_links = std::ranges::any_of(config.instances, [](const model::Instance& instance) {
        return instance.virtual_mac || instance.ipvlan || !instance.vrf.empty();
    });
    if (!wants_links) return;
    for (const char* const kind : {"macvlan", "ipvlan", "vrf"}) {
        auto known = os::has_kernel_module(kind);
        // Where no list of modules tells, only the kernel does.
        if (!known) known = os::has_link_kind(kind);
        if (known)
            gathered.facts.features[kind] = *known;
        else
            gathered.unchecked.push_back({std::string{"whether the kernel has "} + kind,
                                          "there is no list of its modules, and only root may ask it"});
    }
}

}  // namespace

void gather_interfaces(Gathered& gathered) {
    const auto picture = kernel_picture();
    if (!picture) {
        gathered.unchecked.push_back({"interfaces", "the kernel does not tell about them"});
        return;
    }
    for (const net::Link& link : picture->links) {
        doctor::Interface interface{link, {}, manager_of(link.index)};
        for (const net::InterfaceAddress& address : picture->addresses)
            if (address.link == link.index) interface.addresses.push_back(address.prefix);
        gathered.facts.interfaces.push_back(std::move(interface));
    }
}

void gather_settings(const model::Config& config, Gathered& gathered) {
    const auto read = [&](const std::string& path) {
        if (auto value = os::read_sysctl(path)) gathered.facts.settings.emplace(path, *std::move(value));
    };
    std::set<std::string> names = interfaces_in(config);
    for (const doctor::Interface& interface : gathered.facts.interfaces) names.insert(interface.link.name);
    for (const std::string& name : names) {
        for (const char* const setting : {"rp_filter", "arp_ignore", "arp_filter", "arp_announce"})
            read("net/ipv4/conf/" + name + "/" + setting);
        read("net/ipv6/conf/" + name + "/disable_ipv6");
    }
    for (const char* const family : {"ipv4", "ipv6"}) read(fmt::format("net/{}/ip_nonlocal_bind", family));
    for (const model::Instance& instance : config.instances)
        for (const model::UnicastPeer& peer : instance.unicast_peers) {
            const auto own = os::source_towards(peer.address);
            if (!own) continue;
            for (const doctor::Interface& interface : gathered.facts.interfaces)
                if (std::ranges::find(interface.addresses, *own, &net::Prefix::address) !=
                    interface.addresses.end())
                    gathered.facts.way_to[peer.address] = interface.link.name;
        }
}

void gather_firewall(Gathered& gathered) {
    const auto cannot = [&](const std::string& what, const std::string& why) {
        gathered.unchecked.push_back({what, why});
    };
    doctor::Ruleset all;
    bool known = false;
    const auto add = [&](doctor::Ruleset ruleset) {
        known = true;
        std::ranges::move(ruleset.chains, std::back_inserter(all.chains));
    };
    const auto nft = os::output_of({"nft", "--json", "list", "ruleset"}, kPatienceWithTools);
    if (!nft) {
        cannot("nf_tables rules", nft.error().to_string());
    } else if (nft->status != 0) {
        cannot("nf_tables rules", nft->err.substr(0, nft->err.find('\n')));
    } else if (auto parsed = doctor::parse_nft(nft->out)) {
        gathered.facts.features["nf_tables"] = true;
        add(*std::move(parsed));
    } else {
        cannot("nf_tables rules", parsed.error());
    }
    for (const auto& [program, family] :
         {std::pair{"iptables-legacy-save", "ip"}, std::pair{"ip6tables-legacy-save", "ip6"}}) {
        if (!os::search_path(program)) continue;
        const auto saved = os::output_of({program}, kPatienceWithTools);
        if (!saved || saved->status != 0)
            cannot("rules of iptables-legacy",
                   saved ? saved->err.substr(0, saved->err.find('\n')) : saved.error().to_string());
        else
            add(doctor::parse_iptables(saved->out, family));
    }
    if (known) gathered.facts.firewall = std::move(all);
}

void gather_host(const model::Config& config, Gathered& gathered) {
    gathered.facts.script_user_exists = os::lookup_user("keepalived_script").has_value();
    if (const auto synchronised = os::is_clock_synchronised())
        gathered.facts.clock = {*synchronised, seconds{0}};
    gather_features(config, gathered);
    gather_run_files(config, gathered);
    gather_other_programs(gathered);
    if (os::current_identity().uid != 0)
        gathered.unchecked.push_back({"which other programs of this host speak VRRP",
                                      "only root may look into the processes of others"});
}

}  // namespace understudy::cli
