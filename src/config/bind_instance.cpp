#include "bind_instance.hpp"

#include "understudy/base/text.hpp"

#include "bind.hpp"

namespace understudy::config {

const Word* block_name(const Statement& header, Diagnostics& diags) {
    const std::string keyword{header.keyword().text};
    if (header.size() == 2 && !header.words[1].text.empty()) return &header.words[1];
    const Span span = header.size() > 2 ? header.words[2].span : header.keyword().span;
    Complaint complaint = diags.add(Code::MissingName, span, keyword + " needs exactly one name");
    complaint.label("this block is ignored");
    if (header.size() > 2) complaint.hint("put a name with blanks between double quotes");
    return nullptr;
}

bool claim_name(std::unordered_map<std::string, std::size_t>& names, const Word& name, std::size_t index,
                std::string_view kind, Diagnostics& diags) {
    if (names.emplace(name.text, index).second) return true;
    diags
        .add(Code::DuplicateName, name.span,
             "there already is a " + std::string{kind} + " " + quote(name.text))
        .label("this block is ignored");
    return false;
}

bool open_instance(Build& build, const Statement& header) {
    Draft& draft = build.draft;
    const Word* const name = block_name(header, build.diags);
    if (name == nullptr ||
        !claim_name(draft.instance_names, *name, draft.instances.size(), "vrrp_instance", build.diags))
        return false;
    InstanceDraft& instance = draft.instances.emplace_back();
    instance.name = name->text;
    instance.span = name->span;
    instance.order = draft.blocks++;
    return true;
}

bool open_group(Build& build, const Statement& header) {
    Draft& draft = build.draft;
    const Word* const name = block_name(header, build.diags);
    if (name == nullptr ||
        !claim_name(draft.group_names, *name, draft.groups.size(), "vrrp_sync_group", build.diags))
        return false;
    GroupDraft& group = draft.groups.emplace_back();
    group.name = name->text;
    group.span = name->span;
    group.order = draft.blocks++;
    return true;
}

bool same_family(Build& build, const net::Address& address, Span span) {
    InstanceDraft& instance = build.draft.instances.back();
    if (!instance.family) instance.family = address.family();
    if (*instance.family == address.family()) return true;
    instance.other.mentions.push_back({address, span});
    return false;
}

void set_state(Build& build, const Argument& argument) {
    build.draft.instances.back().master.give(std::get<std::string_view>(argument.value) == "MASTER",
                                             argument.span);
}

namespace {

// Once for each family it is no repetition.
void give_again(Build& build, const Argument& argument, Given<net::Address>& setting,
                const net::Address& address) {
    if (setting)
        build.diags
            .add(Code::RepeatedKeyword, argument.statement.keyword().span,
                 std::string{argument.keyword} + " is given a second time")
            .label("replaces the one above");
    setting.give(address, argument.span);
}

}  // namespace

void set_source(Build& build, const Argument& argument) {
    const net::Address& address = std::get<net::Address>(argument.value);
    InstanceDraft& instance = build.draft.instances.back();
    const bool same = same_family(build, address, argument.span);
    give_again(build, argument, same ? instance.source : instance.other.source, address);
}

void set_unicast_source(Build& build, const Argument& argument) {
    set_source(build, argument);
    build.draft.instances.back().unicast_wanted.give(true, argument.statement.keyword().span);
}

void set_instance_group(Build& build, const Argument& argument) {
    const net::Address& group = std::get<net::Address>(argument.value);
    if (!accept_group(build, argument, group.family())) return;
    InstanceDraft& instance = build.draft.instances.back();
    const bool same = same_family(build, group, argument.span);
    give_again(build, argument, same ? instance.multicast_group : instance.other.multicast_group, group);
}

void set_check_unicast_source(Build& build, const Argument& argument) {
    InstanceDraft& instance = build.draft.instances.back();
    instance.check_unicast_source.give(true, argument.statement.keyword().span);
    instance.unicast_wanted.give(true, argument.statement.keyword().span);
}

void set_no_accept(Build& build, const Argument& argument) {
    build.draft.instances.back().accept.give(false, argument.statement.keyword().span);
}

void set_auth_type(Build& build, const Argument& argument) {
    const bool pass = std::get<std::string_view>(argument.value) == "PASS";
    build.draft.instances.back().auth_type.give(pass ? model::AuthType::Pass : model::AuthType::Ah,
                                                argument.span);
}

void set_notify_deleted(Build& build, const Argument& argument) {
    NotifyDraft& notify = build.draft.instances.back().notify;
    notify.report_deleted = true;
    if (std::holds_alternative<model::Command>(argument.value))
        notify.deleted.give(std::get<model::Command>(argument.value), argument.span);
}

void set_global_tracking(Build& build, const Argument& argument) {
    build.draft.groups.back().tracking_weight.give(true, argument.statement.keyword().span);
}

}  // namespace understudy::config
