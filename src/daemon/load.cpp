#include "load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "understudy/base/text.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/links.hpp"
#include "understudy/os/users.hpp"

namespace understudy::daemon {

namespace {

// A start that is refused for a reason that -t reports with 0 (a missing main file) ends like keepalived's.
constexpr int kNoConfiguration = 6;

config::ReadFault translate(os::ReadFault fault) {
    switch (fault) {
        case os::ReadFault::Missing:
            return config::ReadFault::Missing;
        case os::ReadFault::Directory:
            return config::ReadFault::Directory;
        case os::ReadFault::Executable:
            return config::ReadFault::Executable;
        case os::ReadFault::NotAFile:
        case os::ReadFault::TooLarge:
        case os::ReadFault::Unreadable:
            return config::ReadFault::Unreadable;
    }
    return config::ReadFault::Unreadable;
}

config::LoadOptions load_options(const Options& options) {
    return {.config_id = options.config_id,
            .all_config = options.all_config,
            .lenient = options.lenient,
            .offline = options.offline,
            .random_seed = Seed{static_cast<std::uint64_t>(os::now().time_since_epoch().count())}};
}

// The text has no field separators to escape: each field is preceded by its size.
void put(std::string& bundle, std::string_view field) { bundle += fmt::format("{}:{}", field.size(), field); }

std::optional<std::string> take(std::string_view& bundle) {
    const std::size_t colon = bundle.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::optional<std::size_t> size = parse_number<std::size_t>(bundle.substr(0, colon));
    bundle.remove_prefix(colon + 1);
    if (!size || *size > bundle.size()) return std::nullopt;
    std::string field{bundle.substr(0, *size)};
    bundle.remove_prefix(*size);
    return field;
}

}  // namespace

std::expected<std::string, config::ReadFault> DiskReader::read(const std::string& path) const {
    auto content = os::read_file(path, os::Executables::Refuse);
    if (!content) return std::unexpected(translate(content.error().fault));
    return *std::move(content);
}

std::vector<std::string> DiskReader::glob(const std::string& pattern) const {
    return os::glob(pattern).value_or(std::vector<std::string>{});
}

std::optional<config::LinkFacts> ThisHost::link(const std::string& name) const {
    const auto found = os::link_by_name(name);
    if (!found) return std::nullopt;
    return config::LinkFacts{.mtu = found->mtu, .loopback = found->loopback};
}

std::string ThisHost::short_host_name() const {
    const std::string full = os::hostname();
    return full.substr(0, full.find('.'));
}

std::optional<std::string> ThisHost::environment(const std::string& name) const {
    return os::environment(name);
}

std::optional<config::UserFacts> ThisHost::user(const std::string& name) const {
    const auto found = os::lookup_user(name);
    if (!found) return std::nullopt;
    return config::UserFacts{found->uid, found->gid};
}

std::optional<std::uint32_t> ThisHost::group(const std::string& name) const {
    const auto found = os::lookup_group(name);
    if (!found) return std::nullopt;
    return *found;
}

config::ScriptFacts ThisHost::script(const std::string& program, const std::string& user) const {
    const std::optional<std::string> path =
        program.contains('/') ? std::optional{program} : os::search_path(program);
    if (!path) return {};
    const auto facts = os::file_facts(*path);
    if (!facts) return {};
    config::ScriptFacts script{.exists = true,
                               .regular = facts->type == os::FileFacts::Type::Regular,
                               .executable = false,
                               .parts = {}};
    const os::Identity identity =
        user.empty() ? os::current_identity() : os::lookup_user(user).value_or(os::current_identity());
    script.executable = os::is_executable_by(*facts, identity.uid, identity.gid);
    const std::string resolved = os::resolved_path(*path).value_or(*path);
    for (const os::PathComponent& part :
         os::path_components(resolved).value_or(std::vector<os::PathComponent>{}))
        script.parts.push_back({part.path, part.facts.owner, part.facts.group, part.facts.mode});
    return script;
}

config::LoadResult load_from_disk(const Options& options) {
    return config::load(options.config_file, DiskReader{}, ThisHost{}, load_options(options));
}

int refusal_status(const config::Diagnostics& diagnostics) {
    const int status = diagnostics.exit_status();
    return status == 0 ? kNoConfiguration : status;
}

std::string pack(const std::vector<config::SourceFile>& files) {
    std::string bundle;
    for (const config::SourceFile& file : files) {
        put(bundle, file.path);
        put(bundle, file.contents);
    }
    return bundle;
}

std::optional<std::vector<config::SourceFile>> unpack(std::string_view bundle) {
    std::vector<config::SourceFile> files;
    while (!bundle.empty()) {
        std::optional<std::string> path = take(bundle);
        std::optional<std::string> contents = path ? take(bundle) : std::nullopt;
        if (!contents) return std::nullopt;
        files.push_back({*std::move(path), *std::move(contents)});
    }
    return files;
}

config::LoadResult load_from_bundle(const Options& options, const std::vector<config::SourceFile>& files) {
    config::MemoryReader reader;
    for (const config::SourceFile& file : files) reader.add(file.path, file.contents);
    return config::load(options.config_file, reader, ThisHost{}, load_options(options));
}

}  // namespace understudy::daemon
