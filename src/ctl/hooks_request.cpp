#include "understudy/ctl/hooks_request.hpp"

#include <string_view>

#include "understudy/ctl/hook_messages.hpp"

namespace understudy::ctl {

namespace {

constexpr std::byte kDone{0};
constexpr std::byte kRefused{1};

std::vector<std::byte> with_text(std::byte first, std::string_view text, std::size_t longest) {
    std::vector<std::byte> octets{first};
    for (const char c : text.substr(0, longest - 1)) octets.push_back(static_cast<std::byte>(c));
    return octets;
}

std::string text_behind_first(Bytes message) {
    std::string text;
    for (const std::byte octet : message.subspan(1)) text.push_back(static_cast<char>(octet));
    return text;
}

}  // namespace

std::vector<std::byte> encode_hooks_request(const std::string& name) {
    return with_text(std::byte{kHookProtocol}, name, kLongestHooksRequest);
}

std::optional<std::string> decode_hooks_request(Bytes message) {
    if (message.empty() || message.size() > kLongestHooksRequest) return std::nullopt;
    if (message.front() != std::byte{kHookProtocol}) return std::nullopt;
    return text_behind_first(message);
}

std::vector<std::byte> encode(const HooksReply& reply) {
    return with_text(reply.refused.empty() ? kDone : kRefused, reply.refused, kLongestHooksReply);
}

std::optional<HooksReply> decode_hooks_reply(Bytes message) {
    if (message.empty() || message.size() > kLongestHooksReply) return std::nullopt;
    if (message.front() == kDone && message.size() == 1) return HooksReply{};
    if (message.front() != kRefused || message.size() == 1) return std::nullopt;
    return HooksReply{text_behind_first(message)};
}

}  // namespace understudy::ctl
