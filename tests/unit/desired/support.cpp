#include "support.hpp"

namespace understudy::desired {

void deliver_one(ModelKernel& kernel, Addresses& addresses, Instant now) {
    const ModelKernel::News news = kernel.news.front();
    kernel.news.pop_front();
    switch (news.kind) {
        case ModelKernel::News::Kind::Added:
            addresses.observed(news.address);
            return;
        case ModelKernel::News::Kind::Removed:
            return addresses.vanished(news.address, now);
        case ModelKernel::News::Kind::LinkRemoved:
            return addresses.link_vanished(news.address.link);
    }
}

void settle(ModelKernel& kernel, Addresses& addresses, Instant now) {
    while (!kernel.news.empty() || addresses.has_changes(now)) {
        const std::vector<Change> changes = addresses.take_changes(64, now);
        std::vector<int> errors;
        for (const Change& change : changes) errors.push_back(kernel.carry_out(change));
        addresses.answered(changes, errors, now);
        while (!kernel.news.empty()) deliver_one(kernel, addresses, now);
    }
}

}  // namespace understudy::desired
