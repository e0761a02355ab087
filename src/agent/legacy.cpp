#include "understudy/agent/legacy.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "understudy/agent/archive.hpp"
#include "understudy/agent/recording.hpp"

namespace understudy::agent {

std::expected<Legacy, std::string> legacy_in(Bytes recording, std::uint64_t since) {
    auto read = read_recording(recording);
    if (!read) return std::unexpected(fmt::format("its recording: {}", describe(read.error())));
    if (read->segments.empty()) return std::unexpected("it has recorded nothing");
    Segment& last = read->segments.back();
    const Opening& opening = last.opening();
    if (opening.run < since) return std::unexpected("it has recorded nothing");
    const auto config = loaded_config(opening.config);
    auto agent = config ? Agent::restored(*config, opening.snapshot) : std::unexpected(config.error());
    if (!agent) return std::unexpected(fmt::format("its snapshot: {}", describe(agent.error())));
    Legacy legacy{*std::move(agent), opening.now};
    std::optional<Turn> turn = last.next();
    for (; turn && turn->orders; turn = last.next()) {
        static_cast<void>(legacy.agent.handle(turn->event, turn->at));
        legacy.at = turn->at;
    }
    if (turn) legacy.at = turn->at;
    if (last.has_ended()) return std::unexpected("it had stopped recording");
    return legacy;
}

}  // namespace understudy::agent
