// A capture file of IP packets, as tcpdump, tshark and scapy read it (pcap, link type "raw IP").
#pragma once

#include <cstddef>
#include <string>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"

namespace understudy::cli {

class CaptureFile {
public:
    CaptureFile();

    // What was heard and what was sent at that time.
    void add(WallTime at, const agent::PacketHeard& heard);
    void add(WallTime at, const agent::SendPacket& sent);

    [[nodiscard]] const std::string& content() const { return content_; }
    [[nodiscard]] std::size_t packets() const { return packets_; }

private:
    void add(WallTime at, Bytes head, Bytes packet);

    std::string content_;
    std::size_t packets_ = 0;
};

}  // namespace understudy::cli
