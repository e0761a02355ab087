#include "check_address.hpp"

#include <algorithm>
#include <unordered_set>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kDefaultMtu = 1500;
constexpr std::size_t kMostInAdvert = 255;  // the count is one octet
constexpr std::size_t kAdvertHeader = 8;
constexpr std::size_t kAuthenticationData = 8;
constexpr std::size_t kAhHeader = 24;
constexpr std::size_t kHmacTrailer = 28;

// How many addresses one advert can carry without fragments.
std::size_t capacity(const CheckContext& context, const model::Instance& instance) {
    const auto facts = context.host != nullptr ? context.host->link(instance.interface) : std::nullopt;
    const std::size_t mtu = facts ? facts->mtu : kDefaultMtu;
    std::size_t used = kAdvertHeader + (instance.family == net::Family::Ipv4 ? 20u : 40u);
    if (instance.version == net::VrrpVersion::V2) used += kAuthenticationData;
    if (instance.auth_type == model::AuthType::Ah) used += kAhHeader;
    // In every mode, so that no step from one to another moves addresses.
    if (instance.hmac) used += kHmacTrailer;
    const std::size_t room = mtu > used ? (mtu - used) / net::address_size(instance.family) : 0;
    return std::min(room, kMostInAdvert);
}

class AddressCheck {
public:
    AddressCheck(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance)
        : context_(context), draft_(draft), instance_(instance) {}

    bool run() {
        add_all(draft_.addresses, instance_.addresses);
        add_all(draft_.excluded_addresses, instance_.excluded_addresses);
        move_surplus();
        if (instance_.strict && instance_.family == net::Family::Ipv6) want_link_local();
        return has_addresses() && usable_;
    }

private:
    void add_all(const std::vector<AddressDraft>& drafts, std::vector<model::VirtualAddress>& addresses) {
        for (const AddressDraft& draft : drafts) {
            const net::Address& address = draft.address.prefix.address;
            if (!seen_.insert(address).second) {
                context_.diags
                    .add(Code::DuplicateAddress, draft.span, quote(address.to_string()) + " is listed twice")
                    .label("ignored");
                continue;
            }
            addresses.push_back(draft.address);
            addresses.back().dev = draft.dev.value_or(instance_.interface);
            if (draft.dev && !context_.interface_exists(*draft.dev, draft.dev.span, "this address"))
                usable_ = false;
        }
    }

    void move_surplus() {
        const std::size_t most = capacity(context_, instance_);
        if (instance_.addresses.size() <= most) return;
        context_.diags
            .add(Code::SurplusAddresses, draft_.span,
                 std::to_string(instance_.addresses.size()) + " addresses are too many for one advert")
            .label("the first " + std::to_string(most) +
                   " are advertised, the rest becomes virtual_ipaddress_excluded");
        const auto surplus = instance_.addresses.begin() + static_cast<std::ptrdiff_t>(most);
        instance_.excluded_addresses.insert(instance_.excluded_addresses.begin(), surplus,
                                            instance_.addresses.end());
        instance_.addresses.erase(surplus, instance_.addresses.end());
    }

    // RFC 9568 §5.2.9: the first address of an IPv6 virtual router is link-local.
    void want_link_local() {
        if (draft_.addresses.empty() || draft_.addresses.front().address.prefix.address.is_link_local())
            return;
        context_.diags
            .add(Code::StrictLinkLocal, draft_.addresses.front().span,
                 "in strict mode the first IPv6 address is link-local")
            .label("used as it is");
    }

    bool has_addresses() {
        if (!instance_.addresses.empty() || draft_.no_virtual_address.value_or(false)) return true;
        if (context_.is_refused(draft_, "virtual_ipaddress")) return false;
        const bool demanded = instance_.strict || instance_.version == net::VrrpVersion::V3;
        context_.diags
            .add(demanded ? Code::MissingVirtualAddress : Code::NoVirtualAddress, draft_.span,
                 quote(draft_.name) + " has no virtual address")
            .label(demanded ? "an advert must carry at least one" : "it will elect a master of nothing")
            .hint("put no_virtual_ipaddress into it if it is there for its hooks alone");
        return !demanded;
    }

    const CheckContext& context_;
    const InstanceDraft& draft_;
    model::Instance& instance_;
    std::unordered_set<net::Address> seen_;
    bool usable_ = true;
};

}  // namespace

bool check_addresses(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance) {
    return AddressCheck{context, draft, instance}.run();
}

}  // namespace understudy::config
