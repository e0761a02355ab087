// Writes the dumps that signals ask for. What only the vrrp process knows it gives as text; the files are
// written here, so that no slow disk makes an advert late.
#pragma once

#include <functional>
#include <string_view>

#include "understudy/ctl/request.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"

#include "dump_files.hpp"
#include "options.hpp"
#include "worker_link.hpp"

namespace understudy::daemon {

class Dumper {
public:
    // `globals`: those in force.
    Dumper(os::Log& log, const Options& options, WorkerLink& link,
           std::function<const model::Globals&()> globals);

    void dump_own_state();
    void ask(const ctl::Dump& asked);

private:
    void write(DumpFile file, std::string_view text);

    os::Log* log_;
    const Options* options_;
    WorkerLink* link_;
    std::function<const model::Globals&()> globals_;
};

}  // namespace understudy::daemon
