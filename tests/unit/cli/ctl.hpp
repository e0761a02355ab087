// Runs understudyctl inside the test and keeps what it said.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "commands.hpp"

namespace understudy::cli {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

inline Said ctl(const std::vector<std::string>& words) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err};
    const int status = run(words, console);
    return {status, out.str(), err.str()};
}

}  // namespace understudy::cli
