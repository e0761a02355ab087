#include "nft_batch.hpp"

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "understudy/base/assert.hpp"

#include "rtnl.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kNftRoom = 64u << 10;  // an attribute can be no longer, so neither is a message

}  // namespace

char* NftBatch::grow() {
    start_ = bytes_.size();
    bytes_.resize(start_ + kNftRoom);
    return reinterpret_cast<char*>(bytes_.data() + start_);
}

void NftBatch::shrink(const nlmsghdr& header) {
    UNDERSTUDY_ASSERT(header.nlmsg_len <= kNftRoom);
    bytes_.resize(start_ + aligned(header.nlmsg_len));
}

void NftBatch::mark(nlmsghdr* (*build)(char*, std::uint32_t)) {
    const nlmsghdr header = *build(grow(), sequence_++);
    shrink(header);
}

template <typename Put>
void NftBatch::message(std::uint16_t type, std::uint16_t family, std::uint16_t flags, Put put) {
    nlmsghdr* const header = nftnl_nlmsg_build_hdr(grow(), type, family, flags, sequence_++);
    put(header);
    const nlmsghdr complete = *header;
    shrink(complete);
}

void NftBatch::add_table(const nftnl_table& table, std::uint16_t family) {
    message(NFT_MSG_NEWTABLE, family, NLM_F_CREATE,
            [&](nlmsghdr* header) { nftnl_table_nlmsg_build_payload(header, &table); });
}

void NftBatch::remove_table(const nftnl_table& table, std::uint16_t family) {
    message(NFT_MSG_DELTABLE, family, 0,
            [&](nlmsghdr* header) { nftnl_table_nlmsg_build_payload(header, &table); });
}

void NftBatch::add_chain(const nftnl_chain& chain, std::uint16_t family) {
    message(NFT_MSG_NEWCHAIN, family, NLM_F_CREATE,
            [&](nlmsghdr* header) { nftnl_chain_nlmsg_build_payload(header, &chain); });
}

void NftBatch::add_set(nftnl_set& set, std::uint16_t family) {
    message(NFT_MSG_NEWSET, family, NLM_F_CREATE,
            [&](nlmsghdr* header) { nftnl_set_nlmsg_build_payload(header, &set); });
}

void NftBatch::add_elements(nftnl_set& set, std::uint16_t family) {
    message(NFT_MSG_NEWSETELEM, family, NLM_F_CREATE,
            [&](nlmsghdr* header) { nftnl_set_elems_nlmsg_build_payload(header, &set); });
}

void NftBatch::add_rule(nftnl_rule& rule, std::uint16_t family) {
    message(NFT_MSG_NEWRULE, family, NLM_F_CREATE | NLM_F_APPEND,
            [&](nlmsghdr* header) { nftnl_rule_nlmsg_build_payload(header, &rule); });
}

}  // namespace understudy::wire
