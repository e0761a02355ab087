// What a program finds when it takes the place of another in the same process: what that one told, and the
// descriptors that it passed on.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "understudy/config/load.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/unique_fd.hpp"

#include "takeover.hpp"

namespace understudy::daemon {

struct Inheritance {
    Takeover takeover;
    std::string problem;  // why the instances begin anew, if that was not meant
    os::UniqueFd pid_file;
    os::UniqueFd questions;  // to the vrrp process
    os::SocketPair hooks;
    os::UniqueFd configuration;  // that is in force: config_handover.hpp
    os::UniqueFd memory;         // for the recording: flight_recorder.hpp
};

// None: this is a start like any other.
[[nodiscard]] std::optional<Inheritance> inheritance();

// The files were judged a moment ago. If they have errors all the same, what was in force goes on; false:
// that cannot be read.
[[nodiscard]] bool goes_on_without_files(const Inheritance& inherited, config::LoadResult& loaded);

}  // namespace understudy::daemon
