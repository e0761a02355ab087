#include "nft_reader.hpp"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>

#include "support.hpp"

namespace understudy::wire::test {
namespace {

struct NftAttribute {
    int type = 0;
    Bytes value;
};

std::vector<NftAttribute> nft_attributes(Bytes bytes) {
    std::vector<NftAttribute> all;
    while (bytes.size() >= sizeof(nlattr)) {
        nlattr header;
        std::memcpy(&header, bytes.data(), sizeof header);
        all.push_back({header.nla_type & NLA_TYPE_MASK, bytes.first(header.nla_len).subspan(sizeof header)});
        bytes = bytes.subspan(std::min(static_cast<std::size_t>(NLA_ALIGN(header.nla_len)), bytes.size()));
    }
    return all;
}

// The attributes of one message or nest, each of which is there once.
class NftAttributes {
public:
    explicit NftAttributes(Bytes bytes) {
        for (const NftAttribute& attribute : nft_attributes(bytes)) values_[attribute.type] = attribute.value;
    }

    [[nodiscard]] bool has(int type) const { return values_.contains(type); }
    [[nodiscard]] Bytes octets(int type) const { return values_.at(type); }
    [[nodiscard]] NftAttributes nest(int type) const { return NftAttributes{octets(type)}; }
    [[nodiscard]] std::string text(int type) const {
        const Bytes value = octets(type);
        return {reinterpret_cast<const char*>(value.data()), value.size() - 1};
    }
    // In network byte order.
    [[nodiscard]] std::uint32_t number(int type) const {
        std::uint32_t value = 0;
        for (const std::byte octet : octets(type)) value = value << 8 | std::to_integer<std::uint32_t>(octet);
        return value;
    }
    [[nodiscard]] std::string digits(int type) const { return std::to_string(number(type)); }
    // A key, or what a packet is compared with.
    [[nodiscard]] std::string data(int type) const { return to_hex(nest(type).octets(NFTA_DATA_VALUE)); }

private:
    std::map<int, Bytes> values_;
};

std::string meta_key(std::uint32_t key) {
    switch (key) {
        case NFT_META_L4PROTO:
            return "l4proto";
        case NFT_META_IIF:
            return "iif";
        case NFT_META_OIF:
            return "oif";
        case NFT_META_OIFKIND:
            return "oifkind";
        default:
            return "meta " + std::to_string(key);
    }
}

std::string payload_in_words(const NftAttributes& said) {
    const std::uint32_t base = said.number(NFTA_PAYLOAD_BASE);
    return std::string{base == NFT_PAYLOAD_NETWORK_HEADER ? "network" : "transport"} + " " +
           said.digits(NFTA_PAYLOAD_OFFSET) + "+" + said.digits(NFTA_PAYLOAD_LEN) + " to " +
           said.digits(NFTA_PAYLOAD_DREG);
}

std::string lookup_in_words(const NftAttributes& said) {
    const std::string from = said.digits(NFTA_LOOKUP_SREG) + " in " + said.text(NFTA_LOOKUP_SET);
    return said.has(NFTA_LOOKUP_DREG) ? from + " to " + said.digits(NFTA_LOOKUP_DREG) : from;
}

std::string verdict_in_words(const NftAttributes& said) {
    const NftAttributes what = said.nest(NFTA_IMMEDIATE_DATA).nest(NFTA_DATA_VERDICT);
    const auto code = static_cast<int>(what.number(NFTA_VERDICT_CODE));
    if (said.number(NFTA_IMMEDIATE_DREG) != NFT_REG_VERDICT) return "no verdict";
    if (code == NFT_GOTO) return "goto " + what.text(NFTA_VERDICT_CHAIN);
    return code == NF_ACCEPT ? "accept" : code == NF_DROP ? "drop" : "verdict " + std::to_string(code);
}

std::string expression_in_words(const NftAttributes& expression) {
    const std::string name = expression.text(NFTA_EXPR_NAME);
    const NftAttributes said = expression.nest(NFTA_EXPR_DATA);
    if (name == "payload") return payload_in_words(said);
    if (name == "meta") return meta_key(said.number(NFTA_META_KEY)) + " to " + said.digits(NFTA_META_DREG);
    if (name == "cmp" && said.number(NFTA_CMP_OP) == NFT_CMP_EQ)
        return said.digits(NFTA_CMP_SREG) + " is " + said.data(NFTA_CMP_DATA);
    if (name == "bitwise")
        return said.digits(NFTA_BITWISE_SREG) + " and " + said.data(NFTA_BITWISE_MASK) + " xor " +
               said.data(NFTA_BITWISE_XOR) + " of " + said.digits(NFTA_BITWISE_LEN) + " to " +
               said.digits(NFTA_BITWISE_DREG);
    if (name == "lookup") return lookup_in_words(said);
    if (name == "dup")
        return "copy to " + said.digits(NFTA_DUP_SREG_ADDR) + " by " + said.digits(NFTA_DUP_SREG_DEV);
    if (name == "immediate") return verdict_in_words(said);
    return name;
}

std::string rule_in_words(const NftAttributes& rule) {
    std::string words = "rule in " + rule.text(NFTA_RULE_CHAIN);
    const char* separator = ": ";
    for (const NftAttribute& expression : nft_attributes(rule.octets(NFTA_RULE_EXPRESSIONS))) {
        words += separator + expression_in_words(NftAttributes{expression.value});
        separator = ", ";
    }
    return words;
}

std::string chain_in_words(const NftAttributes& chain) {
    const std::string words = "chain " + chain.text(NFTA_CHAIN_NAME);
    if (!chain.has(NFTA_CHAIN_HOOK)) return words;
    const NftAttributes hook = chain.nest(NFTA_CHAIN_HOOK);
    return words + " of " + chain.text(NFTA_CHAIN_TYPE) + " at hook " + hook.digits(NFTA_HOOK_HOOKNUM) +
           " with priority " + std::to_string(static_cast<int>(hook.number(NFTA_HOOK_PRIORITY))) +
           (chain.number(NFTA_CHAIN_POLICY) == NF_ACCEPT ? ", accepts" : ", refuses");
}

std::string set_in_words(const NftAttributes& set) {
    const std::uint32_t flags = set.has(NFTA_SET_FLAGS) ? set.number(NFTA_SET_FLAGS) : 0;
    std::string words = "set " + set.text(NFTA_SET_NAME) + " of " + set.digits(NFTA_SET_KEY_TYPE) + "/" +
                        set.digits(NFTA_SET_KEY_LEN);
    if ((flags & NFT_SET_MAP) != 0)
        words += " to " + set.digits(NFTA_SET_DATA_TYPE) + "/" + set.digits(NFTA_SET_DATA_LEN);
    if ((flags & NFT_SET_CONSTANT) != 0) words += ", constant";
    if (set.has(NFTA_SET_USERDATA)) words += ", noted " + to_hex(set.octets(NFTA_SET_USERDATA));
    return words;
}

std::string elements_in_words(const NftAttributes& message) {
    std::string words = "elements of " + message.text(NFTA_SET_ELEM_LIST_SET) + ":";
    for (const NftAttribute& one : nft_attributes(message.octets(NFTA_SET_ELEM_LIST_ELEMENTS))) {
        const NftAttributes element{one.value};
        words += " " + element.data(NFTA_SET_ELEM_KEY);
        if (element.has(NFTA_SET_ELEM_DATA)) words += "=" + element.data(NFTA_SET_ELEM_DATA);
    }
    return words;
}

std::string message_in_words(int type, const NftAttributes& message) {
    switch (type) {
        case NFT_MSG_NEWTABLE:
            return "table " + message.text(NFTA_TABLE_NAME);
        case NFT_MSG_DELTABLE:
            return "no table " + message.text(NFTA_TABLE_NAME);
        case NFT_MSG_NEWCHAIN:
            return chain_in_words(message);
        case NFT_MSG_NEWSET:
            return set_in_words(message);
        case NFT_MSG_NEWSETELEM:
            return elements_in_words(message);
        case NFT_MSG_NEWRULE:
            return rule_in_words(message);
        default:
            return "message " + std::to_string(type);
    }
}

}  // namespace

std::vector<std::string> filter_in_words(Bytes transaction) {
    constexpr std::size_t kHeaders = sizeof(nlmsghdr) + sizeof(nfgenmsg);
    std::vector<std::string> lines;
    while (transaction.size() >= kHeaders) {
        nlmsghdr header;
        std::memcpy(&header, transaction.data(), sizeof header);
        nfgenmsg family;
        std::memcpy(&family, transaction.data() + sizeof header, sizeof family);
        if (header.nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES)
            lines.push_back(
                (family.nfgen_family == NFPROTO_IPV4 ? "ip " : "ip6 ") +
                message_in_words(header.nlmsg_type & 0xff,
                                 NftAttributes{transaction.first(header.nlmsg_len).subspan(kHeaders)}));
        transaction =
            transaction.subspan(std::min(std::size_t{NLMSG_ALIGN(header.nlmsg_len)}, transaction.size()));
    }
    return lines;
}

}  // namespace understudy::wire::test
