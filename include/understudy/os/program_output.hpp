// What a program prints, for those who may wait for it: a tool, never the daemon. It runs without a shell, in
// the C locale, with nothing to read.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct ProgramOutput {
    int status = 0;  // exit status; of one that was killed 128 and the signal
    std::string out;
    std::string err;
};

// words[0] is searched in PATH. One that takes longer, or prints more than 64 MiB, is killed (ETIMEDOUT,
// EFBIG).
[[nodiscard]] std::expected<ProgramOutput, SysError> output_of(const std::vector<std::string>& words,
                                                               milliseconds patience);

}  // namespace understudy::os
