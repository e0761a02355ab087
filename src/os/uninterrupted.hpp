// A signal may interrupt a call before it has done anything (EINTR); then it is made again.
#pragma once

#include <cerrno>

namespace understudy::os {

template <typename Call>
auto uninterrupted(Call call) {
    for (;;) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

}  // namespace understudy::os
