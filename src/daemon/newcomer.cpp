#include "newcomer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "understudy/base/text.hpp"

namespace understudy::daemon {

namespace {

using nlohmann::json;

constexpr std::string_view kProgram = "understudyd";
constexpr std::size_t kLongestQuotation = 400;

// Its last words are those that tell why.
std::string quoted_end(std::string_view said) {
    while (said.ends_with('\n')) said.remove_suffix(1);
    if (said.empty()) return "it said nothing";
    if (said.size() > kLongestQuotation) said.remove_prefix(said.size() - kLongestQuotation);
    return "it said: " + std::string{said};
}

std::string how_it_ended(const os::ProcessEnd& end) {
    return end.signalled ? fmt::format("was killed by signal {}", end.number)
                         : fmt::format("ended with status {}", end.number);
}

// What it says besides are findings in the files.
json last_object_in(std::string_view said) {
    while (said.ends_with('\n')) said.remove_suffix(1);
    const std::size_t before = said.rfind('\n');
    return json::parse(before == std::string_view::npos ? said : said.substr(before + 1), nullptr, false);
}

std::optional<std::uint64_t> number_told(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

std::string text_told(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string introduction(const Newcomer& newcomer) {
    return json{{"program", kProgram},
                {"version", newcomer.version},
                {"takeover_format", newcomer.takeover_format},
                {"recording_format", newcomer.recording_format},
                {"instances", newcomer.instances},
                {"network_namespace", newcomer.network_namespace}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<Newcomer, std::string> newcomer_in(std::string_view said, const os::ProcessEnd& end) {
    if (end.signalled || end.number != 0)
        return std::unexpected(fmt::format("the program {}; {}", how_it_ended(end), quoted_end(said)));
    const json object = last_object_in(said);
    const auto is_ours = [&] { return object.is_object() && text_told(object, "program") == kProgram; };
    if (!is_ours()) return std::unexpected("the program is no understudyd; " + quoted_end(said));
    const auto takeover = number_told(object, "takeover_format");
    const auto recording = number_told(object, "recording_format");
    const auto instances = number_told(object, "instances");
    if (!takeover || !recording || !instances)
        return std::unexpected("the program does not tell what it can take over; " + quoted_end(said));
    return Newcomer{text_told(object, "version"), static_cast<int>(*takeover), *recording,
                    static_cast<std::size_t>(*instances), text_told(object, "network_namespace")};
}

std::optional<std::string> objection(const Newcomer& newcomer, const Newcomer& present, bool anew) {
    if (newcomer.network_namespace != present.network_namespace)
        return "net_namespace cannot change while the daemon runs: restart it";
    if (newcomer.instances == 0 && present.instances > 0)
        return "the configuration holds no vrrp_instance, and would take every address away; stop the daemon "
               "if that is meant";
    const bool goes_on = newcomer.takeover_format == present.takeover_format &&
                         newcomer.recording_format == present.recording_format;
    if (goes_on || anew) return std::nullopt;
    return fmt::format(
        "version {} keeps what it knows in another way than {}, and could not go on where that stops: "
        "restart the daemon instead, which gives the addresses to another router first",
        newcomer.version, present.version);
}

}  // namespace understudy::daemon
