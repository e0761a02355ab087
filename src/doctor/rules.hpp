// The rules by which a host is judged, one file for each kind of facts, and what they all need.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "understudy/config/load.hpp"
#include "understudy/doctor/facts.hpp"
#include "understudy/doctor/finding.hpp"

namespace understudy::doctor {

struct Case {
    const config::LoadResult& loaded;
    const Facts& facts;
    std::vector<Finding>& findings;

    [[nodiscard]] const std::vector<model::Instance>& instances() const { return loaded.config.instances; }
    // Null: there is none of that name.
    [[nodiscard]] const Interface* interface(const std::string& name) const;
    // None: it was not read.
    [[nodiscard]] std::optional<int> setting(const std::string& path) const;
    // Of an interface, where the kernel takes the higher of its own and that of all.
    [[nodiscard]] std::optional<int> higher_setting(const std::string& link, const std::string& name) const;
    [[nodiscard]] bool holds(const net::Address& address) const;  // some interface of this host
    // A daemon has said so.
    [[nodiscard]] bool is_master(const std::string& instance) const;

    void add(Code code, std::string subject, std::string what, std::string remedy) const;
};

void check_firewall(const Case& c);
void check_interfaces(const Case& c);
void check_settings(const Case& c);
void check_host(const Case& c);
void check_wire(const Case& c);

}  // namespace understudy::doctor
