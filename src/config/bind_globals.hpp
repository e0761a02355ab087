// What the keywords of global_defs do that is more than setting a value.
#pragma once

#include <algorithm>

#include "bind.hpp"

namespace understudy::config {

void set_dynamic_interfaces(Build& build, const Argument& argument);
void set_script_user(Build& build, const Argument& argument);
void set_reload_check(Build& build, const Argument& argument);
void set_reload_time_file(Build& build, const Argument& argument);
void set_reload_file(Build& build, const Argument& argument);
// Took effect while the files were read.
void accept_include_check(Build& build, const Argument& argument);

void set_mail_server(Build& build, const Argument& argument);
void set_mail_timeout(Build& build, const Argument& argument);
void add_mail_recipients(Build& build, const Statement& entry);
void set_rfc_snmp(Build& build, const Argument& argument);
void set_auto_priority(Build& build, const Argument& argument);
void set_receive_policy(Build& build, const Argument& argument);
void set_umask(Build& build, const Argument& argument);
void set_json_version(Build& build, const Argument& argument);
void set_nftables(Build& build, const Argument& argument);
void set_iptables(Build& build, const Argument& argument);
void set_ipsets(Build& build, const Argument& argument);

// The words after a keyword; a keyword without any is reported, and none are given.
std::span<const Word> required_words(Build& build, const Argument& argument, std::string_view expected,
                                     Code missing = Code::MissingArgument);
// "[all] <seconds>"
std::optional<model::ExtraAnnouncing> extra_announcing(Build& build, const Argument& argument,
                                                       std::int64_t least);
std::vector<std::uint32_t> processors(Build& build, const Argument& argument);
std::string process_name(Build& build, const Argument& argument);
std::uint32_t realtime_priority(Build& build, const Argument& argument);
void fill_pipe(Build& build, const Argument& argument, model::NotifyPipe& pipe);

template <typename Draft, std::int64_t Least>
void set_extra_announcing(Build& build, const Argument& argument) {
    if (const auto extra = extra_announcing(build, argument, Least))
        current(build, static_cast<const Draft*>(nullptr))
            .extra_announcing.give(*extra, argument.statement.keyword().span);
}

template <auto... Path>
void set_processors(Build& build, const Argument& argument) {
    field_of<Path...>(build) = processors(build, argument);
}

template <auto... Path>
void set_process_name(Build& build, const Argument& argument) {
    field_of<Path...>(build) = process_name(build, argument);
}

template <auto... Path>
void set_realtime(Build& build, const Argument& argument) {
    field_of<Path...>(build) = realtime_priority(build, argument);
}

// The kernel takes 1 for no limit at all.
template <auto... Path>
void set_realtime_limit(Build& build, const Argument& argument) {
    const auto limit = std::get<std::int64_t>(argument.value);
    field_of<Path...>(build) = microseconds{std::max<std::int64_t>(limit, 2)};
}

template <auto... Path>
void set_pipe(Build& build, const Argument& argument) {
    fill_pipe(build, argument, field_of<Path...>(build));
}

// What depends on statements that may follow in another block of global_defs.
void settle_globals(GlobalsDraft& globals);

}  // namespace understudy::config
