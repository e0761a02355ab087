// Whether this process may do what needs one of root's privileges (capabilities(7)).
#pragma once

namespace understudy::os {

// In effect now; one of CAP_NET_ADMIN and its like.
[[nodiscard]] bool is_capable_of(unsigned capability) noexcept;

}  // namespace understudy::os
