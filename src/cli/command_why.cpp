#include "command_why.hpp"

#include <fmt/format.h>

#include "control_client.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr Option kWhyOptions[] = {kSocket, kJson};

std::string sentence(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string list_of(const json& object, const char* key, std::string_view heading) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->empty()) return "";
    std::string text = fmt::format("{}\n", heading);
    for (const json& one : *found)
        if (one.is_string())
            text += "  " + one.get<std::string>() + "\n";
        else if (one.is_object())
            text += fmt::format("  {}: {}.\n", sentence(one, "event"), sentence(one, "outcome"));
    return text;
}

std::string reasons_text(const json& instance) {
    if (!instance.is_object()) return "";
    std::string text = sentence(instance, "answer") + "\n" + sentence(instance, "master") + "\n";
    text += list_of(instance, "reasons", "Why");
    text += list_of(instance, "priority", "Its priority");
    text += list_of(instance, "changes", "What would change it");
    return text + list_of(instance, "what_if", "What would happen if");
}

int why(const Arguments& arguments, Console& console) {
    ctl::Why asked;
    if (!arguments.words.empty()) asked.instance = arguments.words.front();
    const auto result = ask(arguments, asked, console);
    if (!result) return result.error();
    console.out << (arguments.has("json") ? result->dump(2) + "\n" : why_text(*result));
    return kDone;
}

}  // namespace

std::string why_text(const json& result) {
    std::string text;
    const auto instances = result.is_object() ? result.find("instances") : result.end();
    if (instances == result.end() || !instances->is_array() || instances->empty())
        return "no instance runs\n";
    for (const json& instance : *instances) text += (text.empty() ? "" : "\n") + reasons_text(instance);
    return text;
}

constinit const Command kWhy{
    .name = "why",
    .words = {.synopsis = "[INSTANCE]", .most = 1},
    .meaning = "Say who is master and why, and what would change it",
    .details =
        "In plain sentences: the role and since when, who is master, what the priority is made of,\n"
        "how each thing tracked was last, what would give the instance another role, and what would\n"
        "happen if this host, another router or a thing that is tracked failed now.",
    .options = kWhyOptions,
    .run = why};

}  // namespace understudy::cli
