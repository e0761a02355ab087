// Every frame of tests/golden/wire, from the Ethernet header on: NAME.hex must decode to the facts in
// NAME.txt, and where that ends in an "encoder" line our encoder must make the same octets from these facts.
// The facts were worked out independently of this code, so no flag rewrites them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "understudy/base/text.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::size_t kEthernetSize = 14;
constexpr std::size_t kIpv6HeaderSize = 40;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> frame_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{UNDERSTUDY_GOLDEN_WIRE})
        if (entry.path().extension() == ".hex") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

struct Golden {
    Packet frame;
    std::string facts;
    std::optional<std::string> encoder;  // what it needs besides the facts
};

Golden load(const std::string& name) {
    const std::filesystem::path base = std::filesystem::path{UNDERSTUDY_GOLDEN_WIRE} / name;
    Golden golden{from_hex(read_file(base.string() + ".hex")), {}, {}};
    std::istringstream lines{read_file(base.string() + ".txt")};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) continue;
        if (line.starts_with("encoder"))
            golden.encoder = line.substr(std::min(line.size(), std::string{"encoder "}.size()));
        else
            golden.facts += line + "\n";
    }
    return golden;
}

// The values of the facts by their first word; an address list has several values.
std::multimap<std::string, std::string> by_word(const std::string& facts) {
    std::multimap<std::string, std::string> words;
    std::istringstream lines{facts};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        words.emplace(line.substr(0, blank), line.substr(std::min(blank + 1, line.size())));
    }
    return words;
}

unsigned number(const std::string& text) {
    return parse_number<unsigned>(text.substr(0, text.find(' '))).value();
}

std::string decoded_text(Bytes frame) {
    const Bytes packet = frame.subspan(kEthernetSize);
    if (const auto arp = decode_arp(frame)) return text_of(*arp);
    if (const auto advert = decode_neighbour_advert(frame)) return text_of(*advert);
    if (frame[12] == std::byte{0x08}) return text_of(decode_ipv4(packet));
    const Ipv6Carrier carrier{*net::Address::from_bytes(packet.subspan(8, 16)),
                              *net::Address::from_bytes(packet.subspan(24, 16)),
                              std::to_integer<std::uint8_t>(packet[7])};
    return text_of(decode_ipv6(packet.subspan(kIpv6HeaderSize), carrier));
}

ChecksumForm form_named(const std::string& text) {
    for (const ChecksumForm form :
         {ChecksumForm::MessageOnly, ChecksumForm::PseudoHeader, ChecksumForm::OldUnicast})
        if (name(form) == text) return form;
    ADD_FAILURE() << "no checksum form is called " << text;
    return ChecksumForm::MessageOnly;
}

// "spi c0000201 sequence 4 icv …": the only number in it that the sender chooses.
std::uint32_t ah_sequence(const std::string& ah) {
    return number(ah.substr(ah.find("sequence ") + std::string{"sequence "}.size()));
}

// The octets behind the Ethernet header, or over IPv6 behind the IPv6 header.
Packet encode_advert(const std::string& facts, const std::string& needs, Bytes frame) {
    const auto words = by_word(facts);
    const auto value = [&](const std::string& word) { return words.find(word)->second; };
    std::vector<net::Address> addresses;
    for (auto [it, end] = words.equal_range("address"); it != end; ++it)
        addresses.push_back(address(it->second));
    Outgoing outgoing;
    outgoing.version = value("version") == "2" ? net::VrrpVersion::V2 : net::VrrpVersion::V3;
    outgoing.vrid = net::Vrid::from(number(value("vrid"))).value();
    outgoing.priority = net::Priority::from(number(value("priority"))).value();
    outgoing.interval = Centiseconds{number(value("interval"))};
    outgoing.checksum = form_named(value("checksum"));
    outgoing.source = address(value("source"));
    outgoing.destination = address(value("destination"));
    outgoing.ttl = static_cast<std::uint8_t>(number(value("ttl")));
    outgoing.addresses = addresses;
    if (words.contains("auth-type"))
        outgoing.auth_type = static_cast<std::uint8_t>(number(value("auth-type")));
    if (words.contains("ah")) outgoing.ah_sequence = ah_sequence(value("ah"));
    if (needs.starts_with("password ")) outgoing.password = std::string_view{needs}.substr(9);
    outgoing.identification = Reader{frame.subspan(kEthernetSize + 4)}.u16();
    return encode(outgoing);
}

Packet encoded_frame(const Golden& golden) {
    const auto words = by_word(golden.facts);
    if (words.contains("arp")) {
        const std::string sender = words.find("sender")->second;
        const auto frame = gratuitous_arp(mac(sender.substr(0, 17)), address(sender.substr(18)));
        return {frame.begin(), frame.end()};
    }
    if (words.contains("neighbour-advert")) {
        const bool router = words.find("flags")->second.contains("router");
        const auto frame = unsolicited_neighbour_advert(mac(words.find("mac")->second),
                                                        address(words.find("target")->second), router);
        return {frame.begin(), frame.end()};
    }
    // The headers in front of what encode() gives are the socket's; they are taken from the frame.
    const Packet tail = encode_advert(golden.facts, *golden.encoder, golden.frame);
    const bool ipv6 = golden.frame[12] == std::byte{0x86};
    Packet frame(golden.frame.begin(), golden.frame.begin() + kEthernetSize + (ipv6 ? kIpv6HeaderSize : 0));
    frame.insert(frame.end(), tail.begin(), tail.end());
    return frame;
}

std::vector<std::string> names_of_frames_we_send() {
    std::vector<std::string> names = frame_names();
    std::erase_if(names, [](const std::string& n) { return !load(n).encoder; });
    return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& test) {
    std::string text = test.param;
    std::ranges::replace(text, '-', '_');
    return text;
}

class HeardFrame : public testing::TestWithParam<std::string> {};

TEST_P(HeardFrame, DecodesToItsFacts) {
    const Golden golden = load(GetParam());
    EXPECT_EQ(decoded_text(golden.frame), golden.facts);
}

INSTANTIATE_TEST_SUITE_P(Wire, HeardFrame, testing::ValuesIn(frame_names()), test_name);

class SentFrame : public testing::TestWithParam<std::string> {};

TEST_P(SentFrame, IsWhatTheEncoderMakesOfItsFacts) {
    const Golden golden = load(GetParam());
    EXPECT_EQ(to_hex(encoded_frame(golden)), to_hex(golden.frame));
}

INSTANTIATE_TEST_SUITE_P(Wire, SentFrame, testing::ValuesIn(names_of_frames_we_send()), test_name);

// A directory that was not found would otherwise pass for one in which all is well.
TEST(GoldenFrames, AreAllThere) {
    EXPECT_GE(frame_names().size(), 71u);
    EXPECT_GE(names_of_frames_we_send().size(), 48u);
}

}  // namespace
}  // namespace understudy::wire
