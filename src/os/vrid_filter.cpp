#include "vrid_filter.hpp"

#include <array>
#include <cstdint>

#include "understudy/net/virtual_router.hpp"

namespace understudy::os {
namespace {

constexpr unsigned kWords = 8;
constexpr unsigned kWordBits = 32;
constexpr std::uint32_t kIpv4Protocol = 9;  // offset in the header
constexpr std::uint32_t kAhSize = 24;
constexpr std::uint32_t kVrid = 1;  // offset in the message
constexpr std::uint32_t kAccept = 0xffffffff;
constexpr std::uint32_t kReject = 0;

sock_filter statement(unsigned code, std::uint32_t k) { return {static_cast<std::uint16_t>(code), 0, 0, k}; }

sock_filter jump(unsigned code, std::uint32_t k, std::uint8_t if_true, std::uint8_t if_false) {
    return {static_cast<std::uint16_t>(code), if_true, if_false, k};
}

// Leaves the octet with the VRID in A. Reading beyond the end of the packet ends the program and rejects it.
void load_vrid(std::vector<sock_filter>& program, net::Family family) {
    if (family == net::Family::Ipv6) {
        program.push_back(statement(BPF_LD | BPF_B | BPF_ABS, kVrid));
        return;
    }
    program.insert(program.end(), {
                                      statement(BPF_LDX | BPF_B | BPF_MSH, 0),  // X: length of the IP header
                                      statement(BPF_LD | BPF_B | BPF_ABS, kIpv4Protocol),
                                      jump(BPF_JMP | BPF_JEQ | BPF_K, net::kAhProtocol, 0, 3),
                                      statement(BPF_MISC | BPF_TXA, 0),
                                      statement(BPF_ALU | BPF_ADD | BPF_K, kAhSize),
                                      statement(BPF_MISC | BPF_TAX, 0),
                                      statement(BPF_LD | BPF_B | BPF_IND, kVrid),
                                  });
}

std::array<std::uint32_t, kWords> words_of(const VridSet& vrids) {
    std::array<std::uint32_t, kWords> words{};
    for (unsigned vrid = 0; vrid < vrids.size(); ++vrid)
        if (vrids.test(vrid)) words[vrid / kWordBits] |= 1u << (vrid % kWordBits);
    return words;
}

}  // namespace

std::vector<sock_filter> vrid_filter(net::Family family, const VridSet& vrids) {
    std::vector<sock_filter> program;
    load_vrid(program, family);
    program.insert(program.end(),
                   {
                       statement(BPF_ST, 0),                      // M[0]: the VRID
                       statement(BPF_ALU | BPF_AND | BPF_K, 31),  // its bit in its word
                       statement(BPF_MISC | BPF_TAX, 0), statement(BPF_LD | BPF_IMM, 1),
                       statement(BPF_ALU | BPF_LSH | BPF_X, 0), statement(BPF_ST, 1),  // M[1]: that bit
                       statement(BPF_LD | BPF_MEM, 0),
                       statement(BPF_ALU | BPF_RSH | BPF_K, 5),  // A: the number of the word
                   });
    for (std::uint32_t index = 0; const std::uint32_t word : words_of(vrids)) {
        program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, index++, 0, 4));
        program.push_back(statement(BPF_LD | BPF_MEM, 1));
        program.push_back(jump(BPF_JMP | BPF_JSET | BPF_K, word, 0, 1));
        program.push_back(statement(BPF_RET | BPF_K, kAccept));
        program.push_back(statement(BPF_RET | BPF_K, kReject));
    }
    program.push_back(statement(BPF_RET | BPF_K, kReject));
    return program;
}

}  // namespace understudy::os
