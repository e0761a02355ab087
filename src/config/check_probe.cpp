#include "check_probe.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "understudy/base/text.hpp"

#include "bind_check.hpp"

namespace understudy::config {

namespace {

// What keeps the check from being asked, and where.
struct Refusal {
    Span span;
    std::string message;
};

std::optional<Refusal> refusal_of(const ScriptDraft& draft, const model::Probe& probe) {
    const bool anywhere = probe.interface.empty();
    if (probe.source && probe.source->family() != probe.host.family())
        return Refusal{draft.source.span, "source is of the other family than what is asked"};
    if (probe.kind == model::ProbeKind::Neighbour && anywhere)
        return Refusal{draft.probe.span, "arp asks the neighbours on a link: it needs an interface"};
    if (probe.host.is_link_local() && probe.host.is_v6() && anywhere)
        return Refusal{draft.probe.span, "a link-local address needs an interface"};
    if (draft.virtual_host && !is_one_word(*draft.virtual_host))
        return Refusal{draft.virtual_host.span, "a virtualhost is one word"};
    return std::nullopt;
}

template <typename Value>
void report_unused(const CheckContext& context, std::string_view keyword, const Given<Value>& given) {
    if (!given) return;
    context.diags
        .add(Code::CheckSettingUnused, given.span, std::string{keyword} + " has a meaning with http only")
        .label("ignored");
}

}  // namespace

model::Script schedule_of(const ScriptDraft& draft) {
    model::Script script;
    script.name = draft.name;
    script.interval = draft.interval.value_or(script.interval);
    script.timeout = draft.timeout.value_or(script.interval);
    script.rise = draft.rise.value_or(script.rise);
    script.fall = draft.fall.value_or(script.fall);
    script.weight = draft.weight.value_or({});
    script.init_fail = draft.init_fail.value_or(false);
    return script;
}

std::optional<model::Script> check_probe(const CheckContext& context, const ScriptDraft& draft) {
    const auto refuse = [&](Span span, std::string message) {
        context.diags.add(Code::BadCheck, span, std::move(message)).label("this block is ignored");
        return std::nullopt;
    };
    if (!draft.probe && draft.asks) return std::nullopt;  // which was said there
    if (!draft.probe)
        return refuse(draft.span, quote(draft.name) + " asks nothing: it needs ping, tcp, http or arp");
    model::Script script = schedule_of(draft);
    model::Probe& probe = script.probe.emplace(*draft.probe);
    probe.interface = draft.interface.value_or("");
    probe.source = draft.source.value;
    if (auto found = refusal_of(draft, probe)) return refuse(found->span, std::move(found->message));
    if (probe.kind != model::ProbeKind::Http) {
        report_unused(context, "status", draft.status);
        report_unused(context, "virtualhost", draft.virtual_host);
        return script;
    }
    if (draft.virtual_host) probe.authority = *draft.virtual_host;
    if (draft.status) std::tie(probe.least, probe.most) = *draft.status;
    return script;
}

}  // namespace understudy::config
