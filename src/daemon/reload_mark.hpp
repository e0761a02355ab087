// A file that exists while the configuration is read for a reload (reload_file), so that whoever is about to
// write it can wait until that is over.
#pragma once

#include <optional>
#include <string>

#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"

#include "options.hpp"

namespace understudy::daemon {

// None: the configuration asks for none.
[[nodiscard]] std::optional<std::string> reload_mark_path(const Options& options,
                                                          const model::Globals& globals);

// One that is there already is emptied. Without the file the reload happens all the same.
class ReloadMark {
public:
    ReloadMark(os::Log& log, std::optional<std::string> path);
    ReloadMark(const ReloadMark&) = delete;
    ReloadMark& operator=(const ReloadMark&) = delete;
    ~ReloadMark();

private:
    os::Log* log_;
    std::optional<std::string> path_;  // none: not there
};

}  // namespace understudy::daemon
