// How a daemon that is not root asks a process of root to be its hooks process: one message, which comes with
// the connection that the orders are on. It is the hooks' protocol, which has to be the same on both sides,
// and the name that the process is to have. The answer is what the asked one ends with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/bytes.hpp"

namespace understudy::ctl {

inline constexpr std::size_t kLongestHooksRequest = 64;
inline constexpr std::size_t kLongestHooksReply = 256;

[[nodiscard]] std::vector<std::byte> encode_hooks_request(const std::string& name);
// The name; none: these octets are no request, or one of another version.
[[nodiscard]] std::optional<std::string> decode_hooks_request(Bytes message);

// Nobody can order anything any more, and all that was ordered is begun; or why it is not done at all.
struct HooksReply {
    std::string refused;  // empty: it was done
    friend bool operator==(const HooksReply&, const HooksReply&) = default;
};
[[nodiscard]] std::vector<std::byte> encode(const HooksReply& reply);
[[nodiscard]] std::optional<HooksReply> decode_hooks_reply(Bytes message);

}  // namespace understudy::ctl
