// Scripts: whether they exist, whether their users do, and whether anybody but root could change what root
// runs.
#include <algorithm>
#include <array>
#include <string_view>

#include "understudy/base/text.hpp"

#include "check.hpp"
#include "check_probe.hpp"

namespace understudy::config {

namespace {

constexpr std::uint32_t kSetUserId = 04000;
constexpr std::uint32_t kSticky = 01000;
constexpr std::uint32_t kGroupWrites = 0020;
constexpr std::uint32_t kOthersWrite = 0002;
constexpr std::string_view kDefaultUser = "keepalived_script";

constexpr std::uint32_t kPermissions = 0777;
constexpr std::uint32_t kOwnerAlone = 0700;
constexpr std::string_view kHomeOfRoot = "/root";

enum class Verdict : std::uint8_t { Usable, Hidden, Missing, NotExecutable, Insecure };

// Where nobody but root gets in, nobody else can change anything. A service manager may show a folder closed
// that is not.
bool is_closed_to_others(const PathPart& folder) {
    return folder.owner == 0 && ((folder.mode & kPermissions) == kOwnerAlone || folder.path == kHomeOfRoot);
}

// The part of the path that somebody other than root can change, or null.
const PathPart* weak_part(const ScriptFacts& facts) {
    for (const PathPart& part : facts.parts) {
        const bool is_file = &part == &facts.parts.back();
        const bool by_group = (part.mode & kGroupWrites) != 0 && part.group != 0;
        const bool writable = by_group || (part.mode & kOthersWrite) != 0;
        const bool protected_directory = !is_file && (part.mode & kSticky) != 0;
        if (part.owner != 0 || (writable && !protected_directory)) return &part;
    }
    return nullptr;
}

// In the text that is given to a shell it is right.
bool is_for_a_shell(std::string_view word) {
    constexpr std::array<std::string_view, 7> kOperators{"|", "||", "&&", "&", ";", "<", ">"};
    constexpr std::array<std::string_view, 5> kBeginnings{">", "1>", "2>", "&>", "`"};
    return std::ranges::find(kOperators, word) != kOperators.end() || word.starts_with("$(") ||
           std::ranges::any_of(kBeginnings, [&](std::string_view begin) { return word.starts_with(begin); });
}

// The words with blanks between them, if that is read as the same words.
std::optional<std::string> as_one_text(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (word.empty() || word.find_first_of(" \t'\"\\") != std::string::npos) return std::nullopt;
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

void report_words_for_a_shell(const CheckContext& context, const Given<model::Command>& given) {
    const auto word = std::find_if(given->words.begin() + 1, given->words.end(), is_for_a_shell);
    if (word == given->words.end()) return;
    context.diags
        .add(Code::NoShell, given.span,
             quote(*word) + " is an argument of " + quote(given->words.front()) + " like the others")
        .label("it is run without a shell")
        .hint("for one, write \"/bin/sh -c '" + as_one_text(given->words).value_or("the whole of it") +
              "'\", or put it into a script");
}

// Where /bin/sh is another shell, it looks for such a file and finds none.
void report_files_of_bash(const CheckContext& context, const Given<model::Command>& given) {
    const std::vector<std::string>& words = given->words;
    if (words.size() != 3 || words[0] != "/bin/sh" || words[1] != "-c") return;
    if (!words[2].contains("/dev/tcp/") && !words[2].contains("/dev/udp/")) return;
    const ScriptFacts shell =
        context.host != nullptr ? context.host->script(words[0], "root") : ScriptFacts{};
    if (!shell.parts.empty() && shell.parts.back().path.ends_with("/bash")) return;
    context.diags.add(Code::NoShell, given.span, "only bash knows /dev/tcp and /dev/udp")
        .label("/bin/sh runs this, and it fails where that is another shell")
        .hint(words[2].contains('\'')
                  ? "write /bin/bash instead"
                  : "write \"/bin/bash -c '" + words[2] + "'\", or use vrrp_check, which needs no shell");
}

// What somebody meant who wrote arguments where a user and a group stand.
std::string hint_for_arguments(const model::Command& command) {
    std::vector<std::string> words = command.words;
    words.push_back(command.user);
    if (!command.group.empty()) words.push_back(command.group);
    const auto text = as_one_text(words);
    return "arguments stand in the quotes of their command" + (text ? ": \"" + *text + '"' : "");
}

// How a script that must not run is reported: one that decides about mastership is an error.
struct Reports {
    Code unknown_user;
    Code insecure;
};
constexpr Reports kForTracking{Code::UnknownUser, Code::InsecureScriptDisabled};
constexpr Reports kForNotify{Code::NotifyScriptDisabled, Code::NotifyScriptDisabled};
constexpr Reports kForChecks{Code::UnknownUser, Code::CheckScriptUnusable};

// What follows from a user that does not exist, and what may have been meant.
struct UserAdvice {
    std::string label = "the script is disabled";
    std::string hint = "";
};

class CommandCheck {
public:
    CommandCheck(const CheckContext& context, const Reports& reports)
        : context_(context), reports_(reports) {}

    // The command with its user filled in; none if that user does not exist.
    std::optional<model::Command> with_user(const Given<model::Command>& given,
                                            const Given<model::Command>& owner) {
        report_words_for_a_shell(context_, given);
        report_files_of_bash(context_, given);
        model::Command command = *given;
        if (owner) {
            command.user = owner->user;
            command.group = owner->group;
        }
        const Given<model::Command>& standard = context_.draft.globals.script_user;
        if (!command.user.empty()) {
            UserAdvice advice;
            if (!owner) advice.hint = hint_for_arguments(command);
            if (!user_exists(command, owner ? owner.span : given.span, advice)) return std::nullopt;
        } else if (standard) {
            if (!is_known(*standard)) return std::nullopt;  // which was said at script_user
            command.user = standard->user;
            command.group = standard->group;
        } else if (!has_default_user()) {
            context_.diags.add(reports_.unknown_user, given.span, "there is no user to run this script as")
                .label("the script is disabled")
                .hint("with enable_script_security, script_user or a user keepalived_script is needed");
            return std::nullopt;
        }
        return command;
    }

    [[nodiscard]] bool is_known(const model::Command& owner) const {
        return context_.host == nullptr || (context_.host->user(owner.user) &&
                                            (owner.group.empty() || context_.host->group(owner.group)));
    }

    bool user_exists(const model::Command& command, Span span, const UserAdvice& advice) {
        if (context_.host == nullptr) return true;
        if (!context_.host->user(command.user)) return unknown("user", command.user, span, advice);
        if (!command.group.empty() && !context_.host->group(command.group))
            return unknown("group", command.group, span, advice);
        return true;
    }

    // `where`: what others can change, or what we may not look into.
    Verdict judge(const model::Command& command, std::string& where) {
        if (context_.host == nullptr) return Verdict::Usable;
        const std::string user = effective_user(command);
        const ScriptFacts facts = context_.host->script(command.words.front(), user);
        if (!facts.exists && !facts.hidden) return Verdict::Missing;
        if (facts.exists && (!facts.regular || !facts.executable)) return Verdict::NotExecutable;
        const auto known = context_.host->user(user);
        const bool as_root = !known || known->uid == 0;
        const bool becomes_root = !facts.parts.empty() && facts.parts.back().owner == 0 &&
                                  (facts.parts.back().mode & kSetUserId) != 0;
        const PathPart* const part = as_root || becomes_root ? weak_part(facts) : nullptr;
        if (part == nullptr && facts.exists) return Verdict::Usable;
        where = part != nullptr ? part->path : facts.parts.empty() ? "/" : facts.parts.back().path;
        if (part != nullptr) return Verdict::Insecure;
        is_unsure_ = as_root && (facts.parts.empty() || !is_closed_to_others(facts.parts.back()));
        return Verdict::Hidden;
    }

    // After judge(). False when the script must not run.
    bool report_hidden(const model::Command& command, Span span, const std::string& where) {
        const bool refused = is_unsure_ && context_.draft.globals.script_security.value_or(false);
        const std::string unknown = is_unsure_ ? "whether others than root can change " : "whether ";
        context_.diags
            .add(refused ? reports_.insecure : Code::ScriptHidden, span,
                 unknown + quote(command.words.front()) +
                     (is_unsure_ ? ", which runs as root, is not known" : " can be executed is not known"))
            .label("only its user may look into " + quote(where) +
                   (refused ? "; the script is disabled" : "; it is run all the same"));
        return !refused;
    }

    // False when the script must not run.
    bool report_insecure(const model::Command& command, Span span, const std::string& weak) {
        const bool secured = context_.draft.globals.script_security.value_or(false);
        context_.diags
            .add(secured ? reports_.insecure : Code::InsecureScript, span,
                 quote(command.words.front()) + " runs as root, but others than root can change it")
            .label(quote(weak) + " is not root's alone" + (secured ? "; the script is disabled" : ""));
        return !secured;
    }

    void report_absent(const model::Command& command, Span span, Code code, std::string_view effect) {
        context_.diags.add(code, span, "there is no executable " + quote(command.words.front()))
            .label(std::string{effect});
    }

private:
    bool unknown(std::string_view kind, const std::string& who, Span span, const UserAdvice& advice) {
        context_.diags.add(reports_.unknown_user, span, "there is no " + std::string{kind} + " " + quote(who))
            .label(advice.label)
            .hint(advice.hint);
        return false;
    }

    // With enable_script_security a missing default user is not replaced by root.
    bool has_default_user() {
        if (context_.host == nullptr || !context_.draft.globals.script_security.value_or(false)) return true;
        return context_.host->user(std::string{kDefaultUser}).has_value();
    }

    std::string effective_user(const model::Command& command) {
        if (!command.user.empty()) return command.user;
        return context_.host->user(std::string{kDefaultUser}) ? std::string{kDefaultUser} : "root";
    }

    const CheckContext& context_;
    const Reports& reports_;
    bool is_unsure_ = false;  // who else can change the hidden script that was judged
};

// What a program that cannot be executed means for what runs it.
struct Absence {
    Code code;
    std::string_view effect;
};

// A program that cannot be executed now is reported and kept: it may be there when it is needed.
std::optional<model::Command> check_tolerantly(CommandCheck check, const Given<model::Command>& given,
                                               const Given<model::Command>& owner, const Absence& absence) {
    auto command = check.with_user(given, owner);
    if (!command) return std::nullopt;
    std::string where;
    switch (check.judge(*command, where)) {
        case Verdict::Usable:
            break;
        case Verdict::Hidden:
            if (!check.report_hidden(*command, given.span, where)) return std::nullopt;
            break;
        case Verdict::Insecure:
            if (!check.report_insecure(*command, given.span, where)) return std::nullopt;
            break;
        case Verdict::Missing:
        case Verdict::NotExecutable:
            check.report_absent(*command, given.span, absence.code, absence.effect);
    }
    return command;
}

std::optional<model::Script> check_script(const CheckContext& context, const ScriptDraft& draft) {
    if (draft.is_check) return check_probe(context, draft);
    if (!draft.command) {
        context.diags.add(Code::MissingScript, draft.span, quote(draft.name) + " has no script")
            .label("this block is ignored");
        return std::nullopt;
    }
    CommandCheck check{context, kForTracking};
    auto command = check.with_user(draft.command, draft.owner);
    if (!command) return std::nullopt;
    std::string where;
    switch (check.judge(*command, where)) {
        case Verdict::Usable:
            break;
        case Verdict::Hidden:
            if (!check.report_hidden(*command, draft.command.span, where)) return std::nullopt;
            break;
        case Verdict::Insecure:
            if (!check.report_insecure(*command, draft.command.span, where)) return std::nullopt;
            break;
        case Verdict::Missing:
            context.diags
                .add(Code::ScriptNotFound, draft.command.span,
                     "there is no program " + quote(command->words.front()))
                .label("what tracks this script would never notice a failure");
            return std::nullopt;
        case Verdict::NotExecutable:
            context.diags
                .add(Code::ScriptNotExecutable, draft.command.span,
                     quote(command->words.front()) + " cannot be executed")
                .label("what tracks this script would never notice a failure");
            return std::nullopt;
    }
    model::Script script = schedule_of(draft);
    script.command = std::move(*command);
    return script;
}

// What was written as a redirection from a file names no program that somebody could change.
bool is_redirection(const model::Command& command) {
    return command.words.size() == 3 && command.words[0] == "/bin/sh" && command.words[2].starts_with("</");
}

void remember_first(const Given<model::Command>& given, std::optional<Span>& first) {
    if (given && !is_redirection(*given) && (!first || given.span < *first)) first = given.span;
}

void remember_first(const NotifyDraft& notify, std::optional<Span>& first) {
    for (const auto* given :
         {&notify.any, &notify.master, &notify.backup, &notify.fault, &notify.stop, &notify.deleted,
          &notify.master_rx_lower_pri, &notify.split_brain, &notify.fence})
        remember_first(*given, first);
}

// keepalived does not ask for enable_script_security because of scripts of virtual servers or of the daemon
// that cannot run.
void remember_first_runnable(const CheckContext& context, const Given<model::Command>& given,
                             std::optional<Span>& first) {
    if (!given) return;
    if (context.host != nullptr) {
        if (!given->user.empty() && !context.host->user(given->user)) return;
        if (!given->group.empty() && !context.host->group(given->group)) return;
        const ScriptFacts facts = context.host->script(given->words.front(), given->user);
        if (!facts.exists && !facts.hidden) return;
    }
    remember_first(given, first);
}

void remember_first(const CheckContext& context, const VirtualServerDraft& server,
                    std::optional<Span>& first) {
    remember_first_runnable(context, server.quorum_up, first);
    remember_first_runnable(context, server.quorum_down, first);
    for (const RealServerDraft& one : server.real_servers) {
        remember_first_runnable(context, one.notify_up, first);
        remember_first_runnable(context, one.notify_down, first);
        for (const CheckerDraft& checker : one.checkers) {
            Given<model::Command> as_owner = checker.command;
            if (as_owner && checker.owner) as_owner.value->user = checker.owner->user;
            if (as_owner && checker.owner) as_owner.value->group = checker.owner->group;
            remember_first_runnable(context, as_owner, first);
        }
    }
}

}  // namespace

ScriptIndex check_scripts(const CheckContext& context, model::Config& config) {
    if (const Given<model::Command>& user = context.draft.globals.script_user)
        CommandCheck{context, kForTracking}.user_exists(
            *user, user.span, {"scripts without a user of their own are disabled", ""});
    ScriptIndex index;
    for (const ScriptDraft& draft : context.draft.scripts) {
        std::optional<model::Script> script = check_script(context, draft);
        index.push_back(script ? std::optional{config.scripts.size()} : std::nullopt);
        if (script) config.scripts.push_back(std::move(*script));
    }
    return index;
}

std::optional<model::Command> check_notify_script(const CheckContext& context,
                                                  const Given<model::Command>& given) {
    if (!given) return std::nullopt;
    return check_tolerantly(CommandCheck{context, kForNotify}, given, {},
                            {Code::NotifyScriptNotFound, "this notification will fail"});
}

std::optional<model::Command> check_checker_script(const CheckContext& context,
                                                   const Given<model::Command>& given,
                                                   const Given<model::Command>& owner) {
    return check_tolerantly(CommandCheck{context, kForChecks}, given, owner,
                            {Code::CheckScriptUnusable, "every check fails"});
}

model::Notifications check_notify(const CheckContext& context, const NotifyDraft& draft) {
    model::Notifications notify;
    notify.any = check_notify_script(context, draft.any);
    notify.master = check_notify_script(context, draft.master);
    notify.backup = check_notify_script(context, draft.backup);
    notify.fault = check_notify_script(context, draft.fault);
    notify.stop = check_notify_script(context, draft.stop);
    notify.deleted = check_notify_script(context, draft.deleted);
    notify.master_rx_lower_pri = check_notify_script(context, draft.master_rx_lower_pri);
    notify.split_brain = check_notify_script(context, draft.split_brain);
    notify.fence = check_notify_script(context, draft.fence);
    notify.report_deleted = draft.report_deleted;
    return notify;
}

void check_script_security(const CheckContext& context) {
    if (context.draft.globals.script_security.value_or(false)) return;
    std::optional<Span> first;
    const GlobalsDraft& globals = context.draft.globals;
    for (const auto* script : {&globals.pipe_reader, &globals.vrrp_pipe_reader, &globals.lvs_pipe_reader,
                               &globals.startup_script, &globals.shutdown_script})
        remember_first_runnable(context, *script, first);
    for (const ScriptDraft& script : context.draft.scripts) remember_first(script.command, first);
    for (const InstanceDraft& instance : context.draft.instances) remember_first(instance.notify, first);
    for (const GroupDraft& group : context.draft.groups) remember_first(group.notify, first);
    for (const VirtualServerDraft& server : context.draft.load_balancing.servers)
        remember_first(context, server, first);
    if (!first) return;
    context.diags.add(Code::ScriptSecurityOff, *first, "scripts run without enable_script_security")
        .label("run even if others than root can change them")
        .hint("put enable_script_security into global_defs");
}

}  // namespace understudy::config
