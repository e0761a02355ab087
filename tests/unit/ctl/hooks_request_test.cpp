#include "understudy/ctl/hooks_request.hpp"

#include <gtest/gtest.h>

#include "understudy/ctl/hook_messages.hpp"

namespace understudy::ctl {
namespace {

TEST(HooksRequest, SurvivesItsOwnOctets) {
    EXPECT_EQ(decode_hooks_request(encode_hooks_request("understudy-hook")), "understudy-hook");
    EXPECT_EQ(decode_hooks_request(encode_hooks_request("")), "");
}

TEST(HooksRequest, OfAnotherVersionEmptyOrTooLongIsNone) {
    auto octets = encode_hooks_request("understudy-hook");
    octets.front() = std::byte{kHookProtocol + 1};
    EXPECT_EQ(decode_hooks_request(octets), std::nullopt);
    EXPECT_EQ(decode_hooks_request({}), std::nullopt);
    EXPECT_EQ(decode_hooks_request(std::vector(kLongestHooksRequest + 1, std::byte{kHookProtocol})),
              std::nullopt);
}

TEST(HooksRequest, IsCutWhereItWouldBeTooLong) {
    const std::string name(kLongestHooksRequest, 'n');
    EXPECT_EQ(decode_hooks_request(encode_hooks_request(name)), name.substr(1));
}

TEST(HooksReply, SurvivesItsOwnOctets) {
    for (const HooksReply& reply : {HooksReply{}, HooksReply{"another version"}})
        EXPECT_EQ(decode_hooks_reply(encode(reply)), reply);
    const std::string long_reason(kLongestHooksReply, 'r');
    EXPECT_EQ(decode_hooks_reply(encode(HooksReply{long_reason})), HooksReply{long_reason.substr(1)});
}

TEST(HooksReply, AnythingElseIsNone) {
    EXPECT_EQ(decode_hooks_reply({}), std::nullopt);
    for (const int first : {0, 1, 2, 255})
        for (const std::size_t size : {std::size_t{1}, std::size_t{2}, kLongestHooksReply + 1}) {
            std::vector<std::byte> octets(size, std::byte{'x'});
            octets.front() = static_cast<std::byte>(first);
            const bool is_one = (first == 0 && size == 1) || (first == 1 && size == 2);
            EXPECT_EQ(decode_hooks_reply(octets).has_value(), is_one) << first << " " << size;
        }
}

}  // namespace
}  // namespace understudy::ctl
