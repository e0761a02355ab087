// Letters about transitions, in keepalived's words: one for each, none for a role that stays. They leave at
// once: who reads them wants to know of a change that the kernel is slow to follow as well.
#include <fmt/format.h>

#include "core.hpp"

namespace understudy::agent {

bool Agent::Core::mails(const model::Notifications& asked, vrrp::Role role) const {
    return asked.mail && !(role == vrrp::Role::Fault && config->globals.mail.no_faults);
}

void Agent::Core::mail_about(const VirtualRouter& router, vrrp::Role role) {
    if (!mails(router.settings.notify, role)) return;
    send_mail(fmt::format("VRRP Instance {} - Entering {} state", router.settings.name, vrrp::name(role)),
              role == vrrp::Role::Master ? "=> VRRP Instance is now owning VRRP VIPs <=\n"
                                         : "=> VRRP Instance is no longer owning VRRP VIPs <=\n");
}

void Agent::Core::mail_about_end(const VirtualRouter& router, std::string_view how) {
    if (router.settings.notify.mail)
        send_mail(fmt::format("VRRP Instance {} - {}", router.settings.name, how),
                  "=> VRRP Instance is no longer owning VRRP VIPs <=\n");
}

void Agent::Core::mail_about(const Group& group, vrrp::Role role) {
    if (mails(group.settings.notify, role))
        send_mail(fmt::format("VRRP Group {} - Entering {} state", group.settings.name, vrrp::name(role)),
                  fmt::format("=> All VRRP group instances are now in {} state <=\n", vrrp::name(role)));
}

void Agent::Core::send_mail(const std::string& about, const std::string& text) {
    const model::Mail& mail = config->globals.mail;
    if (mail.server.empty() || mail.recipients.empty()) return;
    actions.push_back(SendMail{fmt::format("[{}] {}", config->globals.router_id, about), text});
}

}  // namespace understudy::agent
