#include "understudy/host/this_host.hpp"

#include <cerrno>

#include "understudy/os/access.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/links.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/users.hpp"

#include "name_lists.hpp"

namespace understudy::host {

namespace {

config::ReadFault translate(os::ReadFault fault) {
    switch (fault) {
        case os::ReadFault::Missing:
            return config::ReadFault::Missing;
        case os::ReadFault::Directory:
            return config::ReadFault::Directory;
        case os::ReadFault::Executable:
            return config::ReadFault::Executable;
        case os::ReadFault::Forbidden:
            return config::ReadFault::Forbidden;
        case os::ReadFault::NotAFile:
        case os::ReadFault::TooLarge:
        case os::ReadFault::Unreadable:
            return config::ReadFault::Unreadable;
    }
    return config::ReadFault::Unreadable;
}

constexpr std::size_t kLargestKeyFile = 65536;  // what a key may have is for others to judge

template <typename Fact, typename Ask>
const Fact& remembered(std::unordered_map<std::string, Fact>& known, const std::string& name, Ask&& ask) {
    const auto found = known.find(name);
    return found != known.end() ? found->second : known.emplace(name, ask()).first->second;
}

// Empty when one of them cannot be examined.
std::vector<config::PathPart> parts_of(const std::string& path) {
    std::vector<config::PathPart> parts;
    for (const os::PathComponent& part : os::path_components(path).value_or(std::vector<os::PathComponent>{}))
        parts.push_back({part.path, part.facts.owner, part.facts.group, part.facts.mode});
    return parts;
}

// With the folders on the way to it as far as they can be seen.
config::ScriptFacts hidden_script(const std::string& path) {
    config::ScriptFacts script;
    script.hidden = true;
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0 && script.parts.empty();
         slash = path.rfind('/', slash - 1)) {
        const std::string folder = path.substr(0, slash);
        script.parts = parts_of(os::resolved_path(folder).value_or(folder));
    }
    return script;
}

config::ScriptFacts script_facts(const std::string& program, const std::string& user) {
    const std::optional<std::string> path =
        program.contains('/') ? std::optional{program} : os::search_path(program);
    if (!path) return {};
    const os::Identity identity =
        user.empty() ? os::current_identity() : os::lookup_user(user).value_or(os::current_identity());
    const auto facts = os::file_facts(*path);
    if (!facts) {
        const bool is_for_others = identity.uid != os::current_identity().uid;
        return facts.error().code == EACCES && is_for_others ? hidden_script(*path) : config::ScriptFacts{};
    }
    config::ScriptFacts script{.exists = true,
                               .regular = facts->type == os::FileFacts::Type::Regular,
                               .executable = false,
                               .parts = {}};
    script.executable = os::is_executable_by(*facts, identity.uid, identity.gid);
    script.parts = parts_of(os::resolved_path(*path).value_or(*path));
    return script;
}

}  // namespace

std::expected<std::string, config::ReadFault> DiskReader::read(const std::string& path) const {
    auto content = os::read_file(path, os::Executables::Refuse);
    if (!content) return std::unexpected(translate(content.error().fault));
    return *std::move(content);
}

std::expected<std::vector<std::string>, config::ReadFault> DiskReader::glob(
    const std::string& pattern) const {
    auto found = os::glob(pattern);
    if (found) return *std::move(found);
    return std::unexpected(found.error().code == EACCES ? config::ReadFault::Forbidden
                                                        : config::ReadFault::Unreadable);
}

std::optional<config::LinkFacts> ThisHost::link(const std::string& name) const {
    return remembered(known_.links, name, [&]() -> std::optional<config::LinkFacts> {
        const auto found = os::link_by_name(name);
        if (!found) return std::nullopt;
        return config::LinkFacts{
            .mtu = found->mtu, .loopback = found->loopback, .vrf_table = found->vrf_table};
    });
}

std::vector<net::Prefix> ThisHost::addresses(const std::string& link, net::Family family) const {
    const auto [known, fresh] = known_.addresses.try_emplace(family);
    if (fresh)
        for (const os::LinkAddress& address : os::all_addresses(family))
            known->second[address.link].push_back(address.prefix);
    const auto found = known->second.find(link);
    return found == known->second.end() ? std::vector<net::Prefix>{} : found->second;
}

std::string ThisHost::short_host_name() const {
    const std::string full = os::hostname();
    return full.substr(0, full.find('.'));
}

std::optional<std::string> ThisHost::environment(const std::string& name) const {
    return os::environment(name);
}

std::optional<config::UserFacts> ThisHost::user(const std::string& name) const {
    return remembered(known_.users, name, [&]() -> std::optional<config::UserFacts> {
        const auto found = os::lookup_user(name);
        if (!found) return std::nullopt;
        return config::UserFacts{found->uid, found->gid};
    });
}

std::optional<std::uint32_t> ThisHost::group(const std::string& name) const {
    return remembered(known_.groups, name, [&]() -> std::optional<std::uint32_t> {
        const auto found = os::lookup_group(name);
        if (!found) return std::nullopt;
        return *found;
    });
}

config::ScriptFacts ThisHost::script(const std::string& program, const std::string& user) const {
    return remembered(known_.scripts[user], program, [&] { return script_facts(program, user); });
}

// Asked for once for each key: the content is not kept longer than it is needed.
std::expected<config::KeyFile, config::ReadFault> ThisHost::key_file(const std::string& path) const {
    auto read = os::read_file_with_facts(path, os::Executables::Read, kLargestKeyFile);
    if (!read) return std::unexpected(translate(read.error().fault));
    const std::uint32_t owner = read->facts.owner;
    bool ours = owner == os::current_identity().uid;
    if (!ours && owner != 0) {
        const auto service = os::lookup_user(kServiceUser);
        ours = service && owner == service->uid;
    }
    return config::KeyFile{std::move(read->content), owner, read->facts.mode, ours};
}

// One of whom nobody can say it is not told of.
std::optional<std::string> ThisHost::excluded_from(const std::string& path) const {
    if (!service_) return std::nullopt;
    const std::string place = os::resolved_path(path).value_or(path);
    return os::may_read(service_->identity, place).value_or(true) ? std::nullopt
                                                                  : std::optional{service_->user};
}

std::optional<std::uint32_t> ThisHost::number_of(config::NameKind kind, const std::string& name,
                                                 const config::NameFolders& folders) const {
    const auto [list, unread] = names_.try_emplace({kind, folders});
    if (unread)
        for (const std::string& pattern : name_list_patterns(kind, folders))
            for (const std::string& path : os::glob(pattern).value_or(std::vector<std::string>{}))
                if (const auto text = os::read_file(path)) read_name_list(kind, *text, list->second);
    const auto found = list->second.find(name);
    return found == list->second.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace understudy::host
