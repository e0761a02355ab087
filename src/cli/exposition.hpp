// Metrics as text: the format that Prometheus and the textfile collector of its node exporter read (version
// 0.0.4), or OpenMetrics 1.0, which also knows of infos, state sets and units. A family is begun once and its
// samples follow; a family without a sample leaves no trace, and of two samples with the same labels the
// second is dropped, because either would make a reader refuse the whole text.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::cli {

enum class TextFormat : std::uint8_t { Prometheus, OpenMetrics };
enum class MetricType : std::uint8_t { Gauge, Counter, Info, StateSet };

// The names are fit for labels; the values may hold anything.
using Labels = std::vector<std::pair<std::string_view, std::string>>;

struct Family {
    std::string_view name;  // without _total and _info
    MetricType type = MetricType::Gauge;
    std::string_view help;
    std::string_view unit = {};  // "seconds", which the name then ends with
};

class Exposition {
public:
    explicit Exposition(TextFormat format) : format_(format) {}

    void begin(const Family& family);
    // Of the family that was begun last. A label without a value is left out.
    void add(const Labels& labels, double value);
    // One sample for each state that there may be: 1 for the one it is in, 0 for the others.
    void add_states(const Labels& labels, const std::vector<std::string_view>& states, std::string_view now);
    // All of it, with its end.
    [[nodiscard]] std::string text() const;

private:
    void write_head();

    TextFormat format_;
    Family family_;
    bool head_written_ = false;
    std::set<std::string> written_;  // labels, in this family
    std::string text_;
};

}  // namespace understudy::cli
