#include "bind_script.hpp"

#include "bind_instance.hpp"

namespace understudy::config {

bool open_script(Build& build, const Statement& header) {
    Draft& draft = build.draft;
    if (header.size() < 2) {
        build.diags.add(Code::MissingArgument, header.keyword().span, "vrrp_script needs a name");
        return false;
    }
    const Word* const name = block_name(header, build.diags);
    if (name == nullptr ||
        !claim_name(draft.script_names, *name, draft.scripts.size(), "vrrp_script", build.diags))
        return false;
    ScriptDraft& script = draft.scripts.emplace_back();
    script.name = name->text;
    script.span = name->span;
    script.order = draft.blocks++;
    return true;
}

void set_script_owner(Build& build, const Argument& argument) {
    build.draft.scripts.back().owner.give(std::get<model::Command>(argument.value), argument.span);
}

bool refuse_zero_time(Build& build, const Argument& argument) {
    if (std::get<microseconds>(argument.value) > microseconds{0}) return false;
    build.diags.add(Code::ValueCorrected, argument.span, std::string{argument.keyword} + " cannot be 0")
        .label("1 second is used");
    return true;
}

}  // namespace understudy::config
