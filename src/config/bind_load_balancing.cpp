// The keywords that hold for all virtual servers, in global_defs and at file level.
#include "understudy/base/text.hpp"

#include "bind.hpp"
#include "bind_virtual_server.hpp"

namespace understudy::config {

namespace {

constexpr std::int64_t kLongestTimeout = 2'678'400;
constexpr std::int64_t kLargestSyncPacket = 65'507;

model::LoadBalancing& settings_of(Build& build) { return build.draft.load_balancing.settings; }

model::GroupMarking& marking_of(Build& build) {
    auto& marking = settings_of(build).group_marking;
    if (!marking) marking.emplace();
    return *marking;
}

// Reads pairs of an option and its value. What is wrong is reported and left out.
class PairReader {
public:
    PairReader(Build& build, const Statement& statement, std::size_t from)
        : build_(build), statement_(statement), at_(from) {}

    [[nodiscard]] bool at_end() const { return at_ >= statement_.size(); }
    const Word& take() { return statement_.words[at_++]; }

    // The value of the option that was just taken.
    const Word* value() {
        if (!at_end()) return &take();
        const Word& option = statement_.words[at_ - 1];
        build_.diags.add(Code::ValueMissing, option.span, std::string{option.text} + " needs a value")
            .label("expected after this");
        return nullptr;
    }

    std::optional<std::int64_t> number(std::int64_t least, std::int64_t most) {
        const Word* const word = value();
        return word != nullptr ? number_of(*word, least, most) : std::nullopt;
    }

    std::optional<std::int64_t> number_of(const Word& word, std::int64_t least, std::int64_t most) {
        const auto number = parse_number<std::int64_t>(word.text);
        if (number && *number >= least && *number <= most) return number;
        build_.diags.add(Code::BadNumber, word.span, quote(word.text) + " is not a valid number")
            .label("expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }

    void refuse(const Word& word, std::string_view expected) {
        build_.diags.add(Code::BadOption, word.span, quote(word.text) + " is not an option")
            .label("ignored")
            .hint("expected " + std::string{expected});
    }

private:
    Build& build_;
    const Statement& statement_;
    std::size_t at_;
};

template <typename Field>
void put(std::optional<Field>& field, const std::optional<std::int64_t>& number) {
    if (number) field = static_cast<Field>(*number);
}

void put(std::optional<seconds>& field, const std::optional<std::int64_t>& number) {
    if (number) field = seconds{*number};
}

class SyncReader {
public:
    SyncReader(Build& build, const Statement& statement)
        : build_(build), statement_(statement), options_(build, statement, 2) {}

    model::ConnectionSync read() {
        sync_.interface = statement_.words[1].text;
        while (!options_.at_end()) {
            const Word& word = options_.take();
            if (!option(word)) unnamed(word);
        }
        return std::move(sync_);
    }

private:
    bool option(const Word& word) {
        if (word.text == "inst") return instance(), true;
        if (word.text == "id") return put(sync_.id, options_.number(0, 255)), true;
        if (word.text == "maxlen")
            return put(sync_.most_octets, options_.number(1, kLargestSyncPacket)), true;
        if (word.text == "port") return put(sync_.port, options_.number(1, 65535)), true;
        if (word.text == "ttl") return put(sync_.ttl, options_.number(1, 255)), true;
        if (word.text == "group") return group(), true;
        return false;
    }

    void instance() {
        const Word* const name = options_.value();
        if (name == nullptr) return;
        if (sync_.instance.empty()) {
            sync_.instance = name->text;
        } else {
            options_.refuse(*name, "one instance only");
        }
    }

    void group() {
        const Word* const word = options_.value();
        if (word == nullptr) return;
        const auto address = net::Address::parse(word->text);
        if (address && address->is_multicast()) {
            sync_.group = *address;
        } else {
            build_.diags.add(Code::NotMulticast, word->span, quote(word->text) + " is not a group")
                .label("expected a multicast address; ignored");
        }
    }

    // Old files name the instance and the id by their places.
    void unnamed(const Word& word) {
        if (&word == &statement_.words[2]) {
            sync_.instance = word.text;
        } else if (statement_.size() > 3 && &word == &statement_.words[3] && !sync_.instance.empty()) {
            build_.diags.add(Code::DeprecatedKeyword, word.span, "an id without the word id is an old form")
                .label("put id before it");
            put(sync_.id, options_.number_of(word, 0, 255));
        } else {
            options_.refuse(word, "inst, id, maxlen, port, ttl or group");
        }
    }

    Build& build_;
    const Statement& statement_;
    PairReader options_;
    model::ConnectionSync sync_;
};

bool has_value(Build& build, const Argument& argument, std::string_view expected) {
    if (argument.statement.size() > 1) return true;
    build.diags
        .add(Code::ValueMissing, argument.statement.keyword().span,
             std::string{argument.keyword} + " needs a value")
        .label("expected " + std::string{expected} + " after this");
    return false;
}

}  // namespace

void set_lvs_timeouts(Build& build, const Argument& argument) {
    if (!has_value(build, argument, "tcp, tcpfin or udp and a number")) return;
    model::ConnectionTimeouts& timeouts = settings_of(build).timeouts;
    PairReader options{build, argument.statement, 1};
    while (!options.at_end()) {
        const Word& word = options.take();
        if (word.text == "tcp") {
            put(timeouts.tcp, options.number(0, kLongestTimeout));
        } else if (word.text == "tcpfin") {
            put(timeouts.tcp_fin, options.number(0, kLongestTimeout));
        } else if (word.text == "udp") {
            put(timeouts.udp, options.number(0, kLongestTimeout));
        } else {
            options.refuse(word, "tcp, tcpfin or udp");
        }
    }
}

void set_lvs_flush_at_start(Build& build, const Argument&) { settings_of(build).flush_at_start = true; }

void set_lvs_flush_at_stop(Build& build, const Argument& argument) {
    auto& flush = settings_of(build).flush_at_stop;
    if (argument.statement.size() < 2) {
        flush = model::FlushAtStop::Everything;
    } else if (argument.statement.words[1].text == "VS") {
        flush = model::FlushAtStop::OwnServices;
    } else {
        const Word& word = argument.statement.words[1];
        build.diags.add(Code::BadOption, word.span, quote(word.text) + " cannot be flushed")
            .label("expected VS or nothing");
    }
}

void set_lvs_sync(Build& build, const Argument& argument) {
    if (has_value(build, argument, "an interface"))
        settings_of(build).sync = SyncReader{build, argument.statement}.read();
}

void set_nftables_table(Build& build, const Argument& argument) {
    model::GroupMarking& marking = marking_of(build);
    if (const auto* const name = std::get_if<std::string_view>(&argument.value)) marking.table = *name;
}

void set_nftables_priority(Build& build, const Argument& argument) {
    marking_of(build).priority = static_cast<std::int32_t>(std::get<std::int64_t>(argument.value));
}

void set_nftables_first_mark(Build& build, const Argument& argument) {
    marking_of(build).first_mark = static_cast<std::uint32_t>(std::get<std::int64_t>(argument.value));
}

void set_rs_init_notifies(Build& build, const Argument& argument) {
    settings_of(build).notify_at_start = converted<bool>(argument.value);
}

void set_no_checker_mails(Build& build, const Argument& argument) {
    settings_of(build).no_checker_mails = converted<bool>(argument.value);
}

void set_ipvs_namespace(Build& build, const Argument& argument) {
    const auto* const name = std::get_if<std::string_view>(&argument.value);
    settings_of(build).network_namespace = name != nullptr ? std::string{*name} : std::string{};
}

}  // namespace understudy::config
