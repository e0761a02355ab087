#include "site.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

#include "metrics.hpp"
#include "overview.hpp"
#include "web_files.hpp"

namespace understudy::cli {

namespace {

enum class Content : std::uint8_t { Metrics, Overview, Page, Style, Program, Icon };

struct Place {
    std::string_view path;
    Content content;
};
constexpr Place kPlaces[] = {
    {"/", Content::Page},          {"/metrics", Content::Metrics}, {"/status.json", Content::Overview},
    {"/page.css", Content::Style}, {"/page.js", Content::Program}, {"/icon.svg", Content::Icon},
};

constexpr std::string_view kPlain = "text/plain; charset=utf-8";
// Nothing from elsewhere, nothing inline, and in nobody's frame.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::optional<Content> content_at(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    const auto* const found = std::ranges::find(kPlaces, path, &Place::path);
    if (found == std::end(kPlaces)) return std::nullopt;
    return found->content;
}

bool is_read(const os::HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

os::HttpResponse with_headers(os::HttpResponse response) {
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    response.headers.emplace_back("Content-Security-Policy", std::string{kPolicy});
    return response;
}

os::HttpResponse file(std::string_view type, std::string_view content) {
    return {200, std::string{type}, std::string{content}};
}

os::HttpResponse metrics_answer(const os::HttpRequest& request, const Scene& scene) {
    const TextFormat format = wanted_format(request.accept);
    os::HttpResponse response{200,
                              format == TextFormat::OpenMetrics
                                  ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                  : "text/plain; version=0.0.4; charset=utf-8",
                              metrics_text(scene.observed, format)};
    response.headers.emplace_back("Vary", "Accept");
    return response;
}

os::HttpResponse found(Content content, const os::HttpRequest& request, const Scene& scene) {
    switch (content) {
        case Content::Metrics:
            return metrics_answer(request, scene);
        case Content::Overview:
            return {200, "application/json", overview_text(scene.observed, scene.history, scene.date)};
        case Content::Page:
            return file("text/html; charset=utf-8", kPageHtml);
        case Content::Style:
            return file("text/css; charset=utf-8", kPageStyle);
        case Content::Program:
            return file("text/javascript; charset=utf-8", kPageProgram);
        case Content::Icon:
            return file("image/svg+xml", kPageIcon);
    }
    return {500, std::string{kPlain}, ""};
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// The part up to the separator, which is taken away with it.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(part);
}

bool equals(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// 1 without "q=", 0 if it cannot be read.
double quality(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = take_until(parameters, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        double value = 0;
        const char* const end = parameter.data() + parameter.size();
        const auto [stopped, error] = std::from_chars(parameter.data() + 2, end, value);
        return error == std::errc{} && stopped == end ? std::clamp(value, 0.0, 1.0) : 0;
    }
    return 1;
}

}  // namespace

TextFormat wanted_format(std::string_view accept) {
    double open = 0;
    double plain = 0;
    while (!accept.empty()) {
        std::string_view range = take_until(accept, ',');
        const std::string_view type = take_until(range, ';');
        if (equals(type, "application/openmetrics-text"))
            open = std::max(open, quality(range));
        else if (equals(type, "text/plain"))
            plain = std::max(plain, quality(range));
    }
    return open > 0 && open >= plain ? TextFormat::OpenMetrics : TextFormat::Prometheus;
}

bool needs_daemon(const os::HttpRequest& request) {
    const auto content = content_at(request.target);
    return is_read(request) && (content == Content::Metrics || content == Content::Overview);
}

bool needs_history(const os::HttpRequest& request) {
    return is_read(request) && content_at(request.target) == Content::Overview;
}

os::HttpResponse answer(const os::HttpRequest& request, const Scene& scene) {
    const auto content = content_at(request.target);
    if (!content)
        return with_headers({404, std::string{kPlain},
                             "There is nothing here. Try / for people and /metrics for Prometheus.\n"});
    if (!is_read(request)) {
        os::HttpResponse refused{405, std::string{kPlain}, "This can only be looked at: use GET or HEAD.\n"};
        refused.headers.emplace_back("Allow", "GET, HEAD");
        return with_headers(std::move(refused));
    }
    return with_headers(found(*content, request, scene));
}

}  // namespace understudy::cli
