#include "bind_globals.hpp"

#include "understudy/base/text.hpp"

#include "bind.hpp"

namespace understudy::config {

void set_dynamic_interfaces(Build& build, const Argument& argument) {
    build.draft.globals.dynamic_interfaces.give(true, argument.statement.keyword().span);
}

void set_script_user(Build& build, const Argument& argument) {
    build.draft.globals.script_user.give(std::get<model::Command>(argument.value), argument.span);
}

void set_reload_check(Build& build, const Argument& argument) {
    build.draft.globals.reload_check_config.give(true, argument.statement.keyword().span);
}

void accept_include_check(Build&, const Argument&) {}

bool accept_group(Build& build, const Argument& argument, net::Family family) {
    const net::Address& group = std::get<net::Address>(argument.value);
    if (group.family() == family && group.is_multicast()) return true;
    build.diags.add(Code::NotMulticast, argument.span, quote(group.to_string()) + " is not a group")
        .label("expected an " + std::string{net::name(family)} + " multicast address");
    return false;
}

}  // namespace understudy::config
