#include "show_config.hpp"

#include "understudy/config/load.hpp"
#include "understudy/config/outline.hpp"
#include "understudy/config/render.hpp"
#include "understudy/host/this_host.hpp"

namespace understudy::cli {

namespace {

constexpr std::string_view kConfigId = "config-id";
constexpr std::string_view kLenient = "lenient";
constexpr std::string_view kSecrets = "show-secrets";

int show_config(const Arguments& arguments, Console& console) {
    config::LoadOptions options;
    options.config_id = arguments.value(kConfigId).value_or("");
    options.lenient = arguments.has(kLenient);
    options.offline = true;  // a file can be looked at on another host than its own
    const std::string file = arguments.words.empty() ? host::kDefaultConfigFile : arguments.words.front();
    const config::LoadResult loaded = config::load(file, host::DiskReader{}, host::ThisHost{}, options);
    const auto& findings = loaded.diagnostics;
    if (findings.has_errors()) {
        const auto colour = console.colour ? config::Colour::On : config::Colour::Off;
        console.err << config::render(findings.all(), colour)
                    << "understudyctl: there is no effective configuration, because the file has errors\n";
        return kFailed;
    }
    std::vector<config::Node> nodes = config::outline(loaded.config);
    if (!arguments.has(kSecrets)) nodes = config::redact(std::move(nodes));
    if (arguments.has(kJson.name))
        console.out << config::render_json(nodes) << "\n";
    else
        console.out << config::render_text(nodes);
    return kDone;
}

constexpr Option kShowOptions[] = {
    {.name = kConfigId,
     .letter = 'i',
     .argument = "ID",
     .meaning = "id for @id lines, default the short host name"},
    {.name = kLenient, .meaning = "go on where keepalived would, with the value it would use"},
    {.name = kSecrets, .meaning = "show passwords and keys, too"},
    kJson};

}  // namespace

constinit const Command kShowConfig{
    .name = "show-config",
    .words = {.synopsis = "[FILE]", .most = 1, .completion = Completion::Files},
    .meaning = "Print what a configuration means, with all defaults filled in",
    .details =
        "Includes, variables, loops, conditions and comments are resolved, and what would be the\n"
        "default is written out. The result can be read as a configuration again, except for\n"
        "passwords and keys, which are hidden unless asked for. FILE is judged without this host's\n"
        "interfaces, users and scripts; without it /etc/keepalived/keepalived.conf is read.",
    .options = kShowOptions,
    .run = show_config};

}  // namespace understudy::cli
