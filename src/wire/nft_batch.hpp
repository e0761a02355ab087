// One nf_tables transaction under construction: libnftnl's objects appended as messages.
#pragma once

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace understudy::wire {

struct NftDeleter {
    void operator()(nftnl_table* object) const { nftnl_table_free(object); }
    void operator()(nftnl_chain* object) const { nftnl_chain_free(object); }
    void operator()(nftnl_set* object) const { nftnl_set_free(object); }
    void operator()(nftnl_rule* object) const { nftnl_rule_free(object); }
};
template <typename Object>
using NftOwner = std::unique_ptr<Object, NftDeleter>;

class NftBatch {
public:
    explicit NftBatch(std::uint32_t sequence) : sequence_(sequence) { mark(nftnl_batch_begin); }

    void add_table(const nftnl_table& table, std::uint16_t family);
    void remove_table(const nftnl_table& table, std::uint16_t family);
    void add_chain(const nftnl_chain& chain, std::uint16_t family);
    void add_set(nftnl_set& set, std::uint16_t family);
    void add_elements(nftnl_set& set, std::uint16_t family);
    void add_rule(nftnl_rule& rule, std::uint16_t family);

    [[nodiscard]] std::vector<std::byte> finish() {
        mark(nftnl_batch_end);
        return std::move(bytes_);
    }

private:
    template <typename Put>
    void message(std::uint16_t type, std::uint16_t family, std::uint16_t flags, Put put);
    void mark(nlmsghdr* (*build)(char*, std::uint32_t));
    [[nodiscard]] char* grow();
    void shrink(const nlmsghdr& header);

    std::vector<std::byte> bytes_;
    std::size_t start_ = 0;
    std::uint32_t sequence_;
};

}  // namespace understudy::wire
