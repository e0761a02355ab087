#include "understudy/desired/rules.hpp"

#include <cerrno>

#include "objects_of.hpp"

namespace understudy::desired {

namespace {

constexpr std::uint32_t kAllBits = 0xffff'ffff;

// In the kernel's words.
net::Rule told_of(net::Rule rule) {
    if (rule.from && rule.from->length == 0) rule.from.reset();
    if (rule.to && rule.to->length == 0) rule.to.reset();
    if (rule.mark && !rule.mask) rule.mask = kAllBits;
    if (rule.mask && !rule.mark) rule.mark = 0;
    return rule;
}

}  // namespace

template class Objects<RuleKind>;

bool RuleKind::is_same(const Object& a, const Object& b) { return told_of(a.rule) == told_of(b.rule); }

WantedRule RuleKind::to_remove(const Object& asked, const std::optional<Object>&,
                               const std::optional<Object>&) {
    return asked;
}

bool RuleKind::is_added(const Object&, int error, bool) { return error == 0 || error == EEXIST; }

bool RuleKind::is_removed(int error) { return error == 0 || error == ENOENT || error == ESRCH; }

void Rules::observed(const net::Rule& rule) { book().observed({rule, true}); }

void Rules::vanished(const net::Rule& rule, Instant now) { book().vanished({rule, true}, now); }

void Rules::resynchronised(std::span<const net::Rule> all, Instant now) {
    std::vector<WantedRule> heard;
    for (const net::Rule& rule : all) heard.push_back({rule, true});
    book().resynchronised(heard, now);
}

}  // namespace understudy::desired
