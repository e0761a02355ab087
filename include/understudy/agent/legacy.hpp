// What a process that died has left to the one after it: its agent, as its flight recorder tells of it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "understudy/agent/agent.hpp"
#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

struct Legacy {
    Agent agent;
    Instant at;  // when it heard the last of it, that which it had not done with included
};

// The last snapshot of a recording and all that was heard since, but for what the process had not done with
// when it died: that may be what has killed it. The agent is to be told PredecessorDied next. In words why
// there is none; so if the recording is of a run before `since`, which is another process.
[[nodiscard]] std::expected<Legacy, std::string> legacy_in(Bytes recording, std::uint64_t since);

}  // namespace understudy::agent
