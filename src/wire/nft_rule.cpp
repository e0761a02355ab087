#include "nft_rule.hpp"

#include <array>
#include <span>

#include "understudy/base/assert.hpp"

namespace understudy::wire {

namespace {

constexpr std::string_view kMacvlanKind = "macvlan";
constexpr std::size_t kKindSize = 16;  // IFNAMSIZ: a kind is compared with its padding

}  // namespace

NftRule::NftRule(const std::string& table, const char* chain, bool counts)
    : rule_(nftnl_rule_alloc()), counts_(counts) {
    UNDERSTUDY_ASSERT(rule_ != nullptr);
    nftnl_rule_set_str(rule_.get(), NFTNL_RULE_TABLE, table.c_str());
    nftnl_rule_set_str(rule_.get(), NFTNL_RULE_CHAIN, chain);
}

nftnl_expr* NftRule::add(const char* name) {
    nftnl_expr* const expression = nftnl_expr_alloc(name);
    UNDERSTUDY_ASSERT(expression != nullptr);
    nftnl_rule_add_expr(rule_.get(), expression);
    return expression;
}

NftRule& NftRule::load(const NftField& field, std::uint32_t to) {
    nftnl_expr* const load = add("payload");
    nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_BASE, field.base);
    nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_OFFSET, field.offset);
    nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_LEN, field.length);
    nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_DREG, to);
    return *this;
}

NftRule& NftRule::load_meta(std::uint32_t key, std::uint32_t to) {
    nftnl_expr* const load = add("meta");
    nftnl_expr_set_u32(load, NFTNL_EXPR_META_KEY, key);
    nftnl_expr_set_u32(load, NFTNL_EXPR_META_DREG, to);
    return *this;
}

NftRule& NftRule::mask(Bytes bits) {
    const auto size = static_cast<std::uint32_t>(bits.size());
    const std::array<std::byte, 16> flipped{};
    UNDERSTUDY_ASSERT(bits.size() <= flipped.size());
    nftnl_expr* const bitwise = add("bitwise");
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_LEN, size);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_MASK, bits.data(), size);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_XOR, flipped.data(), size);
    return *this;
}

NftRule& NftRule::equals(Bytes value) {
    nftnl_expr* const compare = add("cmp");
    nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
    nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
    nftnl_expr_set(compare, NFTNL_EXPR_CMP_DATA, value.data(), static_cast<std::uint32_t>(value.size()));
    return *this;
}

NftRule& NftRule::equals(std::uint8_t value) { return equals(std::as_bytes(std::span{&value, 1})); }

NftRule& NftRule::in_set(const char* set, std::uint32_t from) {
    nftnl_expr* const lookup = add("lookup");
    nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_SREG, from);
    nftnl_expr_set_str(lookup, NFTNL_EXPR_LOOKUP_SET, set);
    return *this;
}

NftRule& NftRule::map(const char* map, std::uint32_t from, std::uint32_t to) {
    nftnl_expr* const lookup = add("lookup");
    nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_SREG, from);
    nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_DREG, to);
    nftnl_expr_set_str(lookup, NFTNL_EXPR_LOOKUP_SET, map);
    return *this;
}

NftRule& NftRule::duplicate() {
    nftnl_expr* const copy = add("dup");
    nftnl_expr_set_u32(copy, NFTNL_EXPR_DUP_SREG_ADDR, NFT_REG_1);
    nftnl_expr_set_u32(copy, NFTNL_EXPR_DUP_SREG_DEV, NFT_REG_2);
    return *this;
}

NftRule& NftRule::leaves_by_macvlan() {
    std::array<std::byte, kKindSize> kind{};
    for (std::size_t i = 0; i < kMacvlanKind.size(); ++i) kind[i] = static_cast<std::byte>(kMacvlanKind[i]);
    return load_meta(NFT_META_OIFKIND).equals(kind);
}

nftnl_rule& NftRule::decide(std::uint32_t verdict, const char* chain) {
    if (counts_) add("counter");
    nftnl_expr* const decision = add("immediate");
    nftnl_expr_set_u32(decision, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    nftnl_expr_set_u32(decision, NFTNL_EXPR_IMM_VERDICT, verdict);
    if (chain != nullptr) nftnl_expr_set_str(decision, NFTNL_EXPR_IMM_CHAIN, chain);
    return *rule_;
}

}  // namespace understudy::wire
