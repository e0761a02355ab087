#include "send_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace understudy::os {

void send_batch(int fd, std::span<mmsghdr> messages, std::span<int> errors) {
    std::ranges::fill(errors, 0);
    for (std::size_t done = 0; done < messages.size();) {
        const std::span<mmsghdr> rest = messages.subspan(done);
        const int sent = ::sendmmsg(fd, rest.data(), static_cast<unsigned>(rest.size()), MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        // The call tells an error only when it concerns the first message; otherwise it stops in front of
        // that one.
        if (sent < 0) {
            errors[done] = errno;
            ++done;
        } else {
            done += static_cast<std::size_t>(sent);
        }
    }
}

}  // namespace understudy::os
