#include "message.hpp"

#include "ip.hpp"

namespace understudy::wire {

std::uint16_t message_checksum(ChecksumForm form, Bytes message, const net::Address& source,
                               const net::Address& destination) {
    if (form == ChecksumForm::MessageOnly) return net::Checksum{}.add(message).value();
    const net::Address covered =
        form == ChecksumForm::OldUnicast ? net::vrrp_group(net::Family::Ipv4) : destination;
    return pseudo_header_sum(source, covered, net::kVrrpProtocol, message.size()).add(message).value();
}

}  // namespace understudy::wire
