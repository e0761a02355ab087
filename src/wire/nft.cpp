#include "understudy/wire/nft.hpp"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "understudy/base/assert.hpp"

#include "nft_batch.hpp"
#include "nft_rule.hpp"

namespace understudy::wire {

namespace {

// nft(8)'s numbers for the types of keys, by which it knows how to show them.
constexpr std::uint32_t kTypeIpv4 = 7;
constexpr std::uint32_t kTypeIpv6 = 8;
constexpr std::uint32_t kTypeLink = 20;
constexpr std::uint32_t kTypeIcmp6 = 29;
constexpr std::uint32_t kTypeIpv6AndLink = kTypeIpv6 << 6 | kTypeLink;

// What nft(8) notes with a set, to show it: its keys (0), and what they lead to (1), are in the host's order.
constexpr std::uint8_t kHostEndian = 1;
constexpr std::array<std::uint8_t, 12> kHostOrder{0, 4, kHostEndian, 0, 0, 0, 1, 4, kHostEndian, 0, 0, 0};

constexpr std::uint8_t kIgmp = 2;
constexpr std::uint8_t kIcmp6 = 58;
constexpr std::uint8_t kRouterSolicitation = 133;      // RFC 4861 §4.1
constexpr std::uint8_t kNeighbourSolicitation = 135;   // §4.3
constexpr std::uint8_t kNeighbourAdvertisement = 136;  // §4.4
constexpr std::uint8_t kMldReport = 143;               // RFC 3810 §5.2

constexpr const char* kMap = "vmac_map";
constexpr const char* kLinks = "vmac_set";
constexpr const char* kAddresses = "vips";
constexpr const char* kLinkLocal = "vips_link_local";
constexpr const char* kNeighbours = "neighbor-discovery";

constexpr std::size_t kElementsInMessage = 500;  // of 60 octets at most: an attribute holds 64 KiB

constexpr NftField kProtocol4{NFT_PAYLOAD_NETWORK_HEADER, 9, 1};
constexpr NftField kIcmpType{NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1};

// Keys and, in a map, what they lead to.
struct Element {
    std::vector<std::byte> key;
    std::vector<std::byte> data;
};

struct Set {
    const char* name;
    std::uint32_t key_type;
    std::uint32_t key_length;
    bool is_map = false;
    bool constant = false;
    std::vector<Element> elements;
};

void append(std::vector<std::byte>& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

std::vector<std::byte> key_of(net::LinkIndex link) {
    std::vector<std::byte> key;
    append(key, std::as_bytes(std::span{&link.value, 1}));
    return key;
}

std::vector<std::byte> key_of(const net::Address& address) {
    return {address.bytes().begin(), address.bytes().end()};
}

// The table of one family.
class Table {
public:
    Table(NftBatch& batch, const net::PacketFilter& filter, net::Family family)
        : batch_(batch),
          filter_(filter),
          is_v4_(family == net::Family::Ipv4),
          wanted_(is_v4_ ? filter.v4 : filter.v6),
          number_(is_v4_ ? NFPROTO_IPV4 : NFPROTO_IPV6) {}

    void build() {
        replace();
        if (wanted_.is_empty()) return;
        sets();
        chain("out", NF_INET_LOCAL_OUT);
        if (wanted_.refuses()) chain("in", NF_INET_LOCAL_IN);
        if (has_link_local()) {
            chain("in_link_local");
            chain("out_link_local");
        }
        if (!wanted_.virtual_links.empty()) keep_groups_off_virtual_macs();
        if (wanted_.refuses()) refuse();
    }

private:
    [[nodiscard]] bool has_link_local() const { return !is_v4_ && wanted_.refuses(); }

    // It must exist to be removed, and making one that exists is no error.
    void replace() {
        const NftOwner<nftnl_table> table{nftnl_table_alloc()};
        UNDERSTUDY_ASSERT(table != nullptr);
        nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, filter_.table.c_str());
        nftnl_table_set_u32(table.get(), NFTNL_TABLE_FAMILY, number_);
        batch_.add_table(*table, number_);
        batch_.remove_table(*table, number_);
        if (!wanted_.is_empty()) batch_.add_table(*table, number_);
    }

    void sets() {
        if (!wanted_.virtual_links.empty()) {
            Set map{kMap, kTypeLink, sizeof(std::uint32_t), true, false, {}};
            Set links{kLinks, kTypeLink, sizeof(std::uint32_t), false, false, {}};
            for (const auto& [link, base] : wanted_.virtual_links) {
                map.elements.push_back({key_of(link), key_of(base)});
                links.elements.push_back({key_of(link), {}});
            }
            add(map);
            if (!is_v4_) add(links);
        }
        if (wanted_.refuses()) refusing_sets();
    }

    void refusing_sets() {
        Set addresses{kAddresses, is_v4_ ? kTypeIpv4 : kTypeIpv6, is_v4_ ? 4u : 16u, false, false, {}};
        for (const net::Address& address : wanted_.refused)
            addresses.elements.push_back({key_of(address), {}});
        add(addresses);
        if (is_v4_) return;
        Set neighbours{kNeighbours, kTypeIcmp6, 1, false, true, {}};
        for (const std::uint8_t type : {kNeighbourSolicitation, kNeighbourAdvertisement})
            neighbours.elements.push_back({{std::byte{type}}, {}});
        add(neighbours);
        Set link_local{kLinkLocal, kTypeIpv6AndLink, 20, false, false, {}};
        for (const auto& [address, link] : wanted_.refused_on_link) {
            Element element{key_of(address), {}};
            append(element.key, key_of(link));
            link_local.elements.push_back(std::move(element));
        }
        add(link_local);
    }

    void add(const Set& wanted) {
        const NftOwner<nftnl_set> set = named(wanted);
        std::uint32_t flags = 0;
        if (wanted.is_map) flags |= NFT_SET_MAP;
        if (wanted.constant) flags |= NFT_SET_CONSTANT;
        nftnl_set_set_u32(set.get(), NFTNL_SET_ID, ++last_set_);
        nftnl_set_set_u32(set.get(), NFTNL_SET_FLAGS, flags);
        nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_TYPE, wanted.key_type);
        nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_LEN, wanted.key_length);
        if (wanted.is_map) {
            nftnl_set_set_u32(set.get(), NFTNL_SET_DATA_TYPE, kTypeLink);
            nftnl_set_set_u32(set.get(), NFTNL_SET_DATA_LEN, sizeof(std::uint32_t));
        }
        if (wanted.key_type == kTypeLink) {
            const std::size_t size = wanted.is_map ? kHostOrder.size() : kHostOrder.size() / 2;
            nftnl_set_set_data(set.get(), NFTNL_SET_USERDATA, kHostOrder.data(),
                               static_cast<std::uint32_t>(size));
        }
        batch_.add_set(*set, number_);
        for (std::size_t at = 0; at < wanted.elements.size(); at += kElementsInMessage)
            add_elements(wanted, std::span{wanted.elements}.subspan(at).first(
                                     std::min(kElementsInMessage, wanted.elements.size() - at)));
    }

    [[nodiscard]] NftOwner<nftnl_set> named(const Set& wanted) const {
        NftOwner<nftnl_set> set{nftnl_set_alloc()};
        UNDERSTUDY_ASSERT(set != nullptr);
        nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, filter_.table.c_str());
        nftnl_set_set_str(set.get(), NFTNL_SET_NAME, wanted.name);
        nftnl_set_set_u32(set.get(), NFTNL_SET_FAMILY, number_);
        return set;
    }

    void add_elements(const Set& wanted, std::span<const Element> elements) {
        const NftOwner<nftnl_set> set = named(wanted);
        for (const Element& element : elements) {
            nftnl_set_elem* const made = nftnl_set_elem_alloc();
            UNDERSTUDY_ASSERT(made != nullptr);
            nftnl_set_elem_set(made, NFTNL_SET_ELEM_KEY, element.key.data(),
                               static_cast<std::uint32_t>(element.key.size()));
            if (wanted.is_map)
                nftnl_set_elem_set(made, NFTNL_SET_ELEM_DATA, element.data.data(),
                                   static_cast<std::uint32_t>(element.data.size()));
            nftnl_set_elem_add(set.get(), made);
        }
        batch_.add_elements(*set, number_);
    }

    void chain(const char* name, std::optional<std::uint32_t> hook = std::nullopt) {
        const NftOwner<nftnl_chain> chain{nftnl_chain_alloc()};
        UNDERSTUDY_ASSERT(chain != nullptr);
        nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, filter_.table.c_str());
        nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, name);
        if (hook) {
            nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TYPE, "filter");
            nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_HOOKNUM, *hook);
            nftnl_chain_set_s32(chain.get(), NFTNL_CHAIN_PRIO, filter_.priority);
            nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
        }
        batch_.add_chain(*chain, number_);
    }

    [[nodiscard]] NftRule rule(const char* chain) const { return {filter_.table, chain, filter_.counters}; }

    NftRule& is_icmp6(NftRule& rule) const {
        return rule.load_meta(NFT_META_L4PROTO).equals(kIcmp6).load(kIcmpType);
    }

    // They leave by the link below instead, with its MAC.
    void keep_groups_off_virtual_macs() {
        NftRule reports = rule("out");
        if (is_v4_) {
            reports.load(kProtocol4).equals(kIgmp);
        } else {
            is_icmp6(reports).equals(kMldReport);
        }
        reports.leaves_by_macvlan().load(destination());
        reports.load_meta(NFT_META_OIF, NFT_REG_2).map(kMap, NFT_REG_2, NFT_REG_2).duplicate();
        batch_.add_rule(reports.decide(NF_DROP), number_);
        if (is_v4_) return;
        NftRule solicitations = rule("out");
        is_icmp6(solicitations).equals(kRouterSolicitation).leaves_by_macvlan();
        solicitations.load_meta(NFT_META_OIF).in_set(kLinks);
        batch_.add_rule(solicitations.decide(NF_DROP), number_);
    }

    void refuse() {
        refuse("out", "out_link_local", source(), NFT_META_OIF);
        refuse("in", "in_link_local", destination(), NFT_META_IIF);
    }

    void refuse(const char* chain, const char* link_local_chain, const NftField& field, std::uint32_t link) {
        if (!is_v4_) {
            NftRule neighbours = rule(chain);  // RFC 9568 §6.4.3: a master answers solicitations always
            is_icmp6(neighbours).in_set(kNeighbours);
            batch_.add_rule(neighbours.decide(NF_ACCEPT), number_);
            to_link_local(chain, link_local_chain, field);
            NftRule link_local = rule(link_local_chain);
            link_local.load(field).load_meta(link, NFT_REG_2).in_set(kLinkLocal);
            batch_.add_rule(link_local.decide(NF_DROP), number_);
        }
        NftRule addresses = rule(chain);
        addresses.load(field).in_set(kAddresses);
        batch_.add_rule(addresses.decide(NF_DROP), number_);
    }

    void to_link_local(const char* chain, const char* link_local_chain, const NftField& field) {
        std::array<std::byte, 16> prefix{};
        std::array<std::byte, 16> bits{};
        prefix[0] = std::byte{0xfe};
        prefix[1] = std::byte{0x80};
        bits[0] = std::byte{0xff};
        bits[1] = std::byte{0xc0};
        NftRule jump = rule(chain);
        jump.load(field).mask(bits).equals(prefix);
        batch_.add_rule(jump.decide(static_cast<std::uint32_t>(NFT_GOTO), link_local_chain), number_);
    }

    [[nodiscard]] NftField source() const {
        return {NFT_PAYLOAD_NETWORK_HEADER, is_v4_ ? 12u : 8u, is_v4_ ? 4u : 16u};
    }
    [[nodiscard]] NftField destination() const {
        return {NFT_PAYLOAD_NETWORK_HEADER, is_v4_ ? 16u : 24u, is_v4_ ? 4u : 16u};
    }

    NftBatch& batch_;
    const net::PacketFilter& filter_;
    bool is_v4_;
    const net::FamilyFilter& wanted_;
    std::uint16_t number_;
    std::uint32_t last_set_ = 0;
};

}  // namespace

std::vector<std::byte> filter_transaction(const net::PacketFilter& filter, std::uint32_t sequence) {
    NftBatch batch{sequence};
    for (const net::Family family : {net::Family::Ipv4, net::Family::Ipv6})
        Table{batch, filter, family}.build();
    return batch.finish();
}

}  // namespace understudy::wire
