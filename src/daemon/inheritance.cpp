#include "inheritance.hpp"

#include <utility>

#include "understudy/os/program.hpp"

#include "config_handover.hpp"

namespace understudy::daemon {

namespace {

os::UniqueFd owned(int descriptor) {
    if (descriptor < 0) return {};
    os::pass_on(descriptor, false);
    return os::UniqueFd{descriptor};
}

}  // namespace

std::optional<Inheritance> inheritance() {
    const auto memory = os::found_memory();
    if (!memory) return std::nullopt;
    const auto text = os::stored(*memory);
    FoundTakeover found = takeover_in(text ? *text : "");
    Inheritance inherited{std::move(found.takeover), std::move(found.problem), {}, {}, {}, {}, {}};
    const Takeover& takeover = inherited.takeover;
    if (takeover.pid_file) inherited.pid_file = owned(takeover.pid_file->descriptor);
    if (!inherited.problem.empty()) {
        // Whatever another format has beside, nobody here could use it.
        for (const int descriptor : found.descriptors) static_cast<void>(owned(descriptor));
        return inherited;
    }
    if (takeover.worker) inherited.questions = owned(takeover.worker->questions);
    if (takeover.hooks) inherited.hooks = {owned(takeover.hooks->one), owned(takeover.hooks->other)};
    inherited.configuration = owned(takeover.configuration);
    inherited.memory = owned(takeover.memory);
    return inherited;
}

bool goes_on_without_files(const Inheritance& inherited, config::LoadResult& loaded) {
    if (!inherited.configuration) return false;
    const auto config = taken_over(inherited.configuration, model::Config{});
    if (config) loaded.config = **config;
    return config.has_value();
}

}  // namespace understudy::daemon
