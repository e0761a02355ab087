// One nf_tables rule under construction, expression by expression.
#pragma once

#include <libnftnl/chain.h>  // includes <stdio.h>, which the next one forgets
#include <libnftnl/expr.h>
#include <linux/netfilter/nf_tables.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "understudy/base/bytes.hpp"

#include "nft_batch.hpp"

namespace understudy::wire {

// A field of a packet, and where it is.
struct NftField {
    std::uint32_t base = NFT_PAYLOAD_NETWORK_HEADER;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

class NftRule {
public:
    NftRule(const std::string& table, const char* chain, bool counts);

    NftRule& load(const NftField& field, std::uint32_t to = NFT_REG_1);
    NftRule& load_meta(std::uint32_t key, std::uint32_t to = NFT_REG_1);
    NftRule& mask(Bytes bits);
    NftRule& equals(Bytes value);
    NftRule& equals(std::uint8_t value);
    NftRule& in_set(const char* set, std::uint32_t from = NFT_REG_1);
    NftRule& map(const char* map, std::uint32_t from, std::uint32_t to);
    // A copy to the address in the first register, by the link in the second.
    NftRule& duplicate();
    NftRule& leaves_by_macvlan();

    // The last word, which is preceded by the counter: NF_ACCEPT, NF_DROP or NFT_GOTO.
    nftnl_rule& decide(std::uint32_t verdict, const char* chain = nullptr);

private:
    nftnl_expr* add(const char* name);

    NftOwner<nftnl_rule> rule_;
    bool counts_;
};

}  // namespace understudy::wire
