// What has happened, as an operator reads it: a line for each entry.
#pragma once

#include <span>
#include <string>

#include "understudy/ctl/history.hpp"

#include "when.hpp"

namespace understudy::cli {

// "BACKUP -> MASTER after 3 min 4 s: no advert was heard from 192.0.2.2"
[[nodiscard]] std::string event_text(const ctl::HistoryEntry& entry);
[[nodiscard]] std::string history_text(std::span<const ctl::HistoryEntry> entries, const Zone& zone = {});

}  // namespace understudy::cli
