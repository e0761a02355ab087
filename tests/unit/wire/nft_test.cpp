#include "understudy/wire/nft.hpp"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace understudy::wire {
namespace {

net::PacketFilter refusing(std::uint32_t addresses) {
    net::PacketFilter filter;
    for (std::uint32_t i = 0; i < addresses; ++i)
        filter.v4.refused.push_back(
            net::Address::v4(198, 51, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)));
    return filter;
}

// The types of the messages of a transaction in order, each within the whole.
std::vector<int> types(const std::vector<std::byte>& transaction) {
    std::vector<int> found;
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= transaction.size();) {
        nlmsghdr header;
        std::memcpy(&header, transaction.data() + at, sizeof header);
        EXPECT_LE(at + header.nlmsg_len, transaction.size());
        found.push_back(header.nlmsg_type);
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return found;
}

std::ptrdiff_t count(const std::vector<std::byte>& transaction, int type) {
    return std::ranges::count(types(transaction), NFNL_SUBSYS_NFTABLES << 8 | type);
}

TEST(FilterTransaction, IsOneBatch) {
    const std::vector<int> all = types(filter_transaction(refusing(1), 1));
    EXPECT_EQ(all.front(), NFNL_MSG_BATCH_BEGIN);
    EXPECT_EQ(all.back(), NFNL_MSG_BATCH_END);
}

TEST(FilterTransaction, RemovesTheTablesOfAFilterThatAsksForNothing) {
    const auto transaction = filter_transaction({}, 1);
    EXPECT_EQ(count(transaction, NFT_MSG_DELTABLE), 2);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWCHAIN), 0);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWRULE), 0);
}

TEST(FilterTransaction, HasARuleForEachDirection) {
    const auto transaction = filter_transaction(refusing(1), 1);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWCHAIN), 2);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWRULE), 2);
}

TEST(FilterTransaction, DividesManyAddressesAmongMessages) {
    const auto transaction = filter_transaction(refusing(20'000), 1);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWSET), 1);
    EXPECT_EQ(count(transaction, NFT_MSG_NEWSETELEM), 40);
}

}  // namespace
}  // namespace understudy::wire
