#include "understudy/host/service.hpp"

#include <map>
#include <utility>

#include "understudy/os/files.hpp"
#include "understudy/os/program.hpp"

namespace understudy::host {

namespace {

constexpr std::string_view kUnit = "understudy.service";
constexpr std::string_view kBlanksInUnit = " \t\r";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanksInUnit);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanksInUnit) + 1 - begin);
}

// By name, which is their order; one of an earlier folder hides one of a later.
std::map<std::string, std::string> paths_of_drop_ins(const std::vector<std::string>& folders) {
    std::map<std::string, std::string> paths;
    for (const std::string& folder : folders) {
        const auto found = os::glob(folder + "/" + std::string{kUnit} + ".d/*.conf");
        for (const std::string& path : found.value_or(std::vector<std::string>{}))
            paths.emplace(path.substr(path.rfind('/') + 1), path);
    }
    return paths;
}

// One that leads to /dev/null is no unit, and no later one counts.
std::optional<std::string> text_of_unit(const std::vector<std::string>& folders) {
    for (const std::string& folder : folders) {
        auto text = os::read_file(folder + "/" + std::string{kUnit});
        if (text) return *std::move(text);
        if (text.error().fault != os::ReadFault::Missing) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> user_in_unit(std::string_view text) {
    std::optional<std::string> user;
    bool in_service = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.starts_with('[')) in_service = line == "[Service]";
        const std::size_t sign = line.find('=');
        if (in_service && sign != std::string_view::npos && trimmed(line.substr(0, sign)) == "User")
            user = trimmed(line.substr(sign + 1));
    }
    return user;
}

std::string user_of_unit(const std::vector<std::string>& folders) {
    const auto unit = text_of_unit(folders);
    if (!unit) return "";
    std::string user = user_in_unit(*unit).value_or("");
    for (const auto& [name, path] : paths_of_drop_ins(folders))
        if (const auto text = os::read_file(path))
            if (auto said = user_in_unit(*text)) user = *std::move(said);
    return user == "root" ? "" : user;
}

std::optional<Service> service_reading(const std::string& config_file) {
    const std::string path =
        config_file.starts_with('/') ? config_file : os::working_directory() + "/" + config_file;
    if (os::current_identity().uid != 0 || !path.starts_with("/etc/")) return std::nullopt;
    std::string user =
        user_of_unit({"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
                      "/usr/lib/systemd/system", "/lib/systemd/system"});
    if (user.empty()) return std::nullopt;
    auto identity = os::lookup_identity(user, "", os::OtherGroups::OfTheUser);
    if (!identity || !*identity || (*identity)->uid == 0) return std::nullopt;
    return Service{std::move(user), **std::move(identity)};
}

}  // namespace understudy::host
