#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/config/outline.hpp"
#include "understudy/config/value.hpp"

namespace understudy::config {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHidden = "(hidden)";

// Characters that would end a bare word, begin a comment or be expanded.
bool needs_quotes(std::string_view word) {
    return word.empty() || word.front() == '@' || word.front() == '~' ||
           word.find_first_of(" \t\v\f\r{}\"#!$") != std::string_view::npos;
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string to_word(const Term& term) {
    return std::visit(overloaded{
                          [](const std::string& text) { return needs_quotes(text) ? in_quotes(text) : text; },
                          [](const Phrase& phrase) { return in_quotes(phrase.text); },
                          [](std::int64_t number) { return std::to_string(number); },
                          [](bool on) { return std::string{on ? "on" : "off"}; },
                          [](microseconds time) { return to_text(time); },
                      },
                      term);
}

void write_words(const Node& node, std::string& out) {
    out += needs_quotes(node.keyword) ? in_quotes(node.keyword) : node.keyword;
    for (const Term& term : node.terms) out += ' ' + to_word(term);
    for (const Node& option : node.options) {
        out += ' ';
        write_words(option, out);
    }
}

void write(std::span<const Node> nodes, std::size_t depth, std::string& out) {
    for (const Node& node : nodes) {
        out.append(depth * 4, ' ');
        write_words(node, out);
        if (node.block) {
            out += " {\n";
            write(*node.block, depth + 1, out);
            out.append(depth * 4, ' ');
            out += '}';
        }
        out += '\n';
    }
}

Json to_json(const Term& term) {
    return std::visit(overloaded{
                          [](const Phrase& phrase) { return Json(phrase.text); },
                          [](microseconds time) {
                              if (time % seconds{1} == microseconds{0}) return Json(time / seconds{1});
                              return Json(std::chrono::duration<double>{time}.count());
                          },
                          [](const auto& value) { return Json(value); },
                      },
                      term);
}

Json terms_to_json(const Node& node) {
    if (node.terms.empty()) return true;
    if (node.terms.size() == 1) return to_json(node.terms.front());
    Json list = Json::array();
    for (const Term& term : node.terms) list.push_back(to_json(term));
    return list;
}

Json object_of(std::span<const Node> nodes);

Json entry_of(const Node& line) {
    Json object = object_of(line.options);
    Json entry = Json::object();
    entry["entry"] = line.keyword;
    if (!line.terms.empty()) entry["arguments"] = terms_to_json(line);
    entry.update(object);
    return entry;
}

Json value_of(const Node& node) {
    if (!node.block) return terms_to_json(node);
    if (node.kind == Node::Kind::Entries) {
        Json list = Json::array();
        for (const Node& line : *node.block) list.push_back(entry_of(line));
        return list;
    }
    Json object = Json::object();
    if (!node.terms.empty()) object["name"] = terms_to_json(node);
    object.update(object_of(*node.block));
    return object;
}

Json object_of(std::span<const Node> nodes) {
    Json object = Json::object();
    for (const Node& node : nodes) {
        if (node.kind == Node::Kind::Repeated || node.kind == Node::Kind::RepeatedSecret) {
            object[node.keyword].push_back(value_of(node));
        } else {
            object[node.keyword] = value_of(node);
        }
    }
    return object;
}

}  // namespace

std::vector<Node> redact(std::vector<Node> nodes) {
    for (Node& node : nodes) {
        if (node.kind == Node::Kind::Secret || node.kind == Node::Kind::RepeatedSecret)
            node.terms = {std::string{kHidden}};
        if (node.block) node.block = redact(std::move(*node.block));
    }
    return nodes;
}

std::string render_line(const Node& node) {
    std::string out;
    write_words(node, out);
    return out;
}

std::string render_terms(const Node& node) {
    std::string out;
    for (const Term& term : node.terms) out += (out.empty() ? "" : " ") + to_word(term);
    return out;
}

std::string render_text(std::span<const Node> nodes) {
    std::string out;
    write(nodes, 0, out);
    return out;
}

std::string render_json(std::span<const Node> nodes) {
    return object_of(nodes).dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace understudy::config
