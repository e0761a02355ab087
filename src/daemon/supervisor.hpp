// The first process: holds the pid files, watches the vrrp process and starts it again, reads the
// configuration anew on SIGHUP and hands it over only if it is free of errors. It parses no packet and
// touches no address.
#pragma once

#include <optional>

#include "understudy/config/load.hpp"

#include "inheritance.hpp"
#include "newcomer.hpp"
#include "options.hpp"

namespace understudy::daemon {

// From a loaded configuration to the end of the daemon; returns its exit status.
[[nodiscard]] int supervise(const Options& options, config::LoadResult loaded,
                            std::optional<Inheritance> inherited);

// What we are to a program that may take our place.
[[nodiscard]] Newcomer present_program(const Options& options, const model::Config& config);

}  // namespace understudy::daemon
