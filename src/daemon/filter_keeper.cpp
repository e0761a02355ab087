#include "filter_keeper.hpp"

namespace understudy::daemon {

std::expected<void, os::SysError> FilterKeeper::set(const net::PacketFilter& filter) {
    if (!socket_) {
        auto opened = os::PacketFilterSocket::open();
        if (!opened) return std::unexpected(opened.error());
        socket_.emplace(*std::move(opened));
    }
    if (!table_.empty() && table_ != filter.table) {
        net::PacketFilter nothing;
        nothing.table = table_;
        if (auto done = socket_->set(nothing); !done) return done;
        table_.clear();
    }
    if (auto done = socket_->set(filter); !done) return done;
    table_ = filter.table;
    return {};
}

}  // namespace understudy::daemon
