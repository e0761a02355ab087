#include "check_virtual_link.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

class VirtualLinkCheck {
public:
    VirtualLinkCheck(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance)
        : context_(context),
          diags_(context.diags),
          globals_(context.draft.globals),
          draft_(draft),
          instance_(instance) {}

    void run() {
        virtual_mac();
        ipvlan();
        base_interface();
        promotion();
        vrf();
        if (draft_.extra_announcing) {
            instance_.extra_announcing = *draft_.extra_announcing;
        } else {
            instance_.extra_announcing = globals_.extra_announcing.value_or({});
        }
    }

private:
    void virtual_mac() {
        if (!draft_.virtual_mac) return;
        instance_.virtual_mac = draft_.virtual_mac->link;
        std::optional<net::Mac>& mac = instance_.virtual_mac->mac;
        if (mac && draft_.virtual_mac->ends_in_vrid) mac->octets.back() = std::byte{instance_.vrid.value()};
        if (!mac || !instance_.strict) return;
        mac.reset();
        strict_corrected(draft_.virtual_mac.span, "a virtual router has the MAC address of the standard",
                         "that one is used");
    }

    void ipvlan() {
        if (!draft_.ipvlan) return;
        if (instance_.virtual_mac) {
            instance_.virtual_mac.reset();
            diags_.add(Code::VirtualLinkUnused, draft_.virtual_mac.span, "use_ipvlan is given, too")
                .label("ignored: an instance has one virtual link");
        }
        instance_.ipvlan = *draft_.ipvlan;
        if (instance_.family == net::Family::Ipv6 || instance_.ipvlan->address) return;
        diags_.add(Code::IpvlanWithoutAddress, draft_.ipvlan.span, "an IPv4 ipvlan needs an address")
            .label("without one the instance can never be more than in FAULT")
            .hint("write an IPv4 address after use_ipvlan");
    }

    [[nodiscard]] bool has_link() const { return instance_.virtual_mac || instance_.ipvlan; }

    void base_interface() {
        const Given<bool>& given = draft_.adverts_from_base_interface;
        if (given && !has_link()) {
            diags_.add(Code::VirtualLinkUnused, given.span, "vmac_xmit_base has no virtual MAC")
                .label("ignored");
            return;
        }
        instance_.adverts_from_base_interface = given.value_or(false);
        if (given && instance_.strict) {
            instance_.adverts_from_base_interface = false;
            strict_corrected(given.span, "adverts come from the virtual MAC", "ignored");
        }
        if (!instance_.virtual_mac || !instance_.is_unicast() || instance_.adverts_from_base_interface)
            return;
        instance_.adverts_from_base_interface = true;
        diags_
            .add(Code::ValueCorrected, draft_.virtual_mac.span,
                 "unicast adverts cannot be sent from a virtual MAC")
            .label("they come from the base interface")
            .hint("add vmac_xmit_base");
    }

    void promotion() {
        instance_.promote_secondaries = draft_.promote_secondaries.value_or(false);
        if (!instance_.promote_secondaries || !has_link()) return;
        instance_.promote_secondaries = false;
        diags_
            .add(Code::VirtualLinkUnused, draft_.promote_secondaries.span,
                 "a virtual link promotes secondaries anyway")
            .label("ignored");
    }

    void vrf() {
        if (!draft_.vrf) return;
        if (instance_.interface.empty()) return set_vrf();
        diags_.add(Code::VrfWithInterface, draft_.vrf.span, "an instance with an interface is in its VRF")
            .label("ignored");
    }

    void set_vrf() {
        instance_.vrf = *draft_.vrf;
        if (!context_.interface_exists(instance_.vrf, draft_.vrf.span, quote(instance_.name))) return;
        const auto facts = context_.host != nullptr ? context_.host->link(instance_.vrf) : std::nullopt;
        if (!facts || facts->vrf_table) return;
        diags_.add(Code::NotAVrf, draft_.vrf.span, quote(instance_.vrf) + " is not a VRF")
            .label("adverts are sent and heard by this interface alone");
    }

    void strict_corrected(Span span, const std::string& rule, const std::string& used) {
        diags_.add(Code::StrictCorrected, span, "in strict mode " + rule).label(used);
    }

    const CheckContext& context_;
    Diagnostics& diags_;
    const GlobalsDraft& globals_;
    const InstanceDraft& draft_;
    model::Instance& instance_;
};

}  // namespace

void check_virtual_link(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance) {
    VirtualLinkCheck{context, draft, instance}.run();
}

}  // namespace understudy::config
