#include "check_globals.hpp"

#include "understudy/config/value.hpp"

namespace understudy::config {

namespace {

// Whether a transition is mailed that says nothing of it itself.
bool mails(const CheckContext& context) {
    const model::Mail& mail = context.draft.globals.plain.mail;
    return mail.alert_vrrp.value_or(mail.alert.value_or(false));
}

// A pipe for which no owner is named belongs to those who run scripts.
void own_as_scripts(const GlobalsDraft& draft, model::NotifyPipe& pipe) {
    if (pipe.path.empty() || !pipe.user.empty() || !draft.script_user) return;
    pipe.user = draft.script_user->user;
    pipe.group = draft.script_user->group;
}

}  // namespace

model::Globals check_globals(const CheckContext& context) {
    const GlobalsDraft& draft = context.draft.globals;
    model::Globals globals = draft.plain;
    const std::string host_name = context.host != nullptr ? context.host->short_host_name() : "";
    globals.router_id = draft.router_id.value_or(host_name);
    globals.instance_name = draft.instance_name.value_or("");
    globals.use_pid_dir = draft.use_pid_dir.value_or(draft.instance_name.value.has_value());
    globals.dynamic_interfaces = draft.dynamic_interfaces.value_or(false);
    globals.script_security = draft.script_security.value_or(false);
    globals.startup_delay = draft.startup_delay.value_or(microseconds{0});
    globals.delay_after_boot = draft.delay_after_boot.value_or(microseconds{0});
    globals.reload_check_config = draft.reload_check_config.value_or(false);
    globals.startup.command = check_notify_script(context, draft.startup_script);
    globals.shutdown.command = check_notify_script(context, draft.shutdown_script);
    globals.pipes.all.reader = check_notify_script(context, draft.pipe_reader);
    globals.pipes.vrrp.reader = check_notify_script(context, draft.vrrp_pipe_reader);
    globals.pipes.lvs.reader = check_notify_script(context, draft.lvs_pipe_reader);
    for (model::NotifyPipe* const pipe : {&globals.pipes.all, &globals.pipes.vrrp, &globals.pipes.lvs})
        own_as_scripts(draft, *pipe);
    return globals;
}

void check_notify_defaults(const CheckContext& context, std::vector<CheckedInstance>& checked,
                           model::Config& config) {
    const bool mail = mails(context);
    const bool report = context.draft.globals.priority_changes.value_or(false);
    for (CheckedInstance& one : checked) {
        one.instance.notify.mail = one.draft->notify.mail.value_or(mail);
        one.instance.notify.priority_changes = one.draft->notify.priority_changes.value_or(report);
    }
    for (model::SyncGroup& group : config.sync_groups) {
        const NotifyDraft& draft = context.draft.groups[context.draft.group_names.at(group.name)].notify;
        group.notify.mail = draft.mail.value_or(mail);
        group.notify.priority_changes = draft.priority_changes.value_or(report);
        for (const std::size_t member : group.members)
            if (!checked[member].draft->notify.priority_changes)
                checked[member].instance.notify.priority_changes = group.notify.priority_changes;
    }
}

}  // namespace understudy::config
