#include "command_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "understudy/base/text.hpp"
#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"
#include "understudy/doctor/examine.hpp"
#include "understudy/doctor/render.hpp"
#include "understudy/host/this_host.hpp"
#include "understudy/os/process.hpp"

#include "control_client.hpp"
#include "doctor_facts.hpp"

namespace understudy::cli {

namespace {

constexpr std::string_view kDoctorFile = "file";
constexpr std::string_view kDoctorConfigId = "config-id";
constexpr std::string_view kListenFor = "listen";
constexpr int kCouldNotCheck = 2;
constexpr milliseconds kShortestListening{3000};
constexpr milliseconds kLongestListening{10000};
constexpr std::uint32_t kMostSeconds = 600;

config::LoadResult load_leniently(const std::string& file, const Arguments& arguments) {
    config::LoadOptions options;
    options.config_id = arguments.value(kDoctorConfigId).value_or("");
    options.lenient = true;  // what is wrong with the file is one finding among others
    return config::load(file, host::DiskReader{}, host::ThisHost{host::service_reading(file)}, options);
}

// Two adverts of whoever is slowest, within reason.
milliseconds time_to_listen(const model::Config& config) {
    microseconds longest{0};
    for (const model::Instance& instance : config.instances)
        longest = std::max(longest, instance.advert_interval);
    return std::clamp(std::chrono::ceil<milliseconds>(longest * 5 / 2), kShortestListening,
                      kLongestListening);
}

bool is_missing(const config::LoadResult& loaded, const std::string& file) {
    return std::ranges::any_of(loaded.diagnostics.all(), [&](const config::Diagnostic& diagnostic) {
        return diagnostic.code == config::Code::MissingFile && diagnostic.file == file;
    });
}

// The file as the daemon would read it: in its network namespace.
std::expected<config::LoadResult, std::string> load_where_it_runs(const std::string& file,
                                                                  const Arguments& arguments) {
    config::LoadResult loaded = load_leniently(file, arguments);
    if (is_missing(loaded, file)) return std::unexpected(config::render(loaded.diagnostics.all()));
    const std::string& space = loaded.config.globals.namespaces.vrrp;
    if (space.empty()) return loaded;
    if (const auto entered = os::enter_network_namespace(space); !entered)
        return std::unexpected(entered.error().to_string() + "\n");
    return load_leniently(file, arguments);
}

int run_doctor(const Arguments& arguments, Console& console) {
    std::optional<std::uint32_t> listening;
    if (const auto given = arguments.value(kListenFor)) {
        listening = parse_number<std::uint32_t>(*given);
        if (!listening || *listening > kMostSeconds) {
            console.err << fmt::format("understudyctl doctor: {} is no number of seconds from 0 to {}\n",
                                       quote(*given), kMostSeconds);
            return kBadUsage;
        }
    }
    const auto loaded =
        load_where_it_runs(arguments.value(kDoctorFile).value_or(host::kDefaultConfigFile), arguments);
    if (!loaded) {
        console.err << loaded.error();
        return kCouldNotCheck;
    }
    Gathered gathered = gather({&loaded->config, arguments.value("socket").value_or(kDefaultSocket),
                                listening ? seconds{*listening} : time_to_listen(loaded->config)});
    const doctor::Report report{doctor::examine(*loaded, gathered.facts), std::move(gathered.unchecked),
                                std::move(gathered.remarks)};
    if (arguments.has(kJson.name))
        console.out << doctor::render_json(report) << "\n";
    else
        console.out << doctor::render(report, console.colour ? doctor::Colour::On : doctor::Colour::Off);
    return report.exit_status();
}

constexpr Option kDoctorOptions[] = {
    {.name = kDoctorFile,
     .letter = 'f',
     .argument = "FILE",
     .meaning = "the configuration, default /etc/keepalived/keepalived.conf",
     .completion = Completion::Files},
    {.name = kDoctorConfigId,
     .letter = 'i',
     .argument = "ID",
     .meaning = "id for @id lines, default the short host name"},
    {.name = kListenFor,
     .argument = "SECONDS",
     .meaning = "how long to listen on the wire, 0 not at all; default 3 or more"},
    kSocket,
    kJson};

}  // namespace

constinit const Command kDoctor{
    .name = "doctor",
    .meaning = "Check whether this host is fit for its configuration",
    .details =
        "Looks at packet filters, interfaces, kernel settings and features, the clock, scripts, files\n"
        "under /run and other programs that speak VRRP, and listens on the wire for routers that do\n"
        "not match. Says of each finding why it matters and what to do. Changes nothing and needs no\n"
        "daemon; as root it sees most. The exit status is 0 if all is well, 1 if there are warnings\n"
        "or errors, and 2 if there are none but not everything could be checked.",
    .options = kDoctorOptions,
    .run = run_doctor};

}  // namespace understudy::cli
