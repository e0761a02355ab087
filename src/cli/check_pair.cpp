#include "check_pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include <nlohmann/json.hpp>

#include "understudy/base/text.hpp"
#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"
#include "understudy/host/this_host.hpp"
#include "understudy/pair/check.hpp"
#include "understudy/pair/render.hpp"

namespace understudy::cli {

namespace {

constexpr std::string_view kLenient = "lenient";

// A host that is not this one: another host's name, and no environment to borrow.
class OtherHost final : public config::Host {
public:
    explicit OtherHost(std::string name) : name_(std::move(name)) {}

    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string&) const override { return {}; }
    [[nodiscard]] std::vector<net::Prefix> addresses(const std::string&, net::Family) const override {
        return {};
    }
    [[nodiscard]] std::string short_host_name() const override { return name_.substr(0, name_.find('.')); }
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override {
        return this_host_.environment(name);
    }
    [[nodiscard]] std::optional<config::UserFacts> user(const std::string&) const override { return {}; }
    [[nodiscard]] std::optional<std::uint32_t> group(const std::string&) const override { return {}; }
    [[nodiscard]] config::ScriptFacts script(const std::string&, const std::string&) const override {
        return {};
    }

private:
    std::string name_;
    host::ThisHost this_host_;
};

config::LoadResult load(const HostWord& host, bool lenient) {
    config::LoadOptions options;
    options.config_id = host.config_id;
    options.lenient = lenient;
    options.offline = true;
    options.places = true;
    return config::load(host.file, host::DiskReader{}, OtherHost{host.name}, options);
}

std::string stem(const std::string& file) {
    const std::size_t slash = file.rfind('/');
    const std::string base = slash == std::string::npos ? file : file.substr(slash + 1);
    const std::size_t dot = base.rfind('.');
    return dot == std::string::npos || dot == 0 ? base : base.substr(0, dot);
}

// Two files of one name in different folders are told apart by their paths.
void tell_apart(std::vector<HostWord>& hosts) {
    std::multiset<std::string> names;
    for (const HostWord& host : hosts) names.insert(host.name);
    for (HostWord& host : hosts)
        if (names.count(host.name) > 1 && host.name == stem(host.file)) host.name = host.file;
}

int refused(const std::deque<config::LoadResult>& loaded, const std::vector<HostWord>& hosts, bool json,
            Console& console) {
    auto findings = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const config::Diagnostics& diagnostics = loaded[i].diagnostics;
        if (!diagnostics.has_errors()) continue;
        if (!json) {
            console.out << config::render(diagnostics.all(),
                                          console.colour ? config::Colour::On : config::Colour::Off)
                        << fmt::format("{}: {} cannot be judged before its errors are mended\n",
                                       hosts[i].name, hosts[i].file);
            continue;
        }
        for (auto& one : nlohmann::ordered_json::parse(config::render_json(diagnostics.all()))) {
            one["host"] = hosts[i].name;
            findings.push_back(std::move(one));
        }
    }
    if (json) {
        auto names = nlohmann::ordered_json::array();
        for (const HostWord& host : hosts) names.push_back(host.name);
        const nlohmann::ordered_json all{{"hosts", names},
                                         {"virtual_routers", nlohmann::ordered_json::array()},
                                         {"failures", nlohmann::ordered_json::array()},
                                         {"findings", findings}};
        console.out << all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    }
    return kFailed;
}

bool is_left_out(const config::Diagnostic& diagnostic) {
    return diagnostic.code == config::Code::KeywordNotActive;
}

// What a file asks for and this version does not do yet is not in the tables either.
std::string left_out(const std::deque<config::LoadResult>& loaded) {
    std::string lines;
    for (const config::LoadResult& one : loaded)
        for (const config::Diagnostic& diagnostic : one.diagnostics.all())
            if (is_left_out(diagnostic))
                lines += fmt::format("  {}:{}:{}: {}\n", diagnostic.file, diagnostic.span.line,
                                     diagnostic.span.column, diagnostic.message);
    return lines.empty() ? "" : "Not taken into account:\n" + lines + "\n";
}

std::string with_left_out(const std::string& report, const std::deque<config::LoadResult>& loaded) {
    auto all = nlohmann::ordered_json::parse(report);
    auto& list = all["left_out"] = nlohmann::ordered_json::array();
    for (const config::LoadResult& one : loaded)
        for (const config::Diagnostic& diagnostic : one.diagnostics.all())
            if (is_left_out(diagnostic))
                list.push_back({{"file", diagnostic.file},
                                {"line", diagnostic.span.line},
                                {"column", diagnostic.span.column},
                                {"message", diagnostic.message}});
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int judge(const std::vector<HostWord>& hosts, const Arguments& arguments, Console& console) {
    std::deque<config::LoadResult> loaded;  // hosts point into it
    std::vector<pair::HostConfig> configs;
    bool usable = true;
    for (const HostWord& host : hosts) {
        loaded.push_back(load(host, arguments.has(kLenient)));
        usable = usable && !loaded.back().diagnostics.has_errors();
        configs.push_back({host.name, host.file, &loaded.back()});
    }
    if (!usable) return refused(loaded, hosts, arguments.has(kJson.name), console);
    const pair::Report report = pair::check(configs);
    if (arguments.has(kJson.name))
        console.out << with_left_out(pair::render_json(report), loaded) << "\n";
    else
        console.out << left_out(loaded)
                    << pair::render(report, console.colour ? pair::Colour::On : pair::Colour::Off);
    return report.has_errors() ? kFailed : kDone;
}

int check_pair(const Arguments& arguments, Console& console) {
    std::vector<HostWord> hosts;
    for (const std::string& word : arguments.words) {
        const auto host = parse_host(word);
        if (!host) {
            console.err << fmt::format(
                "understudyctl check-pair: {} names no file: write FILE, NAME=FILE or "
                "NAME@ID=FILE\n",
                quote(word));
            return kBadUsage;
        }
        hosts.push_back(*host);
    }
    tell_apart(hosts);
    std::set<std::string> names;
    for (const HostWord& host : hosts)
        if (!names.insert(host.name).second) {
            console.err << fmt::format("understudyctl check-pair: two hosts are called {}\n",
                                       quote(host.name));
            return kBadUsage;
        }
    return judge(hosts, arguments, console);
}

constexpr Option kPairOptions[] = {
    {.name = kLenient, .meaning = "go on where keepalived would, with the value it would use"}, kJson};

}  // namespace

std::optional<HostWord> parse_host(const std::string& word) {
    const std::size_t equals = word.find('=');
    // A path may hold an equals sign of its own; a name may hold no slash.
    const bool named = equals != std::string::npos && word.find('/') > equals;
    HostWord host;
    host.file = named ? word.substr(equals + 1) : word;
    const std::string name = named ? word.substr(0, equals) : stem(host.file);
    const std::size_t at = named ? name.find('@') : std::string::npos;
    host.name = name.substr(0, at);
    host.config_id = at == std::string::npos ? (named ? host.name : "") : name.substr(at + 1);
    if (host.config_id.empty()) host.config_id = host.name;
    if (host.file.empty() || host.name.empty()) return std::nullopt;
    return host;
}

constinit const Command kCheckPair{
    .name = "check-pair",
    .words = {.synopsis = "[NAME[@ID]=]FILE...",
              .least = 2,
              .most = kAnyNumber,
              .completion = Completion::Files},
    .meaning = "Check whether the configurations of two or more hosts work together",
    .details =
        "Tells whether the hosts hear each other and protect the same addresses, who is master, and\n"
        "what each failure leads to: the death of a host and whatever it tracks. Each FILE is one\n"
        "host's, judged without interfaces, users and scripts of this host; the same file may be given\n"
        "several times. A host is called NAME, or like its file; its @id lines are those of ID, or of\n"
        "NAME. Passwords are compared and never shown. The exit status is 1 if there are errors.",
    .options = kPairOptions,
    .run = check_pair};

}  // namespace understudy::cli
