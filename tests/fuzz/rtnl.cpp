// Any octets as a datagram from rtnetlink. What is read as an address can be asked for again, and then names
// the same one.
#include "understudy/wire/rtnl.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "understudy/base/assert.hpp"
#include "understudy/wire/rtnl_route.hpp"

namespace understudy::wire {
namespace {

void ask_for_it_again(const KernelAddress& heard) {
    std::vector<std::byte> batch;
    append_add_address(batch, heard, 1);
    std::vector<RtnlMessage> read;
    decode_rtnl(batch, read);
    UNDERSTUDY_ASSERT(read.size() == 1);
    const auto* const again = std::get_if<AddressHeard>(&read[0]);
    UNDERSTUDY_ASSERT(again != nullptr && again->address.link == heard.link);
    UNDERSTUDY_ASSERT(again->address.prefix == heard.prefix && again->address.label == heard.label);
}

void read_everything(Bytes datagram) {
    std::vector<RtnlMessage> messages;
    decode_rtnl(datagram, messages);
    for (const RtnlMessage& message : messages)
        if (const auto* const heard = std::get_if<AddressHeard>(&message)) ask_for_it_again(heard->address);
    std::vector<RouteMessage> routes;
    decode_routes(datagram, routes);
}

}  // namespace
}  // namespace understudy::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    understudy::wire::read_everything(std::as_bytes(std::span{data, size}));
    return 0;
}
