#include "check_checker.hpp"

#include <algorithm>
#include <set>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kHeloName = "smtpchecker.keepalived.org";

// What a kind of checker has when nothing is said anywhere.
struct KindDefaults {
    std::uint32_t retry = 1;
    std::optional<microseconds> delay_before_retry = seconds{1};  // none: delay_loop
};

KindDefaults defaults_of(CheckerKind kind) {
    switch (kind) {
        case CheckerKind::Http:
        case CheckerKind::Ssl:
            return {1, seconds{3}};
        case CheckerKind::Dns:
            return {3, std::nullopt};
        case CheckerKind::Misc:
            return {0, seconds{1}};
        case CheckerKind::Tcp:
        case CheckerKind::Smtp:
        case CheckerKind::Udp:
        case CheckerKind::Ping:
        case CheckerKind::File:
        case CheckerKind::Bfd:
            break;
    }
    return {};
}

template <typename T>
T first_given(const Given<T>& own, const Given<T>& inherited, T standard) {
    return own ? *own : inherited.value_or(standard);
}

class CheckerCheck {
public:
    CheckerCheck(const CheckContext& context, const CheckerDefaults& defaults, const model::Config& config)
        : context_(context), defaults_(defaults), config_(config) {}

    void add(const CheckerDraft& draft) {
        switch (draft.kind) {
            case CheckerKind::Http:
            case CheckerKind::Ssl:
                return http(draft);
            case CheckerKind::Tcp:
                return keep(model::TcpCheck{schedule(draft), connection(draft)});
            case CheckerKind::Ping:
                return keep(model::PingCheck{schedule(draft), connection(draft)});
            case CheckerKind::Smtp:
                return smtp(draft);
            case CheckerKind::Dns:
                return keep(model::DnsCheck{schedule(draft), connection(draft),
                                            draft.dns_type.value_or(model::DnsType::Soa),
                                            draft.dns_name.value_or(".")});
            case CheckerKind::Misc:
                return misc(draft);
            case CheckerKind::Udp:
                return udp(draft);
            case CheckerKind::File:
                return file(draft);
            case CheckerKind::Bfd:
                return bfd(draft);
        }
    }

    std::vector<model::Checker> take() { return std::move(checkers_); }

private:
    void keep(model::Checker checker) { checkers_.push_back(std::move(checker)); }

    void incomplete(const CheckerDraft& draft, std::string message) {
        context_.diags.add(Code::CheckerIncomplete, draft.span, std::move(message))
            .label("this checker is ignored, so it never fails");
    }

    model::CheckSchedule schedule(const CheckerDraft& draft) const {
        return schedule(draft.schedule, draft.kind);
    }

    model::CheckSchedule schedule(const ScheduleDraft& own, CheckerKind kind) const {
        const ScheduleDraft& inherited = defaults_.schedule;
        const KindDefaults standard = defaults_of(kind);
        model::CheckSchedule made;
        made.delay_loop = first_given(own.delay_loop, inherited.delay_loop, made.delay_loop);
        made.retry = first_given(own.retry, inherited.retry, standard.retry);
        made.delay_before_retry = first_given(own.delay_before_retry, inherited.delay_before_retry,
                                              standard.delay_before_retry.value_or(made.delay_loop));
        made.warmup = first_given(own.warmup, inherited.warmup, made.delay_loop);
        made.alpha = first_given(own.alpha, inherited.alpha, false);
        made.log_all_failures = own.log_all_failures.value_or(defaults_.log_all_failures);
        return made;
    }

    model::CheckConnection connection(const CheckerDraft& draft) const {
        return connection(draft.connection, draft.span);
    }

    model::CheckConnection connection(const ConnectionDraft& draft, Span span) const {
        model::CheckConnection made;
        made.address = draft.address.value_or(defaults_.address);
        made.port = draft.port.value_or(defaults_.port);
        made.source_port = draft.source_port.value_or(0);
        made.interface = draft.interface.value_or("");
        made.timeout = draft.timeout.value_or(defaults_.connect_timeout);
        made.mark = draft.mark.value_or(0);
        if (draft.source && draft.source->family() == made.address.family()) {
            made.source = *draft.source;
        } else if (draft.source) {
            context_.diags
                .add(Code::FamilyMix, draft.source.span,
                     "a check of " + quote(made.address.to_string()) + " cannot come from " +
                         quote(draft.source->to_string()))
                .label("ignored: both must be of one family");
        }
        if (made.address.is_v6() && made.address.is_link_local() && made.interface.empty())
            context_.diags
                .add(Code::LinkLocalCheck, draft.address ? draft.address.span : span,
                     quote(made.address.to_string()) + " is only known on its link")
                .label("the check needs bind_if");
        return made;
    }

    void http(const CheckerDraft& draft) {
        model::HttpCheck made;
        made.urls = urls(draft);
        if (made.urls.empty()) return incomplete(draft, "a check of HTTP needs a url with a path");
        made.schedule = schedule(draft);
        made.connection = connection(draft);
        made.tls = draft.kind == CheckerKind::Ssl;
        made.version = draft.http_version.value_or(made.version);
        made.server_name_indication = draft.enable_sni.value_or(false);
        made.server_name = draft.sni_name.value_or("");
        made.fast_recovery = draft.fast_recovery.value_or(false);
        keep(std::move(made));
    }

    std::vector<model::CheckedUrl> urls(const CheckerDraft& checker) const {
        std::vector<model::CheckedUrl> made;
        for (const UrlDraft& draft : checker.urls) {
            if (!draft.path) {
                context_.diags.add(Code::UrlIncomplete, draft.span, "this url has no path")
                    .label("ignored: it is not asked for");
                continue;
            }
            model::CheckedUrl url;
            url.path = *draft.path;
            url.digest = draft.digest.value;
            url.status_codes = draft.status_codes;
            if (url.status_codes.empty()) url.status_codes.emplace_back();
            url.virtual_host =
                draft.virtual_host.value_or(checker.virtual_host.value_or(defaults_.virtual_host));
            url.pattern = pattern(draft.pattern);
            url.tls_compliant = draft.tls_compliant.value_or(checker.tls_compliant.value_or(false));
            made.push_back(std::move(url));
        }
        return made;
    }

    std::optional<model::BodyPattern> pattern(const PatternDraft& draft) const {
        if (!draft.pattern) {
            if (draft.setting)
                context_.diags
                    .add(Code::BadPatternSetting, *draft.setting, "there is no regex to compare with")
                    .label("has no effect");
            return std::nullopt;
        }
        model::BodyPattern made;
        made.pattern = *draft.pattern;
        made.options = draft.options;
        made.must_match = !draft.no_match.value_or(false);
        made.min_offset = draft.min_offset.value_or(0);
        made.max_offset = draft.max_offset.value;
        made.stack = draft.stack.value;
        if (made.max_offset && *made.max_offset < made.min_offset)
            context_.diags
                .add(Code::BadPatternSetting, draft.max_offset.span,
                     "the last place to look at is before the first, which is " +
                         std::to_string(made.min_offset))
                .label("the pattern never matches");
        return made;
    }

    // Each host is a checker of its own.
    void smtp(const CheckerDraft& draft) {
        const std::string helo{draft.helo_name.value_or(std::string{kHeloName})};
        for (const SmtpHostDraft& host : draft.hosts)
            keep(model::SmtpCheck{schedule(merged(host.schedule, draft.schedule), draft.kind),
                                  connection(merged(host.connection, draft.connection), draft.span), helo});
        if (draft.hosts.empty()) keep(model::SmtpCheck{schedule(draft), connection(draft), helo});
    }

    template <typename T>
    static void fill(Given<T>& own, const Given<T>& other) {
        if (!own) own = other;
    }

    static ScheduleDraft merged(ScheduleDraft own, const ScheduleDraft& other) {
        fill(own.retry, other.retry);
        fill(own.delay_before_retry, other.delay_before_retry);
        fill(own.warmup, other.warmup);
        fill(own.delay_loop, other.delay_loop);
        fill(own.alpha, other.alpha);
        fill(own.log_all_failures, other.log_all_failures);
        return own;
    }

    static ConnectionDraft merged(ConnectionDraft own, const ConnectionDraft& other) {
        fill(own.address, other.address);
        fill(own.port, other.port);
        fill(own.source, other.source);
        fill(own.source_port, other.source_port);
        fill(own.interface, other.interface);
        fill(own.timeout, other.timeout);
        fill(own.mark, other.mark);
        return own;
    }

    void misc(const CheckerDraft& draft) {
        if (!draft.command) return incomplete(draft, "MISC_CHECK has no misc_path");
        auto command = check_checker_script(context_, draft.command, draft.owner);
        if (!command) return;
        // Whole seconds are all that can be written.
        const seconds timeout =
            draft.command_timeout.value_or(std::chrono::ceil<seconds>(defaults_.service_delay_loop));
        keep(model::MiscCheck{schedule(draft), std::move(*command), timeout, draft.dynamic});
    }

    void udp(const CheckerDraft& draft) {
        model::UdpCheck made;
        made.schedule = schedule(draft);
        made.connection = connection(draft);
        made.payload = draft.payload;
        made.require_reply = draft.require_reply;
        made.reply = draft.reply;
        made.min_reply_length = draft.min_reply_length.value_or(made.min_reply_length);
        made.max_reply_length = draft.max_reply_length.value_or(made.max_reply_length);
        if (made.max_reply_length < made.min_reply_length)
            context_.diags
                .add(Code::ReplyLengthsReversed,
                     draft.max_reply_length ? draft.max_reply_length.span : draft.min_reply_length.span,
                     "no reply has at least " + std::to_string(made.min_reply_length) + " and at most " +
                         std::to_string(made.max_reply_length) + " octets")
                .label("this check always fails");
        keep(std::move(made));
    }

    // What can be watched: how it is called, and a complaint's code for one that is not there.
    struct Kind {
        std::string_view block;
        Code unknown;
    };

    // The index of what a checker watches in the model's list; none after a complaint.
    template <typename Drafts, typename List>
    std::optional<std::size_t> watched(const CheckerDraft& draft, const Kind& kind, const Drafts& drafts,
                                       const List& list) {
        const std::string& name = *draft.watched;
        const auto written = std::ranges::find(drafts, name, [](const auto& one) { return one.name; });
        if (written == drafts.end() || !serves_checkers(*written)) {
            context_.diags
                .add(kind.unknown, draft.watched.span,
                     "there is no " + std::string{kind.block} + " " + quote(name) +
                         (written != drafts.end() ? " for checkers" : ""))
                .label("this checker is ignored, so it never fails")
                .hint(written != drafts.end() ? "" : did_you_mean(name, drafts));
            return std::nullopt;
        }
        if (written->order > defaults_.order)
            context_.diags.add(Code::DefinedLater, draft.watched.span, quote(name) + " is only defined below")
                .label("keepalived would ignore this checker")
                .hint("move the " + std::string{kind.block} +
                      " above, if keepalived is to read this file too");
        const auto found = std::ranges::find(list, name, [](const auto& one) { return one.name; });
        if (found == list.end()) return std::nullopt;  // why it was dropped was already said
        return static_cast<std::size_t>(found - list.begin());
    }

    static bool serves_checkers(const TrackFileDraft&) { return true; }
    static bool serves_checkers(const BfdDraft& session) { return session.checker || !session.vrrp; }

    void file(const CheckerDraft& draft) {
        if (!draft.watched) return incomplete(draft, "FILE_CHECK has no track_file");
        const auto index = watched(draft, {"track_file", Code::UnknownTrackFile},
                                   context_.draft.trackers.files, config_.track_files);
        if (!index) return;
        const model::Weight& standard = config_.track_files[*index].weight;
        keep(model::FileCheck{*index, draft.file_weight.value_or({standard.value, standard.reverse})});
    }

    void bfd(const CheckerDraft& draft) {
        if (!draft.watched) return incomplete(draft, "BFD_CHECK has no name");
        const auto index = watched(draft, {"bfd_instance", Code::UnknownBfdSession},
                                   context_.draft.trackers.bfd_sessions, config_.bfd_sessions);
        if (!index) return;
        if (!sessions_.insert(*index).second) {
            context_.diags
                .add(Code::CheckRepeated, draft.watched.span,
                     "this server follows " + quote(*draft.watched) + " already")
                .label("ignored");
            return;
        }
        const bool alpha = first_given(draft.schedule.alpha, defaults_.schedule.alpha, false);
        keep(model::BfdCheck{*index, alpha});
    }

    const CheckContext& context_;
    const CheckerDefaults& defaults_;
    const model::Config& config_;
    std::vector<model::Checker> checkers_;
    std::set<std::size_t> sessions_;
};

}  // namespace

std::vector<model::Checker> check_checkers(const CheckContext& context,
                                           const std::vector<CheckerDraft>& drafts,
                                           const CheckerDefaults& defaults, const model::Config& config) {
    CheckerCheck check{context, defaults, config};
    for (const CheckerDraft& draft : drafts) check.add(draft);
    return check.take();
}

}  // namespace understudy::config
