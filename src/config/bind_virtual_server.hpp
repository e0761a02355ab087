// What the keywords of virtual_server_group, virtual_server and real_server do that is more than setting a
// value.
#pragma once

#include "schema.hpp"

namespace understudy::config {

bool open_ssl(Build& build, const Statement& header);
bool open_server_group(Build& build, const Statement& header);
bool open_virtual_server(Build& build, const Statement& header);
bool open_real_server(Build& build, const Statement& header);

// A setting of the SSL block; a second one replaces the first, as keepalived's does.
void set_tls(Build& build, const Argument& argument, std::string model::TlsClient::* field);
template <auto Field>
void set_tls(Build& build, const Argument& argument) {
    set_tls(build, argument, Field);
}

// A line of virtual_server_group: an address, a range of them, or a firewall mark.
void add_group_entry(Build& build, const Statement& entry);

void set_service_family(Build& build, const Argument& argument);
void set_transport(Build& build, const Argument& argument);
void set_service_method(Build& build, const Argument& argument);
void set_server_method(Build& build, const Argument& argument);
void set_sorry_server(Build& build, const Argument& argument);
void set_sorry_inhibit(Build& build, const Argument& argument);
void set_sorry_method(Build& build, const Argument& argument);
void set_persistence_timeout(Build& build, const Argument& argument);
void set_persistence_engine(Build& build, const Argument& argument);
void refuse_hashed(Build& build, const Argument& argument);
// The fallback and port flags of the schedulers that hash the source; only after lb_algo has named one.
void set_hash_fallback(Build& build, const Argument& argument);
void set_hash_port(Build& build, const Argument& argument);

void set_lvs_timeouts(Build& build, const Argument& argument);
void set_lvs_flush_at_start(Build& build, const Argument& argument);
void set_lvs_flush_at_stop(Build& build, const Argument& argument);
void set_lvs_sync(Build& build, const Argument& argument);
void set_nftables_table(Build& build, const Argument& argument);
void set_nftables_priority(Build& build, const Argument& argument);
void set_nftables_first_mark(Build& build, const Argument& argument);
void set_rs_init_notifies(Build& build, const Argument& argument);
void set_no_checker_mails(Build& build, const Argument& argument);
void set_ipvs_namespace(Build& build, const Argument& argument);

// The address and port that stand from words[at] on. None after a complaint.
struct EndpointWords {
    net::Address address;
    Given<std::uint16_t> port;
};
[[nodiscard]] std::optional<EndpointWords> read_endpoint(Build& build, const Statement& statement,
                                                         std::size_t at);

}  // namespace understudy::config
